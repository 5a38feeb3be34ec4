//! `GET /reseller/credits/logs` (contract §1.4, O8, O13-O16).

use axum::body::Body;
use axum::http::Response;
use rusqlite::{Row, Transaction, params};
use serde::Serialize;
use serde_json::{Value, json};

use super::users::{self, User};
use super::{Caller, Failure, ok};
use crate::clock;
use crate::gate::Call;
use crate::log_view::LogView;
use crate::settings::Notes;
use crate::state::App;
use crate::units::Micro;

const DEFAULT_SIZE: i64 = 20;
const MAX_SIZE: i64 = 100;

#[derive(Clone, Serialize)]
struct Party {
    id: i64,
    name: String,
}

#[derive(Serialize)]
struct Entry {
    id: i64,
    transfer_reference: String,
    reseller_organization: Party,
    from_organization: Party,
    to_organization: Party,
    credit_amount: Micro,
    cost_amount: Micro,
    from_balance_before: Micro,
    from_balance_after: Micro,
    to_balance_before: Micro,
    to_balance_after: Micro,
    transfer_date: String,
    performed_by: &'static User,
    status: &'static str,
    transaction_type: String,
    channels_count: i64,
    previous_channels: i64,
    new_channels: i64,
    notes: Value,
}

/// Returns one page, newest first.
pub async fn logs(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let page = positive_integer(&call, "page")?.unwrap_or(1);
    let size = positive_integer(&call, "page_size")?
        .unwrap_or(DEFAULT_SIZE)
        .min(MAX_SIZE);
    let from = day(&call, "date_from")?.map_or(i64::MIN, |(start, _)| start);
    let until = day(&call, "date_to")?.map_or(i64::MAX, |(_, end)| end);
    let settings = app.settings();
    let (view, notes) = (LogView::new(&settings), settings.notes);
    let (total, logs) = app
        .store
        .read(move |tx| read(tx, caller, (from, until), (page, size), view, notes))
        .await?;
    let pages = total / size + i64::from(total % size != 0);
    Ok(ok(&json!({
        "success": true,
        "data": {
            "logs": logs,
            "total_records": total,
            "page": page,
            "page_size": size,
            "total_pages": pages,
        },
    })))
}

fn positive_integer(call: &Call, name: &str) -> Result<Option<i64>, Failure> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    match text.parse::<i64>() {
        Ok(value) if value >= 1 && !text.starts_with('+') => Ok(Some(value)),
        _ => Err(Failure::invalid(format!(
            "{name} must be an integer of at least 1"
        ))),
    }
}

fn day(call: &Call, name: &str) -> Result<Option<(i64, i64)>, Failure> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    match clock::account_day(&text) {
        Some(day) => Ok(Some(day)),
        None => Err(Failure::invalid(format!(
            "{name} must be a date, YYYY-MM-DD"
        ))),
    }
}

fn read(
    tx: &Transaction<'_>,
    caller: Caller,
    (from, until): (i64, i64),
    (page, size): (i64, i64),
    view: LogView,
    notes: Notes,
) -> Result<(i64, Vec<Entry>), Failure> {
    let (id, second) = (view.log_id(), view.log_second());
    let condition = format!(
        "l.reseller_id = ? AND {second} >= ? AND {second} < ? AND {}",
        view.is_visible("l.written_at")
    );
    let total: i64 = tx
        .prepare_cached(&format!(
            "SELECT count(*) FROM credit_log l WHERE {condition}"
        ))?
        .query_row([caller.account, from, until], |row| row.get(0))?;
    let offset = (page - 1).saturating_mul(size);
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {id}, m.kind, r.id, r.name, c.id, c.name, m.minutes, m.rate, m.credit, m.cost,
                l.from_before, l.from_after, l.to_before, l.to_after, {second},
                l.previous_channels, l.new_channels, l.performed_by
         FROM credit_log l
         JOIN movement m ON m.id = l.movement_id
         JOIN reseller r ON r.id = l.reseller_id
         JOIN child c ON c.id = l.child_id
         WHERE {condition}
         ORDER BY {second} DESC, {id} DESC LIMIT ? OFFSET ?"
    ))?;
    let rows = statement.query_map(params![caller.account, from, until, size, offset], |row| {
        entry(row, notes)
    })?;
    Ok((total, rows.collect::<Result<_, _>>()?))
}

fn entry(row: &Row<'_>, notes: Notes) -> rusqlite::Result<Entry> {
    let kind: String = row.get(1)?;
    let reseller = Party {
        id: row.get(2)?,
        name: row.get(3)?,
    };
    let child = Party {
        id: row.get(4)?,
        name: row.get(5)?,
    };
    let minutes: i64 = row.get::<_, Option<i64>>(6)?.unwrap_or_default();
    let rate: Micro = row.get::<_, Option<Micro>>(7)?.unwrap_or_default();
    let (previous, new): (i64, i64) = (row.get(15)?, row.get(16)?);
    let second: i64 = row.get(14)?;
    let delta = new - previous;
    let (prefix, text) = match kind.as_str() {
        "credit_transfer" => {
            let rate = rate.two_places();
            ("CT", format!("Transfer of {minutes} minutes at {rate}/min"))
        }
        "credit_revert" => {
            let rate = rate.two_places();
            ("CR", format!("Revert of {minutes} minutes at {rate}/min"))
        }
        _ => {
            let text =
                format!("Concurrency limit changed from {previous} to {new} (Delta: {delta})");
            ("CH", text)
        }
    };
    let notes = match notes {
        Notes::Plain => text.into(),
        Notes::None => false.into(),
        Notes::Empty => "".into(),
    };
    let time = clock::reference_time(second);
    let (from, to) = match kind.as_str() {
        "credit_revert" => (child.clone(), reseller.clone()),
        _ => (reseller.clone(), child.clone()),
    };
    Ok(Entry {
        id: row.get(0)?,
        transfer_reference: format!("{prefix}-{time}-{}-{}", reseller.id, child.id),
        reseller_organization: reseller,
        from_organization: from,
        to_organization: to,
        credit_amount: row.get(8)?,
        cost_amount: row.get(9)?,
        from_balance_before: row.get(10)?,
        from_balance_after: row.get(11)?,
        to_balance_before: row.get(12)?,
        to_balance_after: row.get(13)?,
        transfer_date: clock::account_time(second),
        performed_by: users::user(row.get(17)?),
        status: "success",
        transaction_type: kind,
        channels_count: delta,
        previous_channels: previous,
        new_channels: new,
        notes,
    })
}
