//! Error responses: none may be read as a success, and an inconclusive one must not be reported as definite.

use credit_desk::client::{Certainty, Failure, FailureKind, read};
use credit_desk::session::Api;
use fastrand::Rng;
use serde_json::Value;

use super::{enlarged, response};
use crate::{
    hostile, mutate,
    readers::same,
    run::{Outcome, Reader},
};

/// Reads error responses.
pub struct Refusals {
    bodies: Vec<Value>,
}

impl Refusals {
    pub fn new() -> Self {
        let lists = [example!("reseller-errors"), example!("allocate-errors")];
        let errors = lists
            .iter()
            .flat_map(|list| list["errors"].as_array().cloned().unwrap_or_default());
        Self {
            bodies: errors.map(|error| error["body"].clone()).collect(),
        }
    }
}

impl Reader for Refusals {
    fn name(&self) -> &'static str {
        "wire: refusals"
    }

    /// The input is the status, a space, and the body.
    fn draw(&self, rng: &mut Rng) -> String {
        let none = Value::Null;
        let body_of_error = self
            .bodies
            .get(rng.usize(..self.bodies.len().max(1)))
            .unwrap_or(&none);
        let known: [u16; 14] = [
            200, 201, 400, 401, 402, 403, 404, 405, 409, 422, 429, 500, 503, 302,
        ];
        let status = match rng.bool() {
            true => known[rng.usize(..known.len())],
            false => rng.u16(100..1000),
        };
        let body = match rng.u8(..8) {
            0 => hostile::random_text(rng, 30),
            _ => mutate::json(rng, body_of_error),
        };
        format!("{status} {body}")
    }

    fn large(&self, bytes: usize) -> String {
        let body = self.bodies.first().cloned().unwrap_or_default();
        format!("500 {}", enlarged(&body, bytes))
    }

    fn read(&self, text: &str) -> Outcome {
        let Some((status, body)) = text.split_once(' ') else {
            return Outcome::Rejected;
        };
        let status = status.parse().unwrap_or(500);
        let mut outcome = Outcome::Rejected;
        for api in [Api::Reseller, Api::Organizations] {
            match read::<Value>(api, &response(status, body)) {
                Err(failure) => {
                    if let Err(what) = check_certainty(status, &failure) {
                        return Outcome::Wrong(what);
                    }
                }
                Ok(_) if !(200..300).contains(&status) => {
                    return Outcome::Wrong(format!("{status} was read as a success"));
                }
                Ok(_) => outcome = Outcome::Accepted,
            }
        }
        outcome
    }
}

/// A 5xx may be sent after the service has committed the movement, and so may an unreadable success.
fn check_certainty(status: u16, failure: &Failure) -> Result<(), String> {
    let is_uncertain = match status {
        500.. => failure.kind != FailureKind::Suspended,
        _ => matches!(failure.kind, FailureKind::Unreadable(_)),
    };
    if is_uncertain && failure.certainty() != Certainty::Unknown {
        return Err(format!(
            "{status} {:?} is reported as definite",
            failure.kind
        ));
    }
    same("the status", &failure.status, &Some(status))
}
