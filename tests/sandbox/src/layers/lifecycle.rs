//! Suspend, resume and archive (contract §3.10, §3.11, L11).

use axum::body::Body;
use axum::http::Response;
use rusqlite::{Transaction, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::idempotency::{self, Guard};
use super::record::{Organization, stored};
use super::{Caller, Event, Failure, add_event, org_id, prepaid, record};
use crate::clock::{self, Clock};
use crate::gate::Call;
use crate::state::App;
use crate::store::{self, Entry, Movement};
use crate::units::Micro;

/// Suspends a direct child; suspending it again changes nothing.
pub async fn suspend(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let route = "POST /v1/organizations/{orgId}/suspend";
    let guard = guard(&call, route)?;
    let id = guard.fingerprint.clone();
    let clock = app.clock();
    idempotency::run(app, caller, guard, move |tx| {
        change(tx, caller, clock, (&id, "suspended"))
    })
    .await
}

/// Resumes a direct child.
pub async fn resume(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let route = "POST /v1/organizations/{orgId}/resume";
    let guard = guard(&call, route)?;
    let id = guard.fingerprint.clone();
    let clock = app.clock();
    idempotency::run(app, caller, guard, move |tx| {
        change(tx, caller, clock, (&id, "active"))
    })
    .await
}

/// Archives a direct child permanently, and returns its movable credits to the parent.
pub async fn archive(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let guard = guard(&call, "DELETE /v1/organizations/{orgId}")?;
    let id = guard.fingerprint.clone();
    let key = guard.key.clone();
    let clock = app.clock();
    let run = move |tx: &Transaction<'_>| {
        let child = record::child(tx, caller, &id)?;
        match &child.archive_reply {
            Some(reply) => Ok(stored(reply)),
            None => reclaim(tx, caller, clock, &child, key),
        }
    };
    idempotency::run(app, caller, guard, run).await
}

/// These routes have no body, so the fingerprint is only the organization.
fn guard(call: &Call, route: &'static str) -> Result<Guard, Failure> {
    Ok(Guard {
        key: idempotency::key(call)?,
        route,
        fingerprint: org_id(call.segment(2))?,
    })
}

fn change(
    tx: &Transaction<'_>,
    caller: Caller,
    clock: Clock,
    (id, status): (&str, &str),
) -> Result<Value, Failure> {
    let child = record::child(tx, caller, id)?;
    if child.status == "archived" {
        return Err(Failure::new(409, "CONFLICT", "Organization is archived"));
    }
    if child.status != status {
        tx.prepare_cached("UPDATE organization SET status = ?, updated_at = ? WHERE id = ?")?
            .execute(params![status, clock.now(), id])?;
    }
    Ok(record::child(tx, caller, id)?.shown())
}

fn reclaim(
    tx: &Transaction<'_>,
    caller: Caller,
    clock: Clock,
    child: &Organization,
    key: Option<String>,
) -> Result<Value, Failure> {
    let at = clock::to_millis(clock.now());
    let amount = child.movable()?;
    let credits = amount.to_units().ok_or(store::Error::Overflow)?;
    if amount > Micro::ZERO {
        sweep(tx, caller, child, (amount, credits), key, at)?;
    }
    let reply = json!({
        "id": child.id,
        "status": "archived",
        "archivedAt": clock::utc_micros(at),
        "reclaimedCredits": credits,
        "revokedApiKeys": child.api_keys,
    });
    tx.prepare_cached(
        "UPDATE organization SET status = 'archived', archived_at = ?1, updated_at = ?1,
            archive_reply = ?2, api_keys = 0 WHERE id = ?3",
    )?
    .execute(params![at, reply.to_string(), child.id])?;
    Ok(reply)
}

fn sweep(
    tx: &Transaction<'_>,
    caller: Caller,
    child: &Organization,
    (amount, credits): (Micro, i64),
    key: Option<String>,
    at: i64,
) -> Result<(), Failure> {
    let taken = amount.negated().ok_or(store::Error::Overflow)?;
    let movement = Movement {
        kind: "archive_reclaim",
        key,
        child: Some(child.id.clone()),
        credit: amount,
        cost: amount,
        at,
        ..Movement::default()
    };
    let entries = [
        Entry::new(prepaid(&child.id), taken),
        Entry::new(prepaid(caller.organization), amount),
    ];
    store::post(tx, &movement, &entries)?;
    let transfer = format!("txn_{}", Uuid::new_v4());
    for (organization, credits, direction, other) in [
        (caller.organization, credits, "in", child.id.as_str()),
        (child.id.as_str(), -credits, "out", caller.organization),
    ] {
        let event = Event {
            organization: organization.to_owned(),
            credits,
            event_type: "allocation",
            at,
            written_at: clock::system_now(),
            transfer: Some(transfer.clone()),
            metadata: json!({
                "direction": direction,
                "counterpartyOrgId": other,
                "reason": "archive_reclaim",
            }),
            ..Event::default()
        };
        add_event(tx, &event)?;
    }
    Ok(())
}
