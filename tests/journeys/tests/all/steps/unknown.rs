//! Services that leave the outcome of a movement unknown, and portals configured for them.

use credit_desk_journeys::Setup;
use serde_json::{Value, json};

/// The message about an unknown outcome.
pub const UNKNOWN_MESSAGE: &str = "We don't know yet whether this went through.";

/// A sandbox that closes its connections, so that only the portal repeats a request.
pub fn setup() -> Setup {
    Setup::default().sandbox(["--connections", "close"])
}

/// Like [`setup`], with a short timeout and settling time of the reseller API.
pub fn setup_with_short_timeouts() -> Setup {
    setup().config(json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } }))
}

/// Both services ignore a repeated key.
pub fn without_key_replay() -> Setup {
    let ignores_keys = json!({ "replays_idempotency_keys": false, "settles_after_seconds": 3 });
    setup().config(
        json!({ "timeout_seconds": 3, "reseller_api": ignores_keys, "organizations_api": ignores_keys }),
    )
}

/// A response with this status from an intermediate proxy.
pub fn status_fault(status: u16) -> Value {
    json!({ "fault": "status", "status": status, "body": "<html>upstream error</html>" })
}

/// Makes a fault happen after the commit.
pub fn after_commit(mut fault: Value) -> Value {
    fault["after_commit"] = json!(true);
    fault
}
