//! "Acme Growth", its wallet of 6000 and its children (contract §3.2).

use rusqlite::{Transaction, params};
use serde_json::{Value, json};

use crate::layers::{EQUITY, Event, HALTED, PARENT, add_event, prepaid};
use crate::store::{self, Entry, Error, Movement};
use crate::units::Micro;

/// The contract's child, without prepaid credits.
const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
const HARBOR: &str = "org_1b2c3d4e-5f60-4718-8a9b-0c1d2e3f4051";
const JUNO: &str = "org_2c3d4e5f-6071-4829-9bac-1d2e3f405162";
const SUSPENDED: &str = "org_3d4e5f60-7182-493a-8cbd-2e3f40516273";
const ARCHIVED: &str = "org_4e5f6071-8293-4a4b-9dce-3f4051627384";

/// 2026-05-01T09:00:00Z in microseconds.
const MAY: i64 = 1_777_626_000_000_000;
const DAY: i64 = 86_400_000_000;

/// The values that differ between organizations.
struct Row {
    id: &'static str,
    parent: Option<&'static str>,
    name: &'static str,
    status: &'static str,
    included: (i64, i64, i64),
    reserved: i64,
    api_keys: i64,
    created_day: i64,
}

/// Writes the organizations, then a few weeks of events that lead to their balances.
pub fn open(tx: &Transaction<'_>) -> Result<(), Error> {
    store::open_account(tx, EQUITY, "credits")?;
    let child = |id, name, status, created_day| Row {
        id,
        parent: Some(PARENT),
        name,
        status,
        included: (0, 0, 0),
        reserved: 0,
        api_keys: 2,
        created_day,
    };
    let rows = [
        Row {
            parent: None,
            included: (600, 1000, 400),
            reserved: 120,
            ..child(PARENT, "Acme Growth", "active", -60)
        },
        Row {
            parent: None,
            ..child(HALTED, "Halted Holdings", "suspended", -50)
        },
        Row {
            api_keys: 0,
            ..child(ARCHIVED, "Old Mill Print", "archived", 1)
        },
        Row {
            reserved: 120,
            ..child(HARBOR, "Harbor Media", "active", 2)
        },
        child(JUNO, "Juno Apps", "active", 5),
        child(SUSPENDED, "Cedar & Pine", "suspended", 8),
        child(NORTHWIND, "Northwind Studio", "active", 31),
    ];
    for row in &rows {
        insert(tx, row)?;
    }
    let description = "Credit pack";
    external(
        tx,
        (PARENT, 12_000, "purchase"),
        MAY,
        Some(description),
        None,
    )?;
    external(tx, (HALTED, 500, "purchase"), MAY, Some(description), None)?;
    allocate(tx, (ARCHIVED, 1500), MAY + 2 * DAY, 1)?;
    allocate(tx, (HARBOR, 3200), MAY + 3 * DAY, 2)?;
    allocate(tx, (SUSPENDED, 2500), MAY + 9 * DAY, 3)?;
    external(
        tx,
        (ARCHIVED, -900, "usage"),
        MAY + 14 * DAY,
        None,
        Some(("slideshow_remix", 900)),
    )?;
    reclaim(tx, (ARCHIVED, 600), MAY + 27 * DAY)?;
    // Included credits change without affecting prepaid ones (L9).
    let note = |credits, event_type, description: &str, usage_after, at| Event {
        organization: PARENT.to_owned(),
        credits,
        event_type,
        usage_after: Some(usage_after),
        description: Some(description.to_owned()),
        metadata: json!({}),
        at,
        ..Event::default()
    };
    add_event(
        tx,
        &note(1000, "grant", "Included credits, June", 0, MAY + 31 * DAY),
    )?;
    add_event(tx, &note(-400, "usage", "Week 23", 400, MAY + 33 * DAY))
}

fn insert(tx: &Transaction<'_>, row: &Row) -> Result<(), Error> {
    let created = MAY + row.created_day * DAY;
    let archived = (row.status == "archived").then_some(MAY + 27 * DAY);
    let archive_reply = archived.map(|at| {
        json!({
            "id": row.id, "status": "archived", "archivedAt": crate::clock::utc_micros(at),
            "reclaimedCredits": 600, "revokedApiKeys": 2,
        })
        .to_string()
    });
    let config = json!({
        "monthlyCreditCap": null, "refillThreshold": null, "refillAmount": null,
        "autoRefillEnabled": false,
    });
    let (included, included_period, used_period) = row.included;
    tx.execute(
        "INSERT INTO organization (id, parent_id, name, status, metadata, billing_email, included,
            included_period, used_period, reserved, projects, api_keys, credit_config, created_at,
            updated_at, archived_at, archive_reply)
         VALUES (?, ?, ?, ?, '{}', NULL, ?, ?, ?, ?, 3, ?, ?, ?, ?, ?, ?)",
        params![
            row.id,
            row.parent,
            row.name,
            row.status,
            included,
            included_period,
            used_period,
            row.reserved,
            row.api_keys,
            config.to_string(),
            created,
            archived.unwrap_or(created),
            archived,
            archive_reply,
        ],
    )?;
    store::open_account(tx, &prepaid(row.id), "credits")
}

/// Moves credits into or out of the system: purchases and usage.
fn external(
    tx: &Transaction<'_>,
    (organization, credits, event_type): (&str, i64, &'static str),
    at: i64,
    description: Option<&str>,
    used: Option<(&'static str, i64)>,
) -> Result<(), Error> {
    post(
        tx,
        "opening",
        (EQUITY, &prepaid(organization)),
        (organization, credits),
        at,
    )?;
    add_event(
        tx,
        &Event {
            organization: organization.to_owned(),
            credits,
            event_type,
            project: used.map(|_| "prj_spring"),
            format: used.map(|(format, _)| format),
            usage_after: used.map(|(_, after)| after),
            at,
            description: description.map(str::to_owned),
            metadata: json!({}),
            ..Event::default()
        },
    )
}

fn allocate(
    tx: &Transaction<'_>,
    (child, credits): (&str, i64),
    at: i64,
    number: u32,
) -> Result<(), Error> {
    post(
        tx,
        "allocation",
        (&prepaid(PARENT), &prepaid(child)),
        (child, credits),
        at,
    )?;
    let invoice = json!({"invoice": format!("inv_2026_{number:04}")});
    add_event_pair(
        tx,
        (child, credits),
        at,
        Some("Q2 budget"),
        &invoice,
        number,
    )
}

fn reclaim(tx: &Transaction<'_>, (child, credits): (&str, i64), at: i64) -> Result<(), Error> {
    post(
        tx,
        "archive_reclaim",
        (&prepaid(child), &prepaid(PARENT)),
        (child, credits),
        at,
    )?;
    let reason = json!({"reason": "archive_reclaim"});
    add_event_pair(tx, (child, -credits), at, None, &reason, 99)
}

/// Writes the two events of one transfer; `credits` is the change for the child.
fn add_event_pair(
    tx: &Transaction<'_>,
    (child, credits): (&str, i64),
    at: i64,
    description: Option<&str>,
    metadata: &Value,
    number: u32,
) -> Result<(), Error> {
    for (organization, credits, other) in [(PARENT, -credits, child), (child, credits, PARENT)] {
        let mut metadata = metadata.clone();
        metadata["direction"] = json!(if credits > 0 { "in" } else { "out" });
        metadata["counterpartyOrgId"] = json!(other);
        add_event(
            tx,
            &Event {
                organization: organization.to_owned(),
                credits,
                event_type: "allocation",
                at,
                transfer: Some(format!("txn_00000000-0000-4000-8000-{number:012}")),
                description: description.map(str::to_owned),
                metadata,
                ..Event::default()
            },
        )?;
    }
    Ok(())
}

fn post(
    tx: &Transaction<'_>,
    kind: &'static str,
    (from, to): (&str, &str),
    (child, credits): (&str, i64),
    at: i64,
) -> Result<(), Error> {
    let amount = Micro::from_units(credits);
    let debit = amount.negated().ok_or(Error::Overflow)?;
    let movement = Movement {
        kind,
        child: Some(child.to_owned()),
        credit: amount,
        cost: debit,
        at,
        ..Movement::default()
    };
    store::post(
        tx,
        &movement,
        &[Entry::new(from, debit), Entry::new(to, amount)],
    )?;
    Ok(())
}
