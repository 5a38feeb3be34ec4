//! What came back after a movement was made, and whether it is what was quoted.

use crate::client::{Answer, Failure, FailureKind, read};
use crate::movement::Movement;
use crate::movement::quote::Quote;
use crate::units::{LabeledValue, Value};
use crate::wire::{allocate, revert, transfer};

/// The backend's word that a movement was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// One's own balance after; an allocation's answer does not carry it.
    pub own: Option<Value>,
    /// The child's balance after.
    pub child: Value,
    /// The other figures.
    pub lines: Vec<LabeledValue>,
    /// `txn_…`, where the backend gives one.
    pub transaction: Option<String>,
    /// When the backend made it, as it wrote it.
    pub created: Option<String>,
    /// Whether the backend gave an earlier answer again.
    pub replayed: bool,
}

/// A balance that came back other than quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose balance: one's own, or the child's.
    pub own: bool,
    /// As quoted.
    pub quoted: Value,
    /// As it came back.
    pub returned: Value,
}

impl Receipt {
    /// Reads the answer to `movement`. From and to mean opposite sides in a transfer and in a revert
    /// (contract §1.2, §1.3); here they become own and child.
    ///
    /// # Errors
    /// Every [`Failure`] an answer can be.
    pub fn read(movement: &Movement, answer: &Answer) -> Result<Self, Failure> {
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
                let read: transfer::Response = read(api, answer)?;
                Ok(plain(read.new_from_balance, read.new_to_balance))
            }
            Movement::Revert { .. } => {
                let read: revert::Response = read(api, answer)?;
                Ok(plain(read.new_to_balance, read.new_from_balance))
            }
            Movement::Allocate {
                organization,
                credits,
                ..
            } => {
                let read: allocate::Response = read(api, answer)?;
                if read.allocated != *credits || !read.organization_id.is_same(organization) {
                    let what = "the answer speaks of another allocation".to_owned();
                    return Err(Failure {
                        request_id: answer.request_id.clone(),
                        status: Some(answer.status),
                        ..Failure::unanswered(FailureKind::Unreadable(what))
                    });
                }
                Ok(Self {
                    own: None,
                    child: Value::Credits(read.balance),
                    lines: vec![
                        LabeledValue {
                            label: "Credits allocated",
                            value: Value::Credits(read.allocated),
                        },
                        LabeledValue {
                            label: "Available to the child",
                            value: Value::Credits(read.available),
                        },
                    ],
                    transaction: Some(read.id),
                    created: read.created,
                    replayed: read.replayed,
                })
            }
        }
    }

    /// The balances that are not what `quote` said.
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

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            body: body.to_owned(),
            ..Answer::default()
        }
    }

    #[test]
    fn from_and_to_swap_sides_between_transfer_and_revert() {
        let body = r#"{"success":true,"new_from_balance":1,"new_to_balance":2}"#;
        let transfer = Receipt::read(&transfer(), &answer(body)).unwrap();
        assert_eq!(
            (transfer.own, transfer.child),
            (Some(money("1")), money("2"))
        );
        let back = Movement::Revert {
            child: ChildId(4002),
            name: "Beta Co".into(),
            minutes: Minutes::new(5),
        };
        let revert = Receipt::read(&back, &answer(body)).unwrap();
        assert_eq!((revert.own, revert.child), (Some(money("2")), money("1")));
    }

    #[test]
    fn a_difference_to_the_quote_is_found() {
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
        let same = answer(r#"{"success":true,"new_from_balance":59.813,"new_to_balance":14.000}"#);
        assert_eq!(
            Receipt::read(&transfer(), &same)
                .unwrap()
                .differences(&quote),
            []
        );
        let twice = answer(r#"{"success":true,"new_from_balance":58.013,"new_to_balance":18}"#);
        let differences = Receipt::read(&transfer(), &twice)
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
    fn an_answer_about_another_allocation_is_not_taken_for_this_one() {
        let id = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
        let asked = |credits| Movement::Allocate {
            organization: OrganizationId::parse(id).unwrap(),
            name: "Northwind".into(),
            credits: Credits::new(credits),
            description: None,
            metadata: Default::default(),
        };
        let body = r#"{"id":"txn_1","organizationId":"d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","allocated":500,
            "balance":500,"available":500,"metadata":{"free":[1]},"description":7}"#;
        assert!(
            Receipt::read(&asked(500), &answer(body)).is_ok(),
            "with or without the prefix"
        );
        let failure = Receipt::read(&asked(5000), &answer(body)).unwrap_err();
        assert!(matches!(failure.kind, FailureKind::Unreadable(_)));
    }
}
