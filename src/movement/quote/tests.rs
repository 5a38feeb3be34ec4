use super::*;
use crate::units::Amount;

fn money(text: &str) -> Value {
    Value::Money(text.parse::<Amount>().unwrap())
}

fn forward(example: &str) -> calculate::TransferPreview {
    let value: serde_json::Value = serde_json::from_str(example).unwrap();
    serde_json::from_value(value["response"]["body"].clone()).unwrap()
}

#[test]
fn the_documented_preview_is_consistent_only_at_its_real_rate() {
    let preview = forward(include_str!(
        "../../../tests/contract/calculate-forward.json"
    ));
    let minutes = Minutes::new(500);
    // The response was produced for 0.10 (contract §6, point 1).
    assert_eq!(
        Quote::transfer(&preview, minutes, "0.1".parse().unwrap(), None).cautions,
        []
    );
    let inconsistent = Quote::transfer(&preview, minutes, "0.2".parse().unwrap(), None);
    assert_eq!(inconsistent.cautions, [Caution::Inconsistent]);
}

#[test]
fn a_transfer_shows_both_balances_and_warns_of_a_rate_change() {
    let preview: calculate::TransferPreview = serde_json::from_str(
        r#"{"my_cost":1.8,"user_credit":4,"profit":2.2,"margin":0.11,"reseller_rate":0.09,
            "reseller_balance":61.613,"reseller_available_minutes":684,"new_reseller_balance":59.813}"#,
    )
    .unwrap();
    let child: Child =
        serde_json::from_str(r#"{"id":4002,"cost_per_min":0.2,"org_balance":10}"#).unwrap();
    let quote = Quote::transfer(
        &preview,
        Minutes::new(20),
        "0.2".parse().unwrap(),
        Some(&child),
    );
    assert_eq!(
        quote.own,
        Some(Change {
            before: money("61.613"),
            after: money("59.813")
        })
    );
    assert_eq!(
        quote.child,
        Some(Change {
            before: money("10"),
            after: money("14")
        })
    );
    assert!(quote.cautions.is_empty());
    let higher_rate = Quote::transfer(
        &preview,
        Minutes::new(20),
        "0.3".parse().unwrap(),
        Some(&child),
    );
    assert!(
        higher_rate
            .cautions
            .iter()
            .any(|caution| matches!(caution, Caution::RateChange { .. }))
    );
}

#[test]
fn a_negative_balance_in_the_preview_is_a_caution() {
    let preview: calculate::RevertPreview = serde_json::from_str(
        r#"{"refund_amount":0.9,"deduction_amount":2,"reseller_rate":0.09,"child_balance":1,
            "child_available_minutes":5,"new_child_balance":-1}"#,
    )
    .unwrap();
    let quote = Quote::revert(&preview, Minutes::new(10), None);
    assert!(quote.cautions.contains(&Caution::ChildBelowZero));
    assert!(quote.own.is_none());
}

#[test]
fn only_the_paying_balance_must_cover_the_movement() {
    let preview: calculate::TransferPreview = serde_json::from_str(
        r#"{"my_cost":1.8,"user_credit":4,"profit":2.2,"margin":0.11,"reseller_rate":0.09,
            "reseller_balance":61.613,"reseller_available_minutes":684,"new_reseller_balance":59.813}"#,
    )
    .unwrap();
    let child: Child = serde_json::from_str(r#"{"id":4002,"org_balance":-10}"#).unwrap();
    let rate = "0.2".parse().unwrap();
    let quote = Quote::transfer(&preview, Minutes::new(20), rate, Some(&child));
    assert_eq!(quote.child.unwrap().after, money("-6"));
    assert_eq!(quote.shortage(), None);

    let preview: calculate::RevertPreview = serde_json::from_str(
        r#"{"refund_amount":0.9,"deduction_amount":2,"reseller_rate":0.09,"child_balance":10,
            "child_available_minutes":50,"new_child_balance":8}"#,
    )
    .unwrap();
    let own = "-20".parse().unwrap();
    let quote = Quote::revert(&preview, Minutes::new(10), Some(own));
    assert_eq!(quote.own.unwrap().after, money("-19.1"));
    assert_eq!(quote.shortage(), None);
}

#[test]
fn an_allocation_moves_prepaid_credits() {
    let example: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/contract/wallet.json")).unwrap();
    let own: wallet::Response =
        serde_json::from_value(example["response"]["body"].clone()).unwrap();
    let quote = Quote::allocate(Credits::new(5000), Some(&own), None);
    let credits = |count| Value::Credits(Credits::new(count));
    assert_eq!(
        quote.own,
        Some(Change {
            before: credits(5400),
            after: credits(400)
        })
    );
    assert!(quote.cautions.is_empty());
    assert_eq!(
        Quote::allocate(Credits::new(5881), Some(&own), None)
            .cautions
            .len(),
        2
    );
}
