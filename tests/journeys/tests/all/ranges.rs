//! Every row of a range: sums, files and paper agree with the ledger, to the last digit.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Setup};
use serde_json::{Value, json};

use crate::steps::{
    books::{Sums, by_child, log_rows, micro, saved},
    sign_in, somebody_transfers,
};

const ROWS: [&str; 2] = ["--rows", "5000"];

/// Opens the log and waits until every row of it has been read. Gives how many there are.
async fn open_whole(desk: &Desk, path: &str) -> Result<BTreeMap<i64, Value>> {
    let rows = log_rows(desk).await?;
    sign_in(desk, path).await?;
    is_read(desk, rows.len()).await?;
    Ok(rows)
}

/// Waits until so many rows have been read.
async fn is_read(desk: &Desk, rows: usize) -> Result<()> {
    let count = format!("{},{:03} rows", rows / 1000, rows % 1000);
    desk.css(".bar .total").shows(&count).await?;
    desk.css(".reading").gone().await?;
    assert_eq!(desk.css("main .notice").count().await?, 0);
    Ok(())
}

#[test]
fn the_sums_by_child_are_the_ledgers() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        const GROUPS: &str = "
            return [...document.querySelectorAll('table.groups tbody tr')].map((row) => [
                row.dataset.group,
                ...[...row.querySelectorAll('td')].map((cell) => cell.querySelector('data')?.value ?? cell.textContent),
            ])";
        const TOTAL: &str = "return [...document.querySelectorAll('.totals data')].map((sum) => sum.value)";
        let rows = open_whole(desk, "/log?all=1&group=child").await?;
        desk.css("table.groups tbody tr").nth(0).seen().await?;
        let read: Vec<Vec<String>> = serde_json::from_value(desk.js(GROUPS).await?)?;
        let shown: BTreeMap<String, Sums> = read
            .into_iter()
            .map(|row| {
                let [child, rows, movements, minutes, credit, cost, profit] = &row[..] else {
                    panic!("a row of sums has seven cells: {row:?}")
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
        let ledger = by_child(&rows);
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
        // Every one of these rows follows from the one before.
        desk.field("Only breaks in the chain of balances").tick(true).await?;
        desk.text("None of the rows of these days fits.").seen().await
    });
}

#[test]
fn movements_made_while_the_log_is_read_are_in_it_once() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css(".total").shows("5,003 rows").await?;
        let slow = json!({
            "route": "GET /api/v1/reseller/credits/logs", "fault": "delay", "delay_ms": 150, "count": null,
        });
        desk.sandbox.fault(slow).await?;
        desk.field("Rows a page").select("All").await?;
        desk.css(".reading").shows("of 5,003 rows").await?;
        for minutes in 10..22 {
            somebody_transfers(desk, minutes).await?;
        }
        assert_eq!(desk.css(".reading").count().await?, 1, "it is still being read");
        let rows = log_rows(desk).await?;
        is_read(desk, rows.len()).await?;
        let file = saved(desk, "JSON").await?;
        // One row a line, between the brackets.
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

/// A top-level figure of a line of JSON, as it is written: reading it as a number would round it.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    // Parties and people have ids of their own.
    let flat = line.rfind(&format!("\"{name}\":"))?;
    let inner = line.find(&format!("}},\"{name}\":"));
    let at = inner.map_or(flat, |at| at + 2) + name.len() + 3;
    line[at..].split([',', '}']).next()
}

#[test]
fn the_csv_file_is_the_ledger_to_the_last_digit() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        let large = "12345678901234567890.123456";
        let balances =
            json!({ "reseller": { "balance": large }, "child": { "id": 4002, "balance": large } });
        desk.sandbox.set(balances).await?;
        somebody_transfers(desk, 3).await?;
        let rows = open_whole(desk, "/log?all=1").await?;
        let file = saved(desk, "CSV").await?;
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
        // What was set came by no row, and the next row shows it.
        desk.css("summary")
            .containing("Filter and sums")
            .click()
            .await?;
        desk.field("Only breaks in the chain of balances")
            .tick(true)
            .await?;
        desk.css(".bar .total").shows("1 of 5,004 rows").await?;
        desk.css("tr.row .break")
            .shows("a movement that the log does not explain")
            .await
    });
}

#[test]
fn on_paper_every_row_stands() {
    // What the page is like when it goes to the printer.
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
    Setup::default().sandbox(ROWS).journey(async |desk| {
        let rows = open_whole(desk, "/log?all=1").await?;
        let in_page = desk.js("return document.querySelectorAll('table.log tr.row').length").await?;
        assert!(in_page.as_u64().unwrap_or(u64::MAX) < 200, "{in_page}");
        desk.js(HOOK).await?;
        desk.css(".menu > summary").containing("Export").click().await?;
        desk.button("Print").seen().await?;
        desk.paper(true).await?;
        // Paper has no buttons to press.
        desk.js("[...document.querySelectorAll('.menu button')].find((button) => button.textContent === 'Print').click()")
            .await?;
        desk.until("the page to be printed", async || Ok(desk.js("return !!window.printed").await? == true))
            .await?;
        let printed = desk.js("return window.printed").await?;
        let wanted = json!({
            "rows": rows.len(), "flat": 0, "navigation": "none", "frame": "visible", "whole": true,
        });
        assert_eq!(printed, wanted);
        desk.paper(false).await?;
        desk.until("the window on the rows again", async || {
            let now = desk.js("return document.querySelectorAll('table.log tr.row').length").await?;
            Ok(now.as_u64().unwrap_or(u64::MAX) < 200)
        })
        .await
    });
}
