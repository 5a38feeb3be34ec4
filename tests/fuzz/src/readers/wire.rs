//! The answers of both backends, as [`credit_desk::client::read`] takes them.

use std::fmt::Debug;

use credit_desk::{
    client::{Answer, Effect, Failure, Why, read},
    session::Api,
    wire::{
        allocate, balance, calculate, children, events, logs, organizations, revert, transfer,
        wallet,
    },
};
use fastrand::Rng;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{judged, same};
use crate::{
    digits::digits,
    hostile, mutate,
    run::{Outcome, Reader},
};

/// Figures of what was read, each by its place in the body.
type Figures<T> = fn(&T) -> Vec<(String, Option<String>)>;

/// A good answer of one kind.
struct Good<T> {
    name: &'static str,
    api: Api,
    body: Value,
    figures: Figures<T>,
}

/// An answer that is no success.
struct Bad {
    bodies: Vec<Value>,
}

macro_rules! example {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../contract/", $name, ".json")))
            .unwrap_or_default()
    };
}

/// The figures of some fields, by their names.
macro_rules! fields {
    ($type:ty: $($name:ident),*) => {
        |read: &$type| vec![$((format!("/{}", stringify!($name)), Some(read.$name.to_string()))),*]
    };
}

fn body(mut example: Value) -> Value {
    example["response"]["body"].take()
}

/// One reader for each body.
pub fn all() -> Vec<Box<dyn Reader>> {
    let (reseller, layers) = (Api::Reseller, Api::Organizations);
    let whoami =
        serde_json::json!({"organizationId": "org_1", "organizationName": "Acme", "scopes": []});
    let page = serde_json::json!({"items": [{"id": "org_1", "name": "Acme", "status": "active"}], "nextCursor": "c2"});
    let balance = serde_json::json!({
        "success": true, "balance": {"amount": 66.113, "currency": "USD"},
        "estimated_minutes_remaining": 734, "rates_per_minute_usd": 0.09,
    });
    vec![
        good(
            "wire: calculate",
            reseller,
            body(example!("calculate-forward")),
            fields!(calculate::Forward:
            my_cost, user_credit, profit, margin, reseller_rate, reseller_balance, reseller_available_minutes, new_reseller_balance),
        ),
        good(
            "wire: calculate back",
            reseller,
            body(example!("calculate-revert")),
            fields!(calculate::Revert:
            refund_amount, deduction_amount, reseller_rate, child_balance, child_available_minutes, new_child_balance),
        ),
        good(
            "wire: transfer",
            reseller,
            body(example!("transfer")),
            fields!(transfer::Response: new_from_balance, new_to_balance),
        ),
        good(
            "wire: revert",
            reseller,
            body(example!("revert")),
            fields!(revert::Response: new_from_balance, new_to_balance),
        ),
        good(
            "wire: balance",
            reseller,
            balance,
            |read: &balance::Response| {
                vec![
                    (
                        "/balance/amount".to_owned(),
                        Some(read.balance.amount.to_string()),
                    ),
                    (
                        "/rates_per_minute_usd".to_owned(),
                        read.rates_per_minute_usd.map(|rate| rate.to_string()),
                    ),
                ]
            },
        ),
        good(
            "wire: children",
            reseller,
            body(example!("organizations")),
            |read: &children::Response| {
                let each = read
                    .organizations
                    .iter()
                    .enumerate()
                    .flat_map(|(at, child)| {
                        [
                            (
                                format!("/organizations/{at}/cost_per_min"),
                                child.cost_per_min.map(|rate| rate.to_string()),
                            ),
                            (
                                format!("/organizations/{at}/org_balance"),
                                child.org_balance.map(|amount| amount.to_string()),
                            ),
                        ]
                    });
                each.collect()
            },
        ),
        good(
            "wire: log",
            reseller,
            body(example!("logs")),
            |read: &logs::Response| {
                let each = read.data.logs.iter().enumerate().flat_map(|(at, row)| {
                    [
                        ("credit_amount", row.credit_amount),
                        ("cost_amount", row.cost_amount),
                        ("from_balance_before", row.from_balance_before),
                        ("from_balance_after", row.from_balance_after),
                        ("to_balance_before", row.to_balance_before),
                        ("to_balance_after", row.to_balance_after),
                    ]
                    .map(|(name, amount)| {
                        (
                            format!("/data/logs/{at}/{name}"),
                            amount.map(|amount| amount.to_string()),
                        )
                    })
                });
                each.collect()
            },
        ),
        good(
            "wire: allocate",
            layers,
            body(example!("allocate")),
            fields!(allocate::Response: allocated, balance, available),
        ),
        good(
            "wire: wallet",
            layers,
            body(example!("wallet")),
            |read: &wallet::Response| {
                vec![
                    ("/balance".to_owned(), Some(read.balance.to_string())),
                    ("/available".to_owned(), Some(read.available.to_string())),
                    (
                        "/prepaidBalance".to_owned(),
                        Some(read.prepaid_balance.to_string()),
                    ),
                ]
            },
        ),
        good(
            "wire: events",
            layers,
            body(example!("wallet-events")),
            |read: &events::Page| {
                let each = read.items.iter().enumerate();
                each.map(|(at, event)| {
                    (
                        format!("/items/{at}/credits"),
                        Some(event.credits.to_string()),
                    )
                })
                .collect()
            },
        ),
        good(
            "wire: organizations",
            layers,
            page,
            |_: &organizations::Page| Vec::new(),
        ),
        good(
            "wire: whoami",
            layers,
            whoami,
            |_: &organizations::WhoAmI| Vec::new(),
        ),
        Box::new(Bad::new()),
    ]
}

fn good<T: DeserializeOwned + PartialEq + Debug + 'static>(
    name: &'static str,
    api: Api,
    body: Value,
    figures: Figures<T>,
) -> Box<dyn Reader> {
    Box::new(Good {
        name,
        api,
        body,
        figures,
    })
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        body: body.to_owned(),
        ..Answer::default()
    }
}

/// A good body that is as long as asked for: half by its last list or a field nobody knows, half by a text.
pub fn grown(body: &Value, bytes: usize) -> String {
    let mut body = body.clone();
    let each = body.to_string().len().max(1);
    if let Some(object) = body.as_object_mut() {
        let more = Value::Array(vec![Value::Object(object.clone()); bytes / 2 / each]);
        object.insert("more".to_owned(), more);
        object.insert(
            "message".to_owned(),
            Value::String("ä\u{202e}".repeat(bytes / 10)),
        );
    }
    body.to_string()
}

impl<T: DeserializeOwned + PartialEq + Debug> Reader for Good<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn draw(&self, rng: &mut Rng) -> String {
        mutate::json(rng, &self.body)
    }

    fn large(&self, bytes: usize) -> String {
        grown(&self.body, bytes)
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(taken) = read::<T>(self.api, &answer(200, text)) else {
            return Outcome::Refused;
        };
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Outcome::Wrong("taken, and no JSON".to_owned());
        };
        if self.api == Api::Reseller && value.get("success") != Some(&Value::Bool(true)) {
            return Outcome::Wrong("taken, and it does not say success".to_owned());
        }
        judged(self.look(&taken, &value))
    }
}

impl<T: DeserializeOwned + PartialEq + Debug> Good<T> {
    fn look(&self, taken: &T, value: &Value) -> Result<(), String> {
        // The same in other clothes: no blanks, and many.
        for written in [value.to_string(), format!("{value:#}")] {
            let again = read::<T>(self.api, &answer(200, &written));
            let again = again.map_err(|failure| format!("not taken again: {:?}", failure.why))?;
            same("read again", taken, &again)?;
        }
        for (place, figure) in (self.figures)(taken) {
            let came = value.pointer(&place);
            let Some(figure) = figure else {
                let is_nothing =
                    came.is_none_or(|came| matches!(came, Value::Null | Value::Bool(false)));
                if !is_nothing {
                    return Err(format!("{place}: {came:?} was taken for nothing"));
                }
                continue;
            };
            let Some(Value::Number(came)) = came else {
                return Err(format!("{place}: {figure} was read from {came:?}"));
            };
            if digits(&figure).is_none() || digits(came.as_str()) != digits(&figure) {
                return Err(format!("{place}: {came} was read as {figure}"));
            }
        }
        Ok(())
    }
}

impl Bad {
    fn new() -> Self {
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
        500.. => failure.why != Why::Suspended,
        _ => matches!(failure.why, Why::Unreadable(_)),
    };
    if is_open && failure.effect() != Effect::Unknown {
        return Err(format!("{status} {:?} is told as definite", failure.why));
    }
    same("the status", &failure.status, &Some(status))
}
