//! Colleagues at other desks, who make their own movements.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::{kind::Kind, ledger::Ledger, oracle::Submission, plan::Plan, upset::Credential};
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
pub struct Twin {
    key: String,
    kind: Kind,
    child: &'static str,
    amount: u32,
    credential: Credential,
    ended: SystemTime,
}

impl Twin {
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
            Kind::Transfer => (
                "/api/v1/reseller/credits/transfer".to_owned(),
                json!({ "to_organization_id": number(plan.child), "minutes": amount, "cost_per_min": rate }),
            ),
            Kind::Revert => (
                "/api/v1/reseller/credits/revert".to_owned(),
                json!({ "from_organization_id": number(plan.child), "minutes": amount }),
            ),
            Kind::Allocate => (
                format!("/v1/organizations/{}/credits/allocate", plan.child),
                json!({ "credits": amount }),
            ),
        };
        let secret = match plan.kind {
            Kind::Transfer | Kind::Revert => keys.reseller,
            Kind::Allocate => keys.organizations,
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
    pub fn is_equal_evidence(&self, submission: &Submission, lag_ms: u64, ledger: &Ledger) -> bool {
        // How far before the request an entry may be dated: half of the allowed skew.
        const SLACK: Duration = Duration::from_secs(60);
        let plan = &submission.requested;
        let is_same = self.kind == plan.kind
            && self.child == plan.child
            && self.amount == plan.amount
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

/// Returns how many of these movements are equal evidence for a submission.
pub fn equal_to(twins: &[Twin], submission: &Submission, lag_ms: u64, ledger: &Ledger) -> usize {
    let is_equal = |twin: &&Twin| twin.is_equal_evidence(submission, lag_ms, ledger);
    twins.iter().filter(is_equal).count()
}

/// The initial API keys.
pub const INITIAL: Keys<'_> = Keys {
    reseller: "demo-reseller-key",
    organizations: "lp_test_demo",
};
