//! Backends that leave open what became of a movement, and portals that are set up for them.

use credit_desk_journeys::Setup;
use serde_json::{Value, json};

/// What a person reads then.
pub const UNKNOWN: &str = "We don't know yet whether this went through.";

/// Nobody but the portal repeats a request.
pub fn setup() -> Setup {
    Setup::default().sandbox(["--connections", "close"])
}

/// Either backend does nothing with a repeated key.
pub fn ignoring() -> Setup {
    let ignores = json!({ "replays_idempotency_keys": false, "settles_after_seconds": 3 });
    setup().config(
        json!({ "timeout_seconds": 3, "reseller_api": ignores, "organizations_api": ignores }),
    )
}

/// What a proxy in between says.
pub fn status(status: u16) -> Value {
    json!({ "fault": "status", "status": status, "body": "<html>upstream error</html>" })
}

/// After the commit.
pub fn behind(mut fault: Value) -> Value {
    fault["after_commit"] = json!(true);
    fault
}
