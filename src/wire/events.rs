//! `GET /v1/credits/events` and `GET /v1/organizations/{orgId}/credits/events`: a wallet's events, newest first
//! (contract §3.4, §3.5).

use crate::units::Credits;
use crate::wire::lenient;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One page of a wallet's events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The events, newest first.
    pub items: Vec<Event>,
    /// Cursor of the next page; `None` on the last page.
    #[serde(default, deserialize_with = "lenient::text")]
    pub next_cursor: Option<String>,
}

/// One event. Only its id and its credits are always present.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// A bare UUID.
    pub event_id: String,
    /// The signed change of this wallet: an allocation is positive for the child and negative for the parent.
    pub credits: Credits,
    /// `usage`, `refund`, `grant`, `purchase`, `adjustment` or `allocation`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub event_type: Option<String>,
    /// ISO 8601 with `Z`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// Prepaid credits afterward. Excludes included credits, unlike an allocation's `balance`.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub balance_after_prepaid: Option<Credits>,
    /// The allocation's `txn_…` id (contract §6, point 11: not on every page of the documentation).
    #[serde(default, deserialize_with = "lenient::text")]
    pub transfer_id: Option<String>,
    /// The description given with an allocation.
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// The metadata given with an allocation, plus the service's own (contract §3.1).
    #[serde(default, deserialize_with = "lenient::texts")]
    pub metadata: BTreeMap<String, String>,
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn parses_the_contract_example() {
        let example: Value =
            serde_json::from_str(include_str!("../../tests/contract/wallet-events.json")).unwrap();
        let page: Page = serde_json::from_value(example["response"]["body"].clone()).unwrap();
        let event = Event {
            event_id: "a962df6d-2ea8-4dff-8a68-d49b1dc74d33".to_owned(),
            credits: Credits::new(5000),
            event_type: Some("allocation".to_owned()),
            created_at: Some("2026-06-03T18:14:02.187Z".to_owned()),
            balance_after_prepaid: Some(Credits::new(5400)),
            transfer_id: None,
            description: None,
            metadata: BTreeMap::new(),
        };
        assert_eq!(page.items, [event]);
        assert_eq!(page.next_cursor, None);
    }

    #[test]
    fn missing_and_unknown_fields_are_accepted() {
        let page: Page = serde_json::from_value(json!({
            "items": [{"eventId": "e", "credits": -400}, {
                "eventId": "f", "credits": 500.0, "eventType": "gift", "createdAt": null,
                "balanceAfterPrepaid": false, "transferId": "txn_1", "description": "Q3",
                "metadata": {"direction": "in"}
            }],
            "nextCursor": "c2",
        }))
        .unwrap();
        let [bare, full] = &page.items[..] else {
            panic!("expected two events")
        };
        assert_eq!(
            (bare.credits, &bare.event_type),
            (Credits::new(-400), &None)
        );
        assert_eq!(full.credits, Credits::new(500));
        assert_eq!(full.transfer_id.as_deref(), Some("txn_1"));
        assert_eq!(full.description.as_deref(), Some("Q3"));
        assert_eq!(page.next_cursor.as_deref(), Some("c2"));
    }

    #[test]
    fn unreadable_credits_are_an_error() {
        for credits in [json!("500"), json!(0.5), json!(null)] {
            let event = json!({"eventId": "e", "credits": credits});
            assert!(serde_json::from_value::<Event>(event).is_err());
        }
    }
}
