//! All entries of a date range: totals, exported files and printouts match the ledger to the last digit.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Setup};
use serde_json::{Value, json};

use crate::steps::{
    LOG,
    ledger::{Sums, export_log, log_entries, micro, totals_by_child},
    sign_in, transfer_outside_portal,
};

const ROWS: [&str; 2] = ["--rows", "5000"];

/// Opens the log and waits until all of its entries have loaded. Returns the ledger's entries.
async fn open_all(desk: &Desk, path: &str) -> Result<BTreeMap<i64, Value>> {
    let rows = log_entries(desk).await?;
    sign_in(desk, path).await?;
    wait_until_loaded(desk, rows.len()).await?;
    Ok(rows)
}

/// Waits until this many entries have loaded.
async fn wait_until_loaded(desk: &Desk, rows: usize) -> Result<()> {
    let count = format!("{},{:03} entries", rows / 1000, rows % 1000);
    desk.css(".bar .total").shows(&count).await?;
    desk.css(".reading").gone().await?;
    assert_eq!(desk.css("main .notice").count().await?, 0);
    Ok(())
}

#[test]
fn the_totals_by_child_match_the_ledger() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        const GROUPS: &str = "
            return [...document.querySelectorAll('table.groups tbody tr')].map((row) => [
                row.dataset.group,
                ...[...row.querySelectorAll('td')].map((cell) => cell.querySelector('data')?.value ?? cell.textContent),
            ])";
        const TOTAL: &str = "return [...document.querySelectorAll('.totals data')].map((sum) => sum.value)";
        let rows = open_all(desk, "/log?all=1&group=child").await?;
        desk.css("table.groups tbody tr").nth(0).seen().await?;
        let read: Vec<Vec<String>> = serde_json::from_value(desk.js(GROUPS).await?)?;
        let shown: BTreeMap<String, Sums> = read
            .into_iter()
            .map(|row| {
                let [child, rows, movements, minutes, credit, cost, profit] = &row[..] else {
                    panic!("a row of totals has seven cells: {row:?}")
                };
                let sums = Sums {
                    rows: micro(rows) / 1_000_000,
                    movements: micro(movements) / 1_000_000,
                    minutes: micro(minutes) / 1_000_000,
                    credit: micro(credit),
                    cost: micro(cost),
                    profit: micro(profit),
                };
                (child.clone(), sums)
            })
            .collect();
        let ledger = totals_by_child(&rows);
        assert_eq!(shown, ledger);
        let all = |of: fn(&Sums) -> i128| ledger.values().map(of).sum::<i128>();
        let total: Vec<String> = serde_json::from_value(desk.js(TOTAL).await?)?;
        let total: Vec<_> = total.iter().map(|sum| micro(sum)).collect();
        let sums = [
            all(|sums| sums.minutes * 1_000_000),
            all(|sums| sums.credit),
            all(|sums| sums.cost),
            all(|sums| sums.profit),
        ];
        assert_eq!(total, sums);
        // The balances of each of these entries follow from the one before.
        desk.field("Only balance mismatches").tick(true).await?;
        desk.text("No matches.").seen().await
    });
}

#[test]
fn movements_made_while_the_log_loads_are_in_it_once() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css(".total").shows("5,003 entries").await?;
        let slow = json!({
            "route": LOG, "fault": "delay", "delay_ms": 150, "count": null,
        });
        desk.sandbox.fault(slow).await?;
        desk.field("Entries per page").select("All").await?;
        desk.css(".reading").shows("of 5,003 entries").await?;
        for minutes in 10..22 {
            transfer_outside_portal(desk, minutes).await?;
        }
        assert_eq!(
            desk.css(".reading").count().await?,
            1,
            "it is still loading"
        );
        let rows = log_entries(desk).await?;
        wait_until_loaded(desk, rows.len()).await?;
        let file = export_log(desk, "JSON").await?;
        // One entry per line, between the brackets.
        let ids: Vec<i64> = file
            .lines()
            .filter_map(|line| field(line, "id")?.parse().ok())
            .collect();
        let ledger: Vec<i64> = rows.keys().rev().copied().collect();
        assert_eq!(ids, ledger, "each once, the newest first");
        for line in file.lines().filter(|line| line.starts_with('{')) {
            let row = &rows[&field(line, "id").context("no id")?.parse()?];
            let cost = field(line, "cost_amount").context("no cost")?;
            assert_eq!(Some(cost), row["cost"].as_str(), "{line}");
        }
        Ok(())
    });
}

/// Returns a top-level number of a line of JSON as it is written: parsing it would round it.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    // Organizations and users have their own ids.
    let flat = line.rfind(&format!("\"{name}\":"))?;
    let inner = line.find(&format!("}},\"{name}\":"));
    let at = inner.map_or(flat, |at| at + 2) + name.len() + 3;
    line[at..].split([',', '}']).next()
}

#[test]
fn the_csv_file_matches_the_ledger_to_the_last_digit() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        let large = "12345678901234567890.123456";
        let balances =
            json!({ "reseller": { "balance": large }, "child": { "id": 4002, "balance": large } });
        desk.sandbox.set(balances).await?;
        transfer_outside_portal(desk, 3).await?;
        let rows = open_all(desk, "/log?all=1").await?;
        let file = export_log(desk, "CSV").await?;
        assert!(!file.contains('"'), "nothing here needs quoting");
        let mut lines = file.lines();
        let heads: Vec<_> = lines.next().unwrap_or_default().split(',').collect();
        let read: Vec<BTreeMap<&str, &str>> = lines
            .map(|line| heads.iter().copied().zip(line.split(',')).collect())
            .collect();
        assert_eq!(read.len(), rows.len());
        for (row, (id, movement)) in read.iter().zip(rows.iter().rev()) {
            assert_eq!(row["id"], id.to_string());
            if movement["kind"] == "channel_allocation" {
                assert_eq!((row["minutes"], row["credit"], row["cost"]), ("", "", ""));
                continue;
            }
            let text = |name: &str| movement[name].as_str().unwrap_or_default();
            assert_eq!(row["credit"], text("credit"), "{id}");
            assert_eq!(row["cost"], text("cost"), "{id}");
            assert_eq!(row["rate"], text("rate"), "{id}");
            assert_eq!(row["minutes"], movement["minutes"].to_string(), "{id}");
            let profit = micro(text("credit")) + micro(text("cost"));
            assert_eq!(micro(row["profit"]), profit, "{id}");
        }
        assert_eq!(
            read[0]["balance_after"],
            desk.sandbox.balance("reseller:5678").await?
        );
        assert_eq!(
            read[0]["child_after"],
            desk.sandbox.balance("child:4002").await?
        );
        // The balances were set without an entry, which shows at the next one.
        desk.css("summary")
            .containing("Filters and totals")
            .click()
            .await?;
        desk.field("Only balance mismatches").tick(true).await?;
        desk.css(".bar .total").shows("1 of 5,004 entries").await?;
        desk.css("tr.row .break")
            .shows("a change isn't in the log")
            .await
    });
}

#[test]
fn every_entry_is_printed() {
    // Records the state of the page when it is printed.
    const HOOK: &str = "
        window.print = () => {
            const style = (selector) => getComputedStyle(document.querySelector(selector));
            const rows = [...document.querySelectorAll('table.log tr.row')];
            window.printed = {
                rows: rows.length,
                flat: rows.filter((row) => row.offsetHeight === 0).length,
                navigation: style('.frame').display,
                frame: style('.tall').overflow,
                whole: document.querySelector('.tall').clientHeight >= document.querySelector('table.log').offsetHeight,
            };
        };";
    // Five thousand rows take a slow browser half a minute to lay out.
    let setup = Setup::default().wait_timeout(Duration::from_secs(90));
    setup.sandbox(ROWS).journey(async |desk| {
        let rows = open_all(desk, "/log?all=1").await?;
        let in_page = desk.js("return document.querySelectorAll('table.log tr.row').length").await?;
        assert!(in_page.as_u64().unwrap_or(u64::MAX) < 200, "{in_page}");
        desk.js(HOOK).await?;
        desk.css(".menu > summary").containing("Export").click().await?;
        desk.button("Print").seen().await?;
        desk.paper(true).await?;
        // Print media hides the buttons, so a real click is not possible.
        desk.js("[...document.querySelectorAll('.menu button')].find((button) => button.textContent === 'Print').click()")
            .await?;
        desk.until("the page to be printed", async || Ok(desk.js("return !!window.printed").await? == true))
            .await?;
        let printed = desk.js("return window.printed").await?;
        let expected = json!({
            "rows": rows.len(), "flat": 0, "navigation": "none", "frame": "visible", "whole": true,
        });
        assert_eq!(printed, expected);
        desk.paper(false).await?;
        desk.until("only the rows in view to be in the page again", async || {
            let now = desk.js("return document.querySelectorAll('table.log tr.row').length").await?;
            Ok(now.as_u64().unwrap_or(u64::MAX) < 200)
        })
        .await
    });
}
