//! The service's response to a completed movement, and how it compares with the quote.

use crate::client::{Failure, FailureKind, RawResponse, read};
use crate::movement::Movement;
use crate::movement::quote::Quote;
use crate::units::{LabeledValue, Value};
use crate::wire::{allocate, revert, transfer};

/// The service's confirmation that a movement was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The user's own balance afterward. The response to an allocation doesn't include it.
    pub own: Option<Value>,
    /// The child's balance afterward.
    pub child: Value,
    /// The other amounts.
    pub lines: Vec<LabeledValue>,
    /// The `txn_…`, if the service gives one.
    pub transaction: Option<String>,
    /// When the service applied it, as the service wrote it.
    pub created: Option<String>,
    /// Whether this is the replayed response to an earlier attempt.
    pub replayed: bool,
}

/// A returned balance that differs from the quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whether it is the user's own balance, not the child's.
    pub own: bool,
    /// The quoted balance.
    pub quoted: Value,
    /// The returned balance.
    pub returned: Value,
}

impl Receipt {
    /// Parses the response to `movement`. "From" and "to" are opposite sides in a transfer and in a revert (contract
    /// §1.2, §1.3); here they become own and child.
    ///
    /// # Errors
    /// Any [`Failure`] that a response can mean.
    pub fn read(movement: &Movement, raw: &RawResponse) -> Result<Self, Failure> {
        let plain = |own, child| Self {
            own: Some(Value::Money(own)),
            child: Value::Money(child),
            lines: Vec::new(),
            transaction: None,
            created: None,
            replayed: false,
        };
        let api = movement.kind().api();
        match movement {
            Movement::Transfer { .. } => {
                let response: transfer::Response = read(api, raw)?;
                Ok(plain(response.new_from_balance, response.new_to_balance))
            }
            Movement::Revert { .. } => {
                let response: revert::Response = read(api, raw)?;
                Ok(plain(response.new_to_balance, response.new_from_balance))
            }
            Movement::Allocate {
                organization,
                credits,
                ..
            } => {
                let response: allocate::Response = read(api, raw)?;
                if response.allocated != *credits || !response.organization_id.is_same(organization)
                {
                    let what = "the response is about another allocation".to_owned();
                    return Err(Failure {
                        request_id: raw.request_id.clone(),
                        status: Some(raw.status),
                        ..Failure::unanswered(FailureKind::Unreadable(what))
                    });
                }
                Ok(Self {
                    own: None,
                    child: Value::Credits(response.balance),
                    lines: vec![
                        LabeledValue {
                            label: "Credits allocated",
                            value: Value::Credits(response.allocated),
                        },
                        LabeledValue {
                            label: "Available to the client",
                            value: Value::Credits(response.available),
                        },
                    ],
                    transaction: Some(response.id),
                    created: response.created,
                    replayed: response.replayed,
                })
            }
        }
    }

    /// Returns the balances that differ from `quote`.
    pub fn differences(&self, quote: &Quote) -> Vec<Difference> {
        let own = quote
            .own
            .zip(self.own)
            .map(|(quoted, returned)| (true, quoted.after, returned));
        let child = quote.child.map(|quoted| (false, quoted.after, self.child));
        [own, child]
            .into_iter()
            .flatten()
            .filter(|(_, quoted, returned)| quoted != returned)
            .map(|(own, quoted, returned)| Difference {
                own,
                quoted,
                returned,
            })
            .collect()
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::units::{Amount, Change, ChildId, Credits, Minutes, OrganizationId};

    fn money(text: &str) -> Value {
        Value::Money(text.parse::<Amount>().unwrap())
    }

    fn transfer() -> Movement {
        Movement::Transfer {
            child: ChildId(4002),
            name: "Beta Co".into(),
            minutes: Minutes::new(20),
            rate: "0.2".parse().unwrap(),
        }
    }

    fn response(body: &str) -> RawResponse {
        RawResponse {
            status: 200,
            body: body.to_owned(),
            ..RawResponse::default()
        }
    }

    #[test]
    fn from_and_to_swap_sides_between_transfer_and_revert() {
        let body = r#"{"success":true,"new_from_balance":1,"new_to_balance":2}"#;
        let transfer = Receipt::read(&transfer(), &response(body)).unwrap();
        assert_eq!(
            (transfer.own, transfer.child),
            (Some(money("1")), money("2"))
        );
        let revert_movement = Movement::Revert {
            child: ChildId(4002),
            name: "Beta Co".into(),
            minutes: Minutes::new(5),
        };
        let revert = Receipt::read(&revert_movement, &response(body)).unwrap();
        assert_eq!((revert.own, revert.child), (Some(money("2")), money("1")));
    }

    #[test]
    fn differences_from_the_quote_are_found() {
        let quote = Quote {
            own: Some(Change {
                before: money("61.613"),
                after: money("59.813"),
            }),
            child: Some(Change {
                before: money("10"),
                after: money("14"),
            }),
            ..Quote::default()
        };
        let same =
            response(r#"{"success":true,"new_from_balance":59.813,"new_to_balance":14.000}"#);
        assert_eq!(
            Receipt::read(&transfer(), &same)
                .unwrap()
                .differences(&quote),
            []
        );
        let applied_twice =
            response(r#"{"success":true,"new_from_balance":58.013,"new_to_balance":18}"#);
        let differences = Receipt::read(&transfer(), &applied_twice)
            .unwrap()
            .differences(&quote);
        assert_eq!(differences.len(), 2);
        assert_eq!(
            differences[1],
            Difference {
                own: false,
                quoted: money("14"),
                returned: money("18")
            }
        );
    }

    #[test]
    fn a_response_about_another_allocation_is_rejected() {
        let id = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
        let allocation = |credits| Movement::Allocate {
            organization: OrganizationId::parse(id).unwrap(),
            name: "Northwind".into(),
            credits: Credits::new(credits),
            description: None,
            metadata: Default::default(),
        };
        let body = r#"{"id":"txn_1","organizationId":"d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","allocated":500,
            "balance":500,"available":500,"metadata":{"free":[1]},"description":7}"#;
        assert!(
            Receipt::read(&allocation(500), &response(body)).is_ok(),
            "with or without the prefix"
        );
        let failure = Receipt::read(&allocation(5000), &response(body)).unwrap_err();
        assert!(matches!(failure.kind, FailureKind::Unreadable(_)));
    }
}
