//! The organizations API.

use credit_desk::session::Api;
use credit_desk::wire::{allocate, events, organizations, wallet};

use super::{body, good::good};
use crate::run::Reader;

/// Returns one reader per body.
pub fn all() -> Vec<Box<dyn Reader>> {
    let layers = Api::Organizations;
    let whoami =
        serde_json::json!({"organizationId": "org_1", "organizationName": "Acme", "scopes": []});
    let page = serde_json::json!({"items": [{"id": "org_1", "name": "Acme", "status": "active"}], "nextCursor": "c2"});
    vec![
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
    ]
}
