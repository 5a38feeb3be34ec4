//! `POST /v1/organizations/{orgId}/credits/allocate` (contract §3.1, L1-L10, L14).

use axum::body::Body;
use axum::http::Response;
use rusqlite::Transaction;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::idempotency::{self, Guard};
use super::{Caller, Event, Failure, add_event, org_id, prepaid, record};
use crate::clock::{self, Clock};
use crate::gate::Call;
use crate::state::App;
use crate::store::{self, Entry, Movement};
use crate::units::Micro;

const ROUTE: &str = "POST /v1/organizations/{orgId}/credits/allocate";
/// 2^53 - 1: the largest integer that every JSON parser represents exactly (L14).
const MAX_CREDITS: i64 = 9_007_199_254_740_991;
const DESCRIPTION_LIMIT: usize = 500;
const METADATA_KEYS: usize = 50;
const METADATA_KEY_LIMIT: usize = 40;
const METADATA_VALUE_LIMIT: usize = 500;
const METADATA_LIMIT: usize = 16 * 1024;
/// Metadata keys that are set by the system.
const RESERVED: [&str; 3] = ["direction", "counterpartyOrgId", "reason"];

/// A valid request.
#[derive(Clone, Debug)]
struct Request {
    child: String,
    credits: i64,
    description: Option<String>,
    metadata: Map<String, Value>,
}

/// Moves prepaid credits from the caller to a direct child.
pub async fn allocate(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    if !call.headers.contains_key("idempotency-key") {
        let text = "Idempotency-Key header is required";
        return Err(Failure::new(400, "IDEMPOTENCY_REQUIRED", text));
    }
    let key = idempotency::key(&call)?;
    let (request, canonical) = read(&call)?;
    let guard = Guard {
        key: key.clone(),
        route: ROUTE,
        fingerprint: format!("{} {canonical}", request.child),
    };
    let clock = app.clock();
    let run = move |tx: &Transaction<'_>| apply(tx, caller, clock, request, key);
    idempotency::run(app, caller, guard, run).await
}

fn read(call: &Call) -> Result<(Request, String), Failure> {
    let child = org_id(call.segment(2))?;
    let Ok(Value::Object(body)) = serde_json::from_slice(&call.body) else {
        return Err(Failure::validation("The body must be a JSON object"));
    };
    let credits = match body.get("credits") {
        Some(Value::Number(number)) => number.to_string().parse().ok(),
        _ => None,
    };
    let credits = credits
        .filter(|credits| (1..=MAX_CREDITS).contains(credits))
        .ok_or_else(|| Failure::validation("credits must be a positive integer"))?;
    let description = match body.get("description") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.chars().count() <= DESCRIPTION_LIMIT => {
            Some(text.clone())
        }
        Some(_) => {
            let text = "description must be a string of at most 500 characters";
            return Err(Failure::validation(text));
        }
    };
    let metadata = match body.get("metadata") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(metadata)) => validated(metadata)?,
        Some(_) => return Err(Failure::validation("metadata must be an object of strings")),
    };
    let mut all_fields = Value::Object(body);
    all_fields.sort_all_objects();
    let request = Request {
        child,
        credits,
        description,
        metadata,
    };
    Ok((request, all_fields.to_string()))
}

/// Returns the metadata without the keys reserved for the system, if it is within its limits.
fn validated(metadata: &Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    if metadata.len() > METADATA_KEYS {
        return Err(Failure::validation("metadata must have at most 50 keys"));
    }
    for (key, value) in metadata {
        if key.chars().count() > METADATA_KEY_LIMIT {
            return Err(Failure::validation(
                "metadata keys must have at most 40 characters",
            ));
        }
        let within = value
            .as_str()
            .is_some_and(|text| text.chars().count() <= METADATA_VALUE_LIMIT);
        if !within {
            let text = "metadata values must be strings of at most 500 characters";
            return Err(Failure::validation(text));
        }
    }
    let mut allowed = metadata.clone();
    if Value::Object(allowed.clone()).to_string().len() > METADATA_LIMIT {
        return Err(Failure::validation("metadata must be at most 16 KB"));
    }
    allowed.retain(|key, _| !RESERVED.contains(&key.as_str()));
    Ok(allowed)
}

fn apply(
    tx: &Transaction<'_>,
    caller: Caller,
    clock: Clock,
    request: Request,
    key: Option<String>,
) -> Result<Value, Failure> {
    let child = record::child(tx, caller, &request.child)?;
    if child.status == "archived" {
        return Err(Failure::new(409, "CONFLICT", "Organization is archived"));
    }
    let movable = record::own(tx, caller)?.movable()?;
    let amount = Micro::from_units(request.credits);
    if amount > movable {
        let text = "Parent wallet cannot cover the requested credits";
        return Err(Failure::new(402, "BILLING_EXHAUSTED", text)
            .with_details(json!({"required": request.credits, "available": movable})));
    }
    let at = clock::to_millis(clock.now());
    let transfer = format!("txn_{}", Uuid::new_v4());
    let cost = amount.negated().ok_or(store::Error::Overflow)?;
    let movement = Movement {
        kind: "allocation",
        key,
        child: Some(child.id.clone()),
        credit: amount,
        cost,
        at,
        ..Movement::default()
    };
    let entries = [
        Entry::new(prepaid(caller.organization), cost),
        Entry::new(prepaid(&child.id), amount),
    ];
    store::post(tx, &movement, &entries)?;
    for (organization, credits, direction, other) in [
        (
            caller.organization,
            -request.credits,
            "out",
            child.id.as_str(),
        ),
        (
            child.id.as_str(),
            request.credits,
            "in",
            caller.organization,
        ),
    ] {
        let mut metadata = request.metadata.clone();
        metadata.insert("direction".to_owned(), direction.into());
        metadata.insert("counterpartyOrgId".to_owned(), other.into());
        add_event(
            tx,
            &Event {
                organization: organization.to_owned(),
                credits,
                event_type: "allocation",
                at,
                written_at: clock::system_now(),
                transfer: Some(transfer.clone()),
                description: request.description.clone(),
                metadata: Value::Object(metadata),
                ..Event::default()
            },
        )?;
    }
    let after = record::child(tx, caller, &child.id)?;
    Ok(json!({
        "id": transfer,
        "organizationId": child.id,
        "allocated": request.credits,
        "balance": after.balance()?,
        "available": after.available()?,
        "description": request.description,
        "metadata": request.metadata,
        "created": clock::utc_micros(at),
        "replayed": false,
    }))
}
