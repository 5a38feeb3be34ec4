//! Colleagues at other desks, who make their own movements.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::{
    disruption::Credential, ledger::Ledger, movement_kind::MovementKind, oracle::Submission,
    plan::Plan,
};
use crate::Sandbox;

/// Prefix of colleagues' Idempotency-Keys.
pub const COLLEAGUE: &str = "colleague-";

/// Other API keys of the same accounts.
const OTHER: Keys<'_> = Keys {
    reseller: "demo-colleague-key",
    organizations: "lp_test_colleague",
};

/// The API keys of a user.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    /// For the reseller API.
    pub reseller: &'a str,
    /// For the organizations API.
    pub organizations: &'a str,
}

/// A colleague's movement.
#[derive(Clone, Debug)]
pub struct ColleagueMovement {
    key: String,
    kind: MovementKind,
    child: &'static str,
    amount: u32,
    credential: Credential,
    ended: SystemTime,
}

impl ColleagueMovement {
    /// Makes the movement, and ignores the response.
    pub async fn make(
        sandbox: &Sandbox,
        keys: Keys<'_>,
        plan: &Plan,
        amount: u32,
        credential: Credential,
        count: usize,
    ) -> Self {
        let keys = match credential {
            Credential::Same => keys,
            Credential::Other => OTHER,
        };
        let number = |id: &str| id.parse::<u32>().unwrap_or_default();
        let rate: serde_json::Value = serde_json::from_str(plan.rate()).unwrap_or_default();
        let (path, body) = match plan.kind {
            MovementKind::Transfer => (
                "/api/v1/reseller/credits/transfer".to_owned(),
                json!({ "to_organization_id": number(plan.child), "minutes": amount, "cost_per_min": rate }),
            ),
            MovementKind::Revert => (
                "/api/v1/reseller/credits/revert".to_owned(),
                json!({ "from_organization_id": number(plan.child), "minutes": amount }),
            ),
            MovementKind::Allocate => (
                format!("/v1/organizations/{}/credits/allocate", plan.child),
                json!({ "credits": amount }),
            ),
        };
        let secret = match plan.kind {
            MovementKind::Transfer | MovementKind::Revert => keys.reseller,
            MovementKind::Allocate => keys.organizations,
        };
        let key = format!("{COLLEAGUE}{}-{count}", plan.number);
        _ = sandbox.post(&path, secret, &key, &body).await;
        Self {
            key,
            kind: plan.kind,
            child: plan.child,
            amount,
            credential,
            ended: SystemTime::now(),
        }
    }

    /// Whether nothing visible to the portal distinguishes this movement's entry from one of `submission`'s.
    pub fn is_indistinguishable(
        &self,
        submission: &Submission,
        lag_ms: u64,
        ledger: &Ledger,
    ) -> bool {
        // How far before the request an entry may be dated: half of the allowed skew.
        const SLACK: Duration = Duration::from_secs(60);
        let requested = &submission.requested;
        let is_same = self.kind == requested.kind
            && self.child == requested.child
            && self.amount == requested.amount
            && !ledger.of(&self.key).is_empty();
        let is_other_performer = self.credential == Credential::Other && submission.knows_performer;
        // Entries that the log already showed at the confirmation aren't new.
        let lag = Duration::from_millis(lag_ms);
        let is_new = submission.pressed.is_none_or(|pressed| {
            let slack = if submission.knew_log {
                lag
            } else {
                SLACK + lag
            };
            self.ended + slack >= pressed
        });
        is_same && !is_other_performer && is_new
    }
}

/// Returns how many of these movements the portal can't distinguish from a submission's own.
pub fn count_indistinguishable(
    movements: &[ColleagueMovement],
    submission: &Submission,
    lag_ms: u64,
    ledger: &Ledger,
) -> usize {
    let is_indistinguishable =
        |movement: &&ColleagueMovement| movement.is_indistinguishable(submission, lag_ms, ledger);
    movements.iter().filter(is_indistinguishable).count()
}

/// The initial API keys.
pub const INITIAL: Keys<'_> = Keys {
    reseller: "demo-reseller-key",
    organizations: "lp_test_demo",
};
