//! `GET /__sandbox/ledger`: balances, movements, consistency checks, and the received requests.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, Uri};
use rusqlite::{Transaction, params};
use serde::Serialize;
use serde_json::json;

use super::{AdminResult, Problem, bad, ok};
use crate::clock;
use crate::log_view::LogView;
use crate::state::App;
use crate::store::{self, Check};
use crate::units::Micro;

const DEFAULT_COUNT: i64 = 200;
const MAX_COUNT: i64 = 10_000;

/// Amounts are text, so that no JSON parser can round them.
#[derive(Serialize)]
struct Account {
    name: String,
    unit: String,
    balance: String,
}

#[derive(Serialize)]
struct Movement {
    id: i64,
    kind: String,
    log_id: Option<i64>,
    idempotency_key: Option<String>,
    child: Option<String>,
    minutes: Option<i64>,
    rate: Option<String>,
    credit: String,
    cost: String,
    at: String,
}

struct Ledger {
    accounts: Vec<Account>,
    movements: Vec<Movement>,
    count: i64,
    check: Check,
}

/// Returns the newest `count` movements, or the first `count` after `since_id`.
pub async fn ledger(State(app): State<App>, uri: Uri) -> AdminResult {
    let since = number(&uri, "since_id")?;
    let count = number(&uri, "count")?
        .unwrap_or(DEFAULT_COUNT)
        .min(MAX_COUNT);
    let view = LogView::new(&app.settings());
    let ledger = app.store.read(move |tx| read(tx, since, count, view));
    let ledger = ledger.await?;
    let (requests, recent) = app.recorder.snapshot();
    Ok(respond(&ledger, &requests, &recent))
}

fn respond(ledger: &Ledger, requests: &impl Serialize, recent: &impl Serialize) -> Response<Body> {
    ok(&json!({
        "accounts": ledger.accounts,
        "movements": ledger.movements,
        "movement_count": ledger.count,
        "check": ledger.check,
        "requests": requests,
        "recent_requests": recent,
    }))
}

fn number(uri: &Uri, name: &str) -> Result<Option<i64>, Problem> {
    let query = uri.query().unwrap_or_default();
    let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    match found.map(|(_, value)| value.parse::<i64>()) {
        None => Ok(None),
        Some(Ok(value)) if value >= 0 => Ok(Some(value)),
        Some(_) => Err(bad(format!("{name} must be an integer of at least 0"))),
    }
}

fn read(
    tx: &Transaction<'_>,
    since: Option<i64>,
    count: i64,
    view: LogView,
) -> Result<Ledger, Problem> {
    let accounts = tx
        .prepare_cached("SELECT name, unit, balance FROM account ORDER BY id")?
        .query_map([], |row| {
            Ok(Account {
                name: row.get(0)?,
                unit: row.get(1)?,
                balance: row.get::<_, Micro>(2)?.to_string(),
            })
        })?
        .collect::<Result<_, _>>()?;
    // Without `since_id`, the newest movements; with it, the next ones after it. Newest last in both cases.
    let order = if since.is_some() { "ASC" } else { "DESC" };
    let log_id = view.log_id();
    let sql = format!(
        "SELECT m.id, m.kind, {log_id}, m.idempotency_key, m.child, m.minutes, m.rate, m.credit, m.cost, m.at
         FROM (SELECT * FROM movement WHERE id > ? ORDER BY id {order} LIMIT ?) m
         LEFT JOIN credit_log l ON l.movement_id = m.id ORDER BY m.id"
    );
    let movements = tx
        .prepare_cached(&sql)?
        .query_map(params![since.unwrap_or(0), count], |row| {
            Ok(Movement {
                id: row.get(0)?,
                kind: row.get(1)?,
                log_id: row.get(2)?,
                idempotency_key: row.get(3)?,
                child: row.get(4)?,
                minutes: row.get(5)?,
                rate: row.get::<_, Option<Micro>>(6)?.map(|rate| rate.to_string()),
                credit: row.get::<_, Micro>(7)?.to_string(),
                cost: row.get::<_, Micro>(8)?.to_string(),
                at: clock::utc_micros(row.get(9)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Ledger {
        accounts,
        movements,
        count: tx.query_row("SELECT count(*) FROM movement", [], |row| row.get(0))?,
        check: store::check(tx)?,
    })
}
