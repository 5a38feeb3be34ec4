//! Answers that are no success: none is taken for one, and none is told as definite that proves nothing.

use credit_desk::client::{Certainty, Failure, FailureKind, read};
use credit_desk::session::Api;
use fastrand::Rng;
use serde_json::Value;

use super::{answer, grown};
use crate::{
    hostile, mutate,
    readers::same,
    run::{Outcome, Reader},
};

/// An answer that is no success.
pub struct Bad {
    bodies: Vec<Value>,
}

impl Bad {
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

impl Reader for Bad {
    fn name(&self) -> &'static str {
        "wire: refusals"
    }

    /// The status stands ahead.
    fn draw(&self, rng: &mut Rng) -> String {
        let none = Value::Null;
        let good = self
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
            0 => hostile::drawn(rng, 30),
            _ => mutate::json(rng, good),
        };
        format!("{status} {body}")
    }

    fn large(&self, bytes: usize) -> String {
        let body = self.bodies.first().cloned().unwrap_or_default();
        format!("500 {}", grown(&body, bytes))
    }

    fn read(&self, text: &str) -> Outcome {
        let Some((status, body)) = text.split_once(' ') else {
            return Outcome::Refused;
        };
        let status = status.parse().unwrap_or(500);
        let mut outcome = Outcome::Refused;
        for api in [Api::Reseller, Api::Organizations] {
            match read::<Value>(api, &answer(status, body)) {
                Err(failure) => {
                    if let Err(what) = proves_nothing(status, &failure) {
                        return Outcome::Wrong(what);
                    }
                }
                Ok(_) if !(200..300).contains(&status) => {
                    return Outcome::Wrong(format!("{status} was taken for a success"));
                }
                Ok(_) => outcome = Outcome::Accepted,
            }
        }
        outcome
    }
}

/// A 5xx may come from behind the commit; so may a success that cannot be read.
fn proves_nothing(status: u16, failure: &Failure) -> Result<(), String> {
    let is_open = match status {
        500.. => failure.kind != FailureKind::Suspended,
        _ => matches!(failure.kind, FailureKind::Unreadable(_)),
    };
    if is_open && failure.certainty() != Certainty::Unknown {
        return Err(format!("{status} {:?} is told as definite", failure.kind));
    }
    same("the status", &failure.status, &Some(status))
}
