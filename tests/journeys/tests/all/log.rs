//! The log: paging, page size, days, all of it in the URL, and the way from a line of the books to who made it.

use anyhow::Result;
use credit_desk_journeys::{Desk, Key, Setup, journey};

use crate::steps::{self, Kind, NORTHWIND, go, key_of, sign_in};

async fn first_id(desk: &Desk) -> Result<u64> {
    let row = desk.css("tr.row").nth(0).element().await?;
    Ok(row.attr("data-id").await?.unwrap_or_default().parse()?)
}

#[test]
fn pages_turn_and_the_url_tells_where_one_is() {
    Setup::default()
        .sandbox(["--rows", "250"])
        .journey(async |desk| {
            sign_in(desk, "/log").await?;
            desk.css(".total").shows("253 rows").await?;
            desk.css(".place").shows("Page 1 of 13").await?;
            desk.until("the first page", async || {
                Ok(desk.css("tr.row").count().await? == 20)
            })
            .await?;
            let newest = first_id(desk).await?;
            desk.button("Next page").click().await?;
            desk.css(".place").shows("Page 2 of 13").await?;
            desk.until("the second page", async || {
                Ok(first_id(desk).await? == newest - 20)
            })
            .await?;
            assert_eq!(desk.path().await?, "/log?page=2");
            desk.field("Rows a page").select("100").await?;
            desk.css(".place").shows("Page 1 of 3").await?;
            desk.until("a hundred rows", async || {
                Ok(desk.css("tr.row").count().await? == 100)
            })
            .await?;
            assert_eq!(desk.path().await?, "/log?page_size=100");
            desk.button("Last page").click().await?;
            desk.until("the rest", async || {
                Ok(desk.css("tr.row").count().await? == 53)
            })
            .await?;
            desk.button("Next page")
                .has("aria-disabled", "true")
                .await?;
            desk.back().await?;
            desk.css(".place").shows("Page 1 of 3").await?;
            desk.back().await?;
            desk.css(".place").shows("Page 2 of 13").await?;
            desk.until("the second page again", async || {
                Ok(first_id(desk).await? == newest - 20)
            })
            .await?;
            // The same link in a fresh page shows the same rows.
            sign_in(desk, "/log?page=2").await?;
            desk.until("the linked page", async || {
                Ok(first_id(desk).await? == newest - 20)
            })
            .await
        });
}

#[test]
fn days_narrow_the_log() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css(".total").shows("3 rows").await?;
        // The row of 11:04 UTC on the 15th lies on the 15th in the account's zone too; the others on the 14th.
        steps::follow(desk, "/log?from=2026-01-15&to=2026-01-15").await?;
        desk.css(".total").shows("1 row").await?;
        desk.field("From").holds("2026-01-15").await?;
        desk.css("tr.row").shows("Channels").await?;
        desk.css("tr.row").shows("changed from 4 to 5").await?;
        desk.button("All days").click().await?;
        desk.css(".total").shows("3 rows").await?;
        assert_eq!(desk.path().await?, "/log");
        steps::follow(desk, "/log?from=2020-01-01&to=2020-01-31").await?;
        desk.text("Nothing was moved in these days.").seen().await?;
        steps::follow(desk, "/log?from=2026-02-02&to=2026-02-01").await?;
        desk.text("The first day lies after the last one.")
            .seen()
            .await?;
        steps::follow(desk, "/log?page=9").await?;
        desk.text("The log does not reach this far.").seen().await?;
        desk.button("Go to the first page").click().await?;
        desk.css(".total").shows("3 rows").await
    });
}

#[test]
fn the_day_form_asks_only_when_sent() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css(".total").shows("3 rows").await?;
        let asked = desk
            .sandbox
            .requests("GET /api/v1/reseller/credits/logs")
            .await?;
        desk.field("From").fill("2026-01-15").await?;
        desk.field("To").fill("2026-01-15").await?;
        assert_eq!(
            desk.sandbox
                .requests("GET /api/v1/reseller/credits/logs")
                .await?,
            asked
        );
        desk.button("Show").click().await?;
        desk.css(".total").shows("1 row").await?;
        assert_eq!(desk.path().await?, "/log?from=2026-01-15&to=2026-01-15");
        Ok(())
    });
}

#[test]
fn a_row_opens_to_every_field() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.button("Row 1, every field").click().await?;
        let details = desk.role("dialog");
        for words in [
            "CT-20260114120000-5678-4002",
            "Demo Reseller (5678)",
            "Beta Co (4002)",
            "admin@example.com",
            "2026-01-14T12:00:00.000Z",
        ] {
            details.shows(words).await?;
        }
        desk.press(Key::Escape).await?;
        details.gone().await?;
        assert_eq!(desk.focused().await?, "button \"Row 1, every field\"");
        desk.press(Key::Enter).await?;
        desk.button("Close").click().await?;
        details.gone().await
    });
}

#[test]
fn a_log_that_cannot_be_read_is_told_and_read_again() {
    journey(async |desk| {
        steps::refusals_are_expected(desk);
        desk.sandbox
            .fault(serde_json::json!({ "route": "GET /api/v1/reseller/credits/logs", "fault": "garble" }))
            .await?;
        sign_in(desk, "/log").await?;
        desk.role("alert").shows("could not be read").await?;
        desk.button("Read again").click().await?;
        desk.css(".total").shows("3 rows").await?;
        desk.role("alert").gone().await
    });
}

/// Activity has opened at the submission of this key.
async fn is_pointed_out(desk: &Desk, key: &str) -> Result<()> {
    assert_eq!(desk.path().await?, format!("/activity#key-{key}"));
    desk.until("the focus on the submission", async || {
        let focus = "return document.activeElement.dataset.key";
        Ok(desk.js(focus).await? == key)
    })
    .await
}

#[test]
fn a_movement_just_made_is_marked_and_leads_to_activity() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        steps::somebody_transfers(desk, 10).await?;
        desk.link("See the log").click().await?;
        desk.css(".total").shows("5 rows").await?;
        desk.css("tr.row").nth(1).has("class", "row new").await?;
        assert_eq!(desk.css("tr.row.new").count().await?, 1);
        desk.css("tr.row.new .open").click().await?;
        desk.link("Made from this browser").click().await?;
        desk.heading("Activity").seen().await?;
        is_pointed_out(desk, &key).await
    });
}

#[test]
fn an_allocation_leads_to_the_wallet_and_on_to_activity() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        kind.send(desk, 500).await?;
        let key = key_of(desk, "receipt").await?;
        let receipt = desk.css(".receipt").read().await?;
        let transaction = receipt
            .split_whitespace()
            .find(|word| word.starts_with("txn_"));
        let transaction = transaction.expect("the receipt names it").to_owned();
        desk.link("See it in the wallet").click().await?;
        desk.heading("Wallet").seen().await?;
        assert_eq!(
            desk.path().await?,
            format!("/wallet?organization={NORTHWIND}")
        );
        let event = desk.role("row").containing(&transaction);
        event.shows("+500").await?;
        desk.link("in Activity").within(&event).click().await?;
        desk.heading("Activity").seen().await?;
        is_pointed_out(desk, &key).await?;
        // The other side of it is in one's own wallet.
        go(desk, "Wallet").await?;
        event.shows("-500").await
    });
}
