//! Allocations, which create events with opaque ids in the child's wallet.

use super::*;
use proptest::prelude::*;

fn allocation(credits: i128) -> Movement {
    Movement::Allocate {
        organization: OrganizationId::parse(NORTHWIND).unwrap(),
        name: "Northwind".into(),
        credits: Credits::new(credits),
        description: None,
        metadata: Default::default(),
    }
}

/// The contract's event of 5000 credits, with the fields in `overrides` replaced.
fn event(overrides: Json) -> LedgerEntry {
    let example: Json = serde_json::from_str(include_str!(
        "../../../../tests/contract/wallet-events.json"
    ))
    .unwrap();
    let mut event = example["response"]["body"]["items"][0].clone();
    for (name, value) in overrides.as_object().unwrap() {
        event[name] = value.clone();
    }
    let bare = OrganizationId::parse(&NORTHWIND[4..]).unwrap();
    LedgerEntry::from_event(&serde_json::from_value::<Event>(event).unwrap(), &bare)
}

fn credits(count: i128) -> Value {
    Value::Credits(Credits::new(count))
}

fn quote() -> Quote {
    Quote {
        own: Some(Change {
            before: credits(9000),
            after: credits(4000),
        }),
        ..Quote::default()
    }
}

#[test]
fn the_contracts_event_is_parsed() {
    let read = event(json!({"transferId": "txn_1", "description": "Q3"}));
    assert_eq!(read.at, Some(1_780_510_442_187));
    assert_eq!(read.kind, Some(Kind::Allocate));
    assert_eq!(read.credit, Some(credits(5000)));
    assert_eq!(
        (read.own_after, read.child_after),
        (None, Some(credits(5400)))
    );
    assert_eq!(read.reference.as_deref(), Some("txn_1"));
    assert_eq!(read.notes.as_deref(), Some("Q3"));
}

#[test]
fn a_single_event_above_the_watermark_is_found() {
    let (movement, quote) = (allocation(5000), quote());
    let with_watermark = SearchTarget {
        watermark: Some("m"),
        ..target(&movement, &quote)
    };
    let watermark = || event(json!({"eventId": "m"}));
    let verdict = |entries| judge(&with_watermark, &reading(entries));
    assert!(matches!(
        verdict(vec![event(json!({})), watermark()]),
        Verdict::Found(_)
    ));
    assert!(matches!(verdict(vec![event(json!({}))]), Verdict::Found(_)));
    assert_eq!(
        verdict(vec![watermark(), event(json!({}))]),
        Verdict::NotThere
    );
    for other in [
        json!({"credits": 4999}),
        json!({"credits": -5000}),
        json!({"credits": -5000, "eventType": null}),
        json!({"eventType": "usage"}),
        json!({"eventType": "purchase"}),
    ] {
        let entry = event(other.clone());
        assert_eq!(
            verdict(vec![entry, watermark()]),
            Verdict::NotThere,
            "{other}"
        );
    }
    for other in [json!({"eventType": null}), json!({"eventType": "gift"})] {
        let verdict = verdict(vec![event(other.clone()), watermark()]);
        assert_eq!(doubt(&verdict), Some((Doubt::Unclear, 1)), "{other}");
    }
    let two = vec![
        event(json!({})),
        event(json!({"eventId": "e"})),
        watermark(),
    ];
    assert_eq!(doubt(&verdict(two)), Some((Doubt::Several, 2)));
}

#[test]
fn an_allocation_is_claimed_by_its_transaction() {
    let (movement, quote) = (allocation(5000), quote());
    let verdict = |claim: Claim, entry| {
        let claims = [claim];
        let target = SearchTarget {
            watermark: Some(""),
            claims: &claims,
            ..target(&movement, &quote)
        };
        judge(&target, &reading(vec![entry]))
    };
    let row = |id: &str| Claim::Row(id.to_owned());
    let named = || event(json!({"transferId": "txn_1"}));
    assert_eq!(verdict(row("txn_1"), named()), Verdict::NotThere);
    assert_eq!(
        verdict(row("a962df6d-2ea8-4dff-8a68-d49b1dc74d33"), named()),
        Verdict::NotThere
    );
    assert!(matches!(verdict(row("txn_2"), named()), Verdict::Found(_)));
    // An event that names no transaction may belong to anybody. The response's balance isn't the event's.
    let unclear = Some((Doubt::Unclear, 1));
    assert_eq!(doubt(&verdict(row("txn_1"), event(json!({})))), unclear);
    let balances = Claim::Balances {
        own: None,
        child: credits(5400),
        sent: ServerRange::default(),
    };
    assert_eq!(doubt(&verdict(balances, named())), unclear);
    let money = Claim::Balances {
        own: Some(money("1")),
        child: money("5400"),
        sent: ServerRange::default(),
    };
    assert!(matches!(verdict(money, named()), Verdict::Found(_)));
}

#[test]
fn unexplained_credits_are_reported() {
    let (movement, quote) = (allocation(5000), quote());
    let target = SearchTarget {
        watermark: Some(""),
        ..target(&movement, &quote)
    };
    let with = |entries, own| {
        judge(
            &target,
            &LedgerRead {
                own_balance: Some(credits(own)),
                ..reading(entries)
            },
        )
    };
    assert_eq!(doubt(&with(vec![], 4000)), Some((Doubt::Unexplained, 0)));
    assert_eq!(with(vec![], 9000), Verdict::NotThere);
    // Since then, another allocation and some usage by the child: only the allocation came out of the own wallet.
    let since = || {
        vec![
            event(json!({"credits": -20, "eventType": "usage"})),
            event(json!({"credits": 1000})),
        ]
    };
    assert_eq!(doubt(&with(since(), 3000)), Some((Doubt::Unexplained, 0)));
    assert_eq!(with(since(), 8000), Verdict::NotThere);
}

proptest! {
    /// Events of two sizes and three types, some claimed, with the watermark among them.
    #[test]
    fn events_are_judged_exactly(
        events in proptest::collection::vec((0usize..3, any::<bool>(), any::<bool>()), 0..9),
        watermark in 0usize..9,
    ) {
        let (movement, quote) = (allocation(5000), quote());
        let kinds = ["allocation", "usage", "purchase"];
        let (mut entries, mut claims, mut fitting) = (Vec::new(), Vec::new(), 0);
        for (at, (kind, large, claimed)) in events.iter().enumerate() {
            entries.push(event(json!({
                "eventId": at.to_string(), "transferId": format!("txn_{at}"),
                "eventType": kinds[*kind], "credits": if *large { 5000 } else { 500 },
            })));
            claims.extend(claimed.then(|| Claim::Row(format!("txn_{at}"))));
            fitting += usize::from(at < watermark && *kind == 0 && *large && !claimed);
        }
        let watermark = watermark.to_string();
        let target = SearchTarget { watermark: Some(&watermark), claims: &claims, ..target(&movement, &quote) };
        match (judge(&target, &reading(entries)), fitting) {
            (verdict, 0) => prop_assert_eq!(verdict, Verdict::NotThere),
            (Verdict::Found(_), 1) => {}
            (verdict, _) => prop_assert_eq!(doubt(&verdict), Some((Doubt::Several, fitting))),
        }
    }
}
