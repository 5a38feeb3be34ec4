//! The log: paging, page size and date range, all of it in the URL, and the links from an entry to the submission
//! behind it.

use anyhow::Result;
use credit_desk_journeys::{Desk, Key, Setup, journey};

use crate::steps::{self, Kind, LOG, NORTHWIND, open_screen, sign_in, submission_key};

async fn first_id(desk: &Desk) -> Result<u64> {
    let row = desk.css("tr.row").nth(0).element().await?;
    Ok(row.attr("data-id").await?.unwrap_or_default().parse()?)
}

#[test]
fn paging_is_reflected_in_the_url() {
    Setup::default()
        .sandbox(["--rows", "250"])
        .journey(async |desk| {
            sign_in(desk, "/log").await?;
            desk.css(".total").shows("253 entries").await?;
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
            desk.field("Entries per page").select("100").await?;
            desk.css(".place").shows("Page 1 of 3").await?;
            desk.until("a hundred rows", async || {
                Ok(desk.css("tr.row").count().await? == 100)
            })
            .await?;
            assert_eq!(desk.path().await?, "/log?page_size=100");
            desk.button("Last page").click().await?;
            desk.until("the last page", async || {
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
            // The same link in a new page shows the same entries.
            sign_in(desk, "/log?page=2").await?;
            desk.until("the linked page", async || {
                Ok(first_id(desk).await? == newest - 20)
            })
            .await
        });
}

#[test]
fn a_date_range_narrows_the_log() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css(".total").shows("3 entries").await?;
        // The entry of 11:04 UTC on the 15th is on the 15th in account time too; the others are on the 14th.
        steps::navigate(desk, "/log?from=2026-01-15&to=2026-01-15").await?;
        desk.css(".total").shows("1 entry").await?;
        desk.field("From").holds("2026-01-15").await?;
        desk.css("tr.row").shows("Channels").await?;
        desk.css("tr.row").shows("changed from 4 to 5").await?;
        desk.button("All time").click().await?;
        desk.css(".total").shows("3 entries").await?;
        assert_eq!(desk.path().await?, "/log");
        steps::navigate(desk, "/log?from=2020-01-01&to=2020-01-31").await?;
        desk.text("No transactions in this period.").seen().await?;
        steps::navigate(desk, "/log?from=2026-02-02&to=2026-02-01").await?;
        desk.text("Start date can't be after end date.")
            .seen()
            .await?;
        steps::navigate(desk, "/log?page=9").await?;
        desk.text("No such page.").seen().await?;
        desk.button("Go to the first page").click().await?;
        desk.css(".total").shows("3 entries").await
    });
}

#[test]
fn the_date_form_loads_only_when_submitted() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css(".total").shows("3 entries").await?;
        let before = desk.sandbox.requests(LOG).await?;
        desk.field("From").fill("2026-01-15").await?;
        desk.field("To").fill("2026-01-15").await?;
        assert_eq!(desk.sandbox.requests(LOG).await?, before);
        desk.button("Apply").click().await?;
        desk.css(".total").shows("1 entry").await?;
        assert_eq!(desk.path().await?, "/log?from=2026-01-15&to=2026-01-15");
        Ok(())
    });
}

#[test]
fn an_entry_opens_with_every_field() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.button("Entry 1, details").click().await?;
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
        assert_eq!(desk.focused().await?, "button \"Entry 1, details\"");
        desk.press(Key::Enter).await?;
        desk.button("Close").click().await?;
        details.gone().await
    });
}

#[test]
fn a_log_that_cannot_be_read_is_reported_and_can_be_refreshed() {
    journey(async |desk| {
        steps::allow_failed_requests(desk);
        desk.sandbox
            .fault(serde_json::json!({ "route": LOG, "fault": "garble" }))
            .await?;
        sign_in(desk, "/log").await?;
        desk.role("alert").shows("Unreadable response").await?;
        desk.button("Refresh").click().await?;
        desk.css(".total").shows("3 entries").await?;
        desk.role("alert").gone().await
    });
}

/// Asserts that Activity has opened at the submission with this key.
async fn assert_focused_in_activity(desk: &Desk, key: &str) -> Result<()> {
    assert_eq!(desk.path().await?, format!("/activity#key-{key}"));
    desk.until("the focus on the submission", async || {
        let focus = "return document.activeElement.dataset.key";
        Ok(desk.js(focus).await? == key)
    })
    .await
}

#[test]
fn a_new_movement_is_highlighted_and_links_to_activity() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        steps::transfer_outside_portal(desk, 10).await?;
        desk.link("View in log").click().await?;
        desk.css(".total").shows("5 entries").await?;
        desk.css("tr.row").nth(1).has("class", "row new").await?;
        assert_eq!(desk.css("tr.row.new").count().await?, 1);
        desk.css("tr.row.new .open").click().await?;
        desk.link("Sent from this browser").click().await?;
        desk.heading("Activity").seen().await?;
        assert_focused_in_activity(desk, &key).await
    });
}

#[test]
fn an_allocation_links_to_the_wallet_and_on_to_activity() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        kind.send(desk, 500).await?;
        let key = submission_key(desk, "receipt").await?;
        let receipt = desk.css(".receipt").read().await?;
        let transaction = receipt
            .split_whitespace()
            .find(|word| word.starts_with("txn_"));
        let transaction = transaction.expect("the receipt names it").to_owned();
        desk.link("View in wallet").click().await?;
        desk.heading("Wallet history").seen().await?;
        assert_eq!(
            desk.path().await?,
            format!("/wallet?organization={NORTHWIND}")
        );
        let event = desk.role("row").containing(&transaction);
        event.shows("+500").await?;
        desk.link("View request").within(&event).click().await?;
        desk.heading("Activity").seen().await?;
        assert_focused_in_activity(desk, &key).await?;
        // The other side of it is in the account's own wallet.
        open_screen(desk, "Wallet history").await?;
        event.shows("-500").await
    });
}
