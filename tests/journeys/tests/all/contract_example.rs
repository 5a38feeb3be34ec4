//! The contract's example, to the digit: on the receipt, in the log and in the ledger.

use credit_desk_journeys::{Desk, Find, Key, journey};

use crate::steps::sign_in;

/// The child's row on the overview. Only in the table of children: the latest movements also contain the name.
fn child<'a>(desk: &'a Desk, name: &str) -> Find<'a> {
    let table = desk.css("[aria-label='Reseller clients, table']");
    desk.css("tbody tr").containing(name).within(&table)
}

#[test]
fn the_contracts_example_is_exact() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        desk.css(".card")
            .containing("Minutes available")
            .shows("$61.613")
            .await?;
        child(desk, "Beta Co").shows("$10.00").await?;

        desk.link("Transfer… to Beta Co").click().await?;
        desk.field("Client rate per minute").holds("0.20").await?;
        desk.field("Minutes").fill("20").await?;
        desk.css(".quote .balances").shows("$59.813").await?;
        // Enter goes to the review, never past it.
        desk.field("Minutes").press(Key::Enter).await?;
        let review = desk.css(".review");
        review.shows("$61.613").await?;
        review.shows("$59.813").await?;
        review.shows("$10.00").await?;
        review.shows("$14.00").await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "61.613");
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        let receipt = desk.css(".receipt");
        receipt.shows("Transferred 20 minutes to Beta Co").await?;
        receipt.shows("$59.813").await?;
        receipt.shows("$14.00").await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "59.813");
        assert_eq!(desk.sandbox.balance("child:4002").await?, "14");

        desk.link("Revert").click().await?;
        desk.field("Client").fill("Beta Co").await?;
        desk.field("Minutes").fill("5").await?;
        desk.css(".quote .balances").shows("$60.263").await?;
        desk.button("Review revert").click().await?;
        desk.css(".review").shows("$59.813").await?;
        desk.button("Revert 5 minutes from Beta Co").click().await?;
        receipt.shows("Reverted 5 minutes from Beta Co").await?;
        receipt.shows("$60.263").await?;
        receipt.shows("$13.00").await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "60.263");
        assert_eq!(desk.sandbox.balance("child:4002").await?, "13");

        desk.link("View in log").click().await?;
        desk.css("table.log").seen().await?;
        let rows = desk.css("tr.row");
        let (revert, transfer) = (rows.clone().nth(0), rows.nth(1));
        for amount in ["Revert", "-$1.00", "$0.45", "$13.00", "$60.263"] {
            revert.shows(amount).await?;
        }
        for amount in ["Transfer", "$4.00", "-$1.80", "$59.813", "$14.00"] {
            transfer.shows(amount).await?;
        }
        transfer.shows("Transfer of 20 minutes at 0.20/min").await?;

        let transfers = desk.sandbox.movements("credit_transfer").await?;
        let last = transfers.last().expect("the transfer is in the ledger");
        assert_eq!(last["credit"], "4");
        assert_eq!(last["cost"], "-1.8");
        let key = last["idempotency_key"].as_str().unwrap_or_default();
        assert_eq!(key.len(), 36, "its idempotency key: {key:?}");

        desk.link("Overview").click().await?;
        desk.css(".card")
            .containing("Minutes available")
            .shows("$60.263")
            .await?;
        child(desk, "Beta Co").shows("$13.00").await
    });
}

#[test]
fn amounts_of_twenty_six_digits_stay_exact() {
    journey(async |desk| {
        let large = "12345678901234567890.123456";
        desk.sandbox
            .set(serde_json::json!({ "reseller": { "balance": large }, "child": { "id": 4002, "balance": large } }))
            .await?;
        sign_in(desk, "/").await?;
        let shown = "$12,345,678,901,234,567,890.123456";
        desk.css(".card")
            .containing("Minutes available")
            .shows(shown)
            .await?;
        child(desk, "Beta Co").shows(shown).await?;
        desk.link("Transfer… to Beta Co").click().await?;
        desk.field("Client rate per minute")
            .fill("0.123457")
            .await?;
        desk.field("Minutes").fill("3").await?;
        desk.css(".quote .balances")
            .shows("$12,345,678,901,234,567,890.493827")
            .await?;
        desk.button("Review transfer").click().await?;
        desk.button("Transfer 3 minutes to Beta Co").click().await?;
        desk.css(".receipt")
            .shows("$12,345,678,901,234,567,889.853456")
            .await?;
        desk.css(".receipt")
            .shows("$12,345,678,901,234,567,890.493827")
            .await?;
        assert_eq!(
            desk.sandbox.balance("child:4002").await?,
            "12345678901234567890.493827"
        );
        desk.link("View in log").click().await?;
        desk.css("tr.row")
            .nth(0)
            .shows("$12,345,678,901,234,567,890.493827")
            .await
    });
}
