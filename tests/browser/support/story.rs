//! A well-behaved backend that follows the contract and accepts every movement.

use super::{Backend, RecordedRequest, Reply};
use credit_desk::browser::clock::now;
use credit_desk::units::utc_moment;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The child that receives transfers.
pub const BETA_CO: i64 = 4002;

/// The organization that receives allocations.
pub const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";

/// Replies to every request as the contract's examples do.
pub fn happy_backend(request: &RecordedRequest) -> Reply {
    let ok = |body: &str| Reply::Json(200, body.to_owned());
    let path = request.path.split('?').next().unwrap();
    match (request.method.as_str(), path) {
        ("GET", "/api/v1/reseller/organizations") => ok(
            r#"{"success":true,"reseller_organization":{"id":5678,"name":"Demo Reseller"},"organizations":[
                {"id":4001,"name":"Acme Inc","cost_per_min":0.09,"org_balance":24442.6,"reseller_org_balance_currency_symbol":"$"},
                {"id":4002,"name":"Beta Co","cost_per_min":0.2,"org_balance":10,"reseller_org_balance_currency_symbol":"$"}]}"#,
        ),
        ("GET", "/api/v1/account/balance") => ok(
            r#"{"success":true,"balance":{"amount":61.613,"currency":"USD"},"estimated_minutes_remaining":684,"rates_per_minute_usd":0.09}"#,
        ),
        ("GET", "/api/v1/reseller/credits/logs") => log(&[]),
        ("GET", "/v1/whoami") => {
            ok(r#"{"organizationId":"org_00000000-0000-4000-8000-000000000001"}"#)
        }
        ("GET", "/v1/organizations") => ok(
            r#"{"items":[{"id":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","name":"Northwind","status":"active"}],"nextCursor":null}"#,
        ),
        ("GET", "/v1/organizations/org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80/credits") => ok(
            r#"{"organizationId":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","balance":6000,"available":5880,"prepaidBalance":5400}"#,
        ),
        ("GET", "/v1/organizations/org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80/credits/events") => {
            events(&[])
        }
        ("GET", "/v1/credits") => ok(
            r#"{"organizationId":"org_00000000-0000-4000-8000-000000000001","balance":6000,"available":5880,"prepaidBalance":5400}"#,
        ),
        ("POST", "/api/v1/reseller/credits/calculate") if request.body.contains("is_revert") => ok(
            r#"{"success":true,"refund_amount":0.45,"deduction_amount":1,"reseller_rate":0.09,"child_balance":10,
                "child_available_minutes":50,"new_child_balance":9,"currency_symbol":"$"}"#,
        ),
        ("POST", "/api/v1/reseller/credits/calculate") => {
            transfer_preview("61.613", "59.813", "0.09", "1.8")
        }
        ("POST", "/api/v1/reseller/credits/transfer") => {
            ok(r#"{"success":true,"message":"ok","new_from_balance":59.813,"new_to_balance":14}"#)
        }
        ("POST", "/api/v1/reseller/credits/revert") => {
            ok(r#"{"success":true,"message":"ok","new_from_balance":9,"new_to_balance":62.063}"#)
        }
        ("POST", path) if path.ends_with("/credits/allocate") => ok(
            r#"{"id":"txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c","organizationId":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80",
                "allocated":500,"balance":6500,"available":6380,"created":"2026-06-03T18:14:02.187000+00:00"}"#,
        ),
        _ => Reply::Json(404, r#"{"error":"not_found"}"#.to_owned()),
    }
}

/// Returns the preview of a transfer of 20 minutes at 0.20, with the user's own balance before and after, rate and
/// cost.
pub fn transfer_preview(before: &str, after: &str, rate: &str, cost: &str) -> Reply {
    let body = format!(
        r#"{{"success":true,"my_cost":{cost},"user_credit":4,"profit":2.2,"margin":0.11,"reseller_rate":{rate},
            "reseller_balance":{before},"reseller_available_minutes":684,"new_reseller_balance":{after},"currency_symbol":"$"}}"#
    );
    Reply::Json(200, body)
}

/// Returns the only page of a log.
pub fn log(rows: &[Value]) -> Reply {
    let pages = u8::from(!rows.is_empty());
    let body = json!({
        "success": true,
        "data": {"logs": rows, "total_records": rows.len(), "page": 1, "page_size": 100, "total_pages": pages},
    });
    Reply::Json(200, body.to_string())
}

/// Returns the log's row for a transfer of 20 minutes to Beta Co, made `ago` milliseconds ago.
pub fn row(id: i64, ago: i64) -> Value {
    json!({
        "id": id, "transfer_reference": "CT-1-5678-4002",
        "reseller_organization": {"id": 5678, "name": "Demo Reseller"},
        "from_organization": {"id": 5678, "name": "Demo Reseller"},
        "to_organization": {"id": BETA_CO, "name": "Beta Co"},
        "credit_amount": 4, "cost_amount": -1.8,
        "from_balance_before": 61.613, "from_balance_after": 59.813,
        "to_balance_before": 10, "to_balance_after": 14,
        "transfer_date": utc_moment(now() - ago), "status": "success", "transaction_type": "credit_transfer",
        "notes": "Transfer of 20 minutes at 0.20/min",
    })
}

/// Returns the only page of a wallet's events: allocations of these credits, newest first, made just now.
pub fn events(credits: &[i64]) -> Reply {
    let items: Vec<_> = credits
        .iter()
        .enumerate()
        .map(|(place, credits)| {
            json!({
                "eventId": format!("a962df6d-2ea8-4dff-8a68-d49b1dc74d3{place}"), "credits": credits,
                "eventType": "allocation", "createdAt": utc_moment(now()), "balanceAfterPrepaid": 5900,
            })
        })
        .collect();
    Reply::Json(200, json!({"items": items, "nextCursor": null}).to_string())
}

/// Returns the script of a backend whose replies to movements come from `replies`, called with the attempt's number;
/// `None` accepts the movement.
pub fn replies_by_attempt(
    replies: impl Fn(u32) -> Option<Reply> + 'static,
) -> impl Fn(&RecordedRequest) -> Reply + 'static {
    let count = Cell::new(0);
    move |request| {
        if !request.is_movement() {
            return happy_backend(request);
        }
        count.set(count.get() + 1);
        replies(count.get()).unwrap_or_else(|| happy_backend(request))
    }
}

/// The rows of a log, to which a test can add.
pub type Rows = Rc<RefCell<Vec<Value>>>;

/// Installs a backend that never replies to a movement, and whose log has the test's `rows`.
pub fn silent_backend(rows: &Rows) -> Backend {
    replying_backend(Reply::Silent, rows)
}

/// Installs a backend that replies to every movement with `reply`, and whose log has the test's `rows`.
pub fn replying_backend(reply: Reply, rows: &Rows) -> Backend {
    let rows = rows.clone();
    Backend::install(move |request| match request {
        request if request.is_movement() => reply.clone(),
        request if request.reads_ledger() => log(&rows.borrow()),
        request => happy_backend(request),
    })
}
