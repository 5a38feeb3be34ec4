//! The overview: who runs low, what moved last, and the plots, whose figures are the ledger's.

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Key, Setup, journey};
use serde_json::json;

use crate::steps::{
    self,
    books::{by_child, log_rows, micro},
    give_keys, sign_in, take_notes,
};

/// The names of the children, in the order of the table.
async fn children(desk: &Desk) -> Result<Vec<String>> {
    const NAMES: &str = "
        const table = document.querySelector('[aria-label=\"Child organizations, table\"]');
        return [...table.querySelectorAll('tbody th')].map((cell) => cell.firstChild.textContent)";
    Ok(serde_json::from_value(desk.js(NAMES).await?)?)
}

#[test]
fn a_child_that_runs_low_is_flagged() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        // 10 at 0.20 a minute are 50 minutes.
        let low = desk.css("tr.low");
        low.shows("Beta Co").await?;
        low.shows("low").await?;
        desk.css(".card .total")
            .shows("2 clients, 1 with fewer than 100 minutes left")
            .await?;
        assert_eq!(
            desk.field("Find a child").count().await?,
            0,
            "two need no search"
        );
        desk.sandbox
            .set(json!({ "child": { "id": 4002, "balance": "20" } }))
            .await?;
        desk.button("Read again").click().await?;
        low.gone().await
    });
}

#[test]
fn clients_are_counted_only_once_they_are_known() {
    journey(async |desk| {
        let route = "GET /api/v1/reseller/organizations";
        desk.goto("/").await?;
        let slow = json!({ "route": route, "fault": "delay", "delay_ms": 1500, "count": 100 });
        desk.sandbox.fault(slow).await?;
        take_notes(desk).await?;
        give_keys(desk).await?;
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
fn children_are_found_and_sorted() {
    Setup::default()
        .sandbox(["--rows", "500"])
        .journey(async |desk| {
            sign_in(desk, "/").await?;
            let told = desk.css(".card .total");
            told.shows("42 clients").await?;
            let table = desk.css("[aria-label='Child organizations, table']");
            desk.field("Find a child").fill("beta").await?;
            told.shows("1 of 42 clients, 1 with fewer than 100 minutes left")
                .await?;
            assert_eq!(children(desk).await?, ["Beta Co"]);
            desk.field("Find a child").fill("").await?;
            told.shows("42 clients").await?;
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
            // 24,442.6 at 0.09 a minute are the most.
            assert_eq!(children(desk).await?[0], "Acme Inc");
            Ok(())
        });
}

#[test]
fn the_latest_movements_are_the_logs() {
    Setup::default().sandbox(["--rows", "500"]).journey(async |desk| {
        const LATEST: &str = "
            const table = document.querySelector('[aria-label=\"Latest movements, table\"]');
            return [...table.querySelectorAll('tbody tr')].map((row) => row.children[4].querySelector('data')?.value ?? null)";
        sign_in(desk, "/").await?;
        let table = desk.css("[aria-label='Latest movements, table']");
        let newest = desk.css("tbody tr").within(&table).nth(0);
        newest.shows("Channels").await?;
        let rows = log_rows(desk).await?;
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
        steps::somebody_transfers(desk, 20).await?;
        desk.button("Read again").click().await?;
        newest.shows("Transfer").await?;
        newest.shows("$4.00").await?;
        desk.link("See the whole log").click().await?;
        desk.heading("Log").seen().await
    });
}

#[test]
fn the_plots_say_exact_figures_to_the_keyboard() {
    Setup::default()
        .sandbox(["--rows", "500"])
        .journey(async |desk| {
            sign_in(desk, "/").await?;
            // The made-up history lies further back than the days that are shown at first.
            desk.text("Nothing was moved in these days.").seen().await?;
            desk.button("All days").click().await?;
            let rows = log_rows(desk).await?;
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
                assert_eq!(said(desk, "plot-balance", &[key]).await?.1, expected);
            }
            // The largest gain or loss comes first, with the child's name.
            let all = by_child(&rows);
            let largest = all
                .values()
                .map(|sums| sums.profit)
                .max_by_key(|profit| profit.abs());
            let (_, profit) = said(desk, "plot-children", &[Key::Home]).await?;
            assert_eq!(Some(profit), largest);
            let (before, _) = said(desk, "plot-days", &[Key::End, Key::Left]).await?;
            let (day, _) = said(desk, "plot-days", &[Key::Right]).await?;
            assert!(before < day && day == "2026-01-14", "{before} {day}");
            // The same figures as a table.
            let balance = desk.css("#plot-balance");
            desk.css("summary").within(&balance).click().await?;
            desk.css("tbody tr:last-child td")
                .within(&balance)
                .shows("$61.613")
                .await
        });
}

/// Goes to a plot, presses keys there, and reads what it says: of what, and the last figure in millionths.
async fn said(desk: &Desk, plot: &str, keys: &[Key]) -> Result<(String, i128)> {
    desk.css(&format!("#{plot} .walker")).focus().await?;
    for key in keys {
        desk.press(key.clone()).await?;
    }
    let readout = desk.css(&format!("#{plot} .readout")).read().await?;
    let (label, figures) = readout.rsplit_once(": ").context("the plot says nothing")?;
    let figure = figures.rsplit(' ').next().unwrap_or_default();
    Ok((label.to_owned(), micro(figure)))
}
