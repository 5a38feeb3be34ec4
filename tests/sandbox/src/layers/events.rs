//! `GET /v1/credits/events` and `GET /v1/organizations/{orgId}/credits/events` (contract §3.4, §3.5, L10, L12).

use axum::body::Body;
use axum::http::Response;
use rusqlite::{Row, Transaction, params};
use serde_json::{Value, json};

use super::record::stored;
use super::{Caller, Failure, ok, org_id, paging, record};
use crate::clock;
use crate::gate::Call;
use crate::log_view::LogView;
use crate::state::App;
use crate::units::Micro;

const TYPES: [&str; 6] = [
    "usage",
    "refund",
    "grant",
    "purchase",
    "adjustment",
    "allocation",
];

/// The parameters of a page.
#[derive(Clone, Debug)]
struct Query {
    project: Option<String>,
    event_type: Option<String>,
    since: i64,
    until: i64,
    after: (i64, i64),
    limit: i64,
}

/// Returns the caller's own events.
pub async fn own(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let query = query(&call)?;
    let view = LogView::new(&app.settings());
    let page = app
        .store
        .read(move |tx| page(tx, caller.organization, &query, view));
    Ok(ok(&page.await?))
}

/// Returns a direct child's events.
pub async fn of_child(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let id = org_id(call.segment(2))?;
    let query = query(&call)?;
    let view = LogView::new(&app.settings());
    let read = app.store.read(move |tx| {
        let child = record::child(tx, caller, &id)?;
        page(tx, &child.id, &query, view)
    });
    Ok(ok(&read.await?))
}

fn query(call: &Call) -> Result<Query, Failure> {
    let event_type = call.query("eventType");
    if event_type
        .as_deref()
        .is_some_and(|wanted| !TYPES.contains(&wanted))
    {
        let text = format!("eventType must be one of {}", TYPES.join(", "));
        return Err(Failure::validation(text));
    }
    let timestamp = |name: &str, default: i64| match call.query(name) {
        None => Ok(default),
        Some(text) => clock::instant(&text).ok_or_else(|| {
            Failure::validation(format!("{name} must be an ISO 8601 moment ending in Z"))
        }),
    };
    let after = match paging::cursor(call)? {
        None => (i64::MAX, i64::MAX),
        Some((at, id)) => {
            let id = id.parse();
            (
                at,
                id.map_err(|_| Failure::validation("cursor is not one of ours"))?,
            )
        }
    };
    Ok(Query {
        project: call.query("projectId"),
        event_type,
        since: timestamp("since", i64::MIN)?,
        until: timestamp("until", i64::MAX)?,
        after,
        limit: paging::limit(call, 25, 100)?,
    })
}

fn page(
    tx: &Transaction<'_>,
    organization: &str,
    query: &Query,
    view: LogView,
) -> Result<Value, Failure> {
    let (shown, visible) = (
        view.micros("created_at", "id"),
        view.is_visible("written_at"),
    );
    let mut statement = tx.prepare_cached(&format!(
        "SELECT id, event_id, project_id, credits, event_type, format, balance_after_prepaid,
                usage_after_period, {shown}, transfer_id, description, metadata
         FROM wallet_event
         WHERE organization_id = ?1 AND (?2 IS NULL OR project_id = ?2)
           AND (?3 IS NULL OR event_type = ?3) AND {shown} >= ?4 AND {shown} <= ?5
           AND ({shown}, id) < (?6, ?7) AND {visible}
         ORDER BY {shown} DESC, id DESC LIMIT ?8"
    ))?;
    let (at, id) = query.after;
    // One more than requested shows whether there is a next page.
    let wanted = query.limit + 1;
    let rows = statement.query_map(
        params![
            organization,
            query.project,
            query.event_type,
            query.since,
            query.until,
            at,
            id,
            wanted
        ],
        event,
    )?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let more = usize::try_from(query.limit).is_ok_and(|limit| rows.len() > limit);
    if more {
        rows.pop();
    }
    let next = rows
        .last()
        .filter(|_| more)
        .map(|(at, id, _)| paging::cursor_at(*at, &id.to_string()));
    let items: Vec<Value> = rows.into_iter().map(|(_, _, shown)| shown).collect();
    Ok(json!({"items": items, "nextCursor": next}))
}

fn event(row: &Row<'_>) -> rusqlite::Result<(i64, i64, Value)> {
    let (id, at): (i64, i64) = (row.get(0)?, row.get(8)?);
    let shown = json!({
        "eventId": row.get::<_, String>(1)?,
        "projectId": row.get::<_, Option<String>>(2)?,
        "credits": row.get::<_, i64>(3)?,
        "eventType": row.get::<_, String>(4)?,
        "format": row.get::<_, Option<String>>(5)?,
        "containerId": null,
        "workflowId": null,
        "balanceAfterPrepaid": row.get::<_, Micro>(6)?,
        "usageAfterPeriod": row.get::<_, Option<i64>>(7)?,
        "createdAt": clock::utc_millis(at),
        "transferId": row.get::<_, Option<String>>(9)?,
        "description": row.get::<_, Option<String>>(10)?,
        "metadata": stored(&row.get::<_, String>(11)?),
    });
    Ok((at, id, shown))
}
