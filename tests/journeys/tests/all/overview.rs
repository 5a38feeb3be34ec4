//! The overview: which clients run low, the latest movements, and the charts, whose amounts match the ledger.

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Key, Setup, journey};
use serde_json::json;

use crate::steps::{
    self, enter_keys,
    ledger::{log_entries, micro, totals_by_child},
    record_page_text, sign_in,
};

/// Returns the names of the children in table order.
async fn children(desk: &Desk) -> Result<Vec<String>> {
    const NAMES: &str = "
        const table = document.querySelector('[aria-label=\"Reseller clients, table\"]');
        return [...table.querySelectorAll('tbody th')].map((cell) => cell.firstChild.textContent)";
    Ok(serde_json::from_value(desk.js(NAMES).await?)?)
}

#[test]
fn a_child_that_runs_low_is_flagged() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        // $10 at $0.20 per minute is 50 minutes.
        let low = desk.css("tr.low");
        low.shows("Beta Co").await?;
        low.shows("low").await?;
        desk.css(".card .total")
            .shows("2 clients, 1 low (under 100 min)")
            .await?;
        assert_eq!(
            desk.field("Search clients").count().await?,
            0,
            "two clients need no search"
        );
        desk.sandbox
            .set(json!({ "child": { "id": 4002, "balance": "20" } }))
            .await?;
        desk.button("Refresh").click().await?;
        low.gone().await
    });
}

#[test]
fn clients_are_counted_only_after_they_have_loaded() {
    journey(async |desk| {
        let route = "GET /api/v1/reseller/organizations";
        desk.goto("/").await?;
        let slow = json!({ "route": route, "fault": "delay", "delay_ms": 1500, "count": 100 });
        desk.sandbox.fault(slow).await?;
        record_page_text(desk).await?;
        enter_keys(desk).await?;
        desk.css(".card .total").shows("2 clients").await?;
        assert_eq!(
            desk.js("return notes.some((note) => note.includes('0 clients'))")
                .await?,
            false
        );
        Ok(())
    });
}

#[test]
fn children_can_be_searched_and_sorted() {
    Setup::default()
        .sandbox(["--rows", "500"])
        .journey(async |desk| {
            sign_in(desk, "/").await?;
            let total = desk.css(".card .total");
            total.shows("42 clients").await?;
            let table = desk.css("[aria-label='Reseller clients, table']");
            desk.field("Search clients").fill("beta").await?;
            total
                .shows("1 of 42 clients, 1 low (under 100 min)")
                .await?;
            assert_eq!(children(desk).await?, ["Beta Co"]);
            desk.field("Search clients").fill("").await?;
            total.shows("42 clients").await?;
            let mut names = children(desk).await?;
            let by_name = names.clone();
            names.sort_by_key(|name| name.to_lowercase());
            assert_eq!(by_name, names);
            desk.button("Minutes left").within(&table).click().await?;
            desk.css("th[aria-sort=ascending]")
                .shows("Minutes left")
                .await?;
            assert_eq!(children(desk).await?[0], "Beta Co");
            desk.button("Minutes left").within(&table).click().await?;
            desk.css("th[aria-sort=descending]")
                .shows("Minutes left")
                .await?;
            assert_eq!(
                children(desk).await?.last().map(String::as_str),
                Some("Beta Co")
            );
            // $24,442.6 at $0.09 per minute is the most.
            assert_eq!(children(desk).await?[0], "Acme Inc");
            Ok(())
        });
}

#[test]
fn the_latest_movements_match_the_log() {
    Setup::default().sandbox(["--rows", "500"]).journey(async |desk| {
        const LATEST: &str = "
            const table = document.querySelector('[aria-label=\"Recent transactions, table\"]');
            return [...table.querySelectorAll('tbody tr')].map((row) => row.children[4].querySelector('data')?.value ?? null)";
        sign_in(desk, "/").await?;
        let table = desk.css("[aria-label='Recent transactions, table']");
        let newest = desk.css("tbody tr").within(&table).nth(0);
        newest.shows("Channels").await?;
        let rows = log_entries(desk).await?;
        let credits: Vec<_> = rows
            .values()
            .rev()
            .take(10)
            .map(|row| match row["kind"] == "channel_allocation" {
                true => json!(null),
                false => row["credit"].clone(),
            })
            .collect();
        assert_eq!(desk.js(LATEST).await?, json!(credits));
        steps::transfer_outside_portal(desk, 20).await?;
        desk.button("Refresh").click().await?;
        newest.shows("Transfer").await?;
        newest.shows("$4.00").await?;
        desk.link("View all").click().await?;
        desk.heading("Credit log").seen().await
    });
}

#[test]
fn charts_read_out_exact_amounts_with_the_keyboard() {
    Setup::default()
        .sandbox(["--rows", "500"])
        .journey(async |desk| {
            sign_in(desk, "/").await?;
            // The generated history is older than the date range that is shown at first.
            desk.text("No transactions in this period.").seen().await?;
            desk.button("All time").click().await?;
            let rows = log_entries(desk).await?;
            let own = micro(&desk.sandbox.balance("reseller:5678").await?);
            let costs: Vec<_> = rows
                .values()
                .map(|row| micro(row["cost"].as_str().unwrap_or_default()))
                .collect();
            let oldest = costs
                .iter()
                .find(|cost| **cost != 0)
                .context("nothing has moved")?;
            let first = own - costs.iter().sum::<i128>() + oldest;
            for (key, expected) in [(Key::End, own), (Key::Home, first)] {
                assert_eq!(read_chart(desk, "plot-balance", &[key]).await?.1, expected);
            }
            // The largest gain or loss comes first, with the child's name.
            let all = totals_by_child(&rows);
            let largest = all
                .values()
                .map(|sums| sums.profit)
                .max_by_key(|profit| profit.abs());
            let (_, profit) = read_chart(desk, "plot-children", &[Key::Home]).await?;
            assert_eq!(Some(profit), largest);
            let (before, _) = read_chart(desk, "plot-days", &[Key::End, Key::Left]).await?;
            let (day, _) = read_chart(desk, "plot-days", &[Key::Right]).await?;
            assert!(before < day && day == "2026-01-14", "{before} {day}");
            // The same amounts as a table.
            let balance = desk.css("#plot-balance");
            desk.css("summary").within(&balance).click().await?;
            desk.css("tbody tr:last-child td")
                .within(&balance)
                .shows("$61.613")
                .await
        });
}

/// Focuses a chart, presses these keys, and reads it out: its label, and its last amount in millionths.
async fn read_chart(desk: &Desk, plot: &str, keys: &[Key]) -> Result<(String, i128)> {
    desk.css(&format!("#{plot} .walker")).focus().await?;
    for key in keys {
        desk.press(key.clone()).await?;
    }
    let readout = desk.css(&format!("#{plot} .readout")).read().await?;
    let (label, amounts) = readout
        .rsplit_once(": ")
        .context("the chart has no readout")?;
    let amount = amounts.rsplit(' ').next().unwrap_or_default();
    Ok((label.to_owned(), micro(amount)))
}
