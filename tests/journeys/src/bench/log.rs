//! The credit log with many rows: loading all of them, filtering, sorting, totals, exporting, scrolling, turning pages.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};

use super::{
    ledger,
    probe::Probe,
    report::{Report, Size, Unit, grouped},
};
use crate::{Desk, Setup};

/// More than any single step takes, including loading 100,000 rows.
const STEP_TIMEOUT: Duration = Duration::from_secs(600);
/// The rows that every ledger starts with, in addition to the generated ones.
const INITIAL_ROWS: u64 = 3;
/// Scroll steps from the top of the table to its bottom.
const SCROLL_STEPS: u32 = 240;
/// From this many rows on, fewer runs are enough.
const LARGE: u32 = 100_000;

/// Command-line options.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How many rows the log has, smallest first
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000],
        value_parser = clap::value_parser!(u32).range(300..))]
    pub rows: Vec<u32>,

    /// How many times each thing is measured [default: 5, and 3 from 100,000 rows on]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: Option<u32>,

    /// Saves a CPU profile of each step in this folder, in one subfolder per size; everything takes longer
    #[arg(long, value_name = "DIR")]
    pub profiles: Option<PathBuf>,
}

/// A measured step, and the steps that undo it.
struct Action {
    what: &'static str,
    step: (&'static str, Value),
    undo: Vec<(&'static str, Value)>,
}

/// Measures at each size.
pub fn run(options: &Options) -> Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut report = Report {
        title: String::new(),
        sizes: Vec::new(),
    };
    for rows in &options.rows {
        let runs = options.runs.unwrap_or(if *rows < LARGE { 5 } else { 3 });
        let folder = |all: &PathBuf| all.join(rows.to_string());
        let profiles = options.profiles.as_ref().map(folder);
        let (size, browser) = runtime.block_on(measure_at(*rows, runs, profiles))?;
        report.sizes.push(size);
        report.title = format!("Credit log in {browser}");
    }
    Ok(report)
}

/// Measures at one size. Also returns the browser's name.
async fn measure_at(rows: u32, runs: u32, profiles: Option<PathBuf>) -> Result<(Size, String)> {
    let folder = tempfile::Builder::new()
        .prefix("credit-desk-bench-")
        .tempdir()?;
    let path = folder.path().join("ledger.db");
    ledger::copy(rows, &path)?;
    let path = path.to_str().context("the temporary folder has no name")?;
    let setup = Setup::default().sandbox(["--db", path]);
    let desk = setup.open(&format!("bench-log-{rows}")).await?;
    let mut size = Size::new(rows);
    let result = measure(&desk, &mut size, runs, profiles).await;
    let browser = desk.js("return navigator.userAgent").await;
    if result.is_err() {
        let evidence = desk.keep_evidence("").await;
        eprintln!("see {}", evidence.display());
    }
    // A browser that can't be closed doesn't invalidate the measurements.
    _ = desk.close().await;
    result?;
    let browser = browser?;
    let browser = browser.as_str().unwrap_or_default();
    let name = browser.split(' ').find(|word| word.contains("Chrome/"));
    Ok((size, name.unwrap_or(browser).to_owned()))
}

async fn measure(desk: &Desk, size: &mut Size, runs: u32, profiles: Option<PathBuf>) -> Result<()> {
    let probe = Probe::new(desk, STEP_TIMEOUT, profiles).await?;
    // Exports are offered for download but not saved.
    let deny = json!({ "behavior": "deny" });
    desk.cdp("Browser.setDownloadBehavior", deny).await?;
    sign_in(desk).await?;
    let rows = desk.css(".total").read().await?;
    let rows: String = rows.chars().filter(char::is_ascii_digit).collect();
    let rows: u64 = rows
        .parse()
        .context("the log does not show its row count")?;
    print_progress(rows, "turning pages");
    probe.step("size", json!("100")).await?;
    for _ in 0..runs {
        let nothing = probe.step("nothing", Value::Null).await?;
        size.add("nothing, on the same clock", Unit::Time, nothing.took);
    }
    for _ in 0..runs.min(u32::try_from(rows / 100)?) {
        let flip = probe.step("flip", Value::Null).await?;
        size.add("next page of 100", Unit::Time, flip.took);
    }
    print_progress(rows, "reading all");
    let mut memory = Vec::new();
    for _ in 0..runs {
        let load = probe.step("load", Value::Null).await?;
        size.add("every row read", Unit::Time, load.took);
        let rate = rows.saturating_mul(1_000_000) / load.took.max(1);
        size.add("  rows a second", Unit::Rate, rate);
        size.add("  longest frame while reading", Unit::Time, load.longest);
        memory.push(probe.memory().await?);
    }
    let bare = probe.step("bare", json!(rows)).await?;
    size.add("  the same requests alone", Unit::Time, bare.took);
    print_progress(rows, "filters, orders, sums");
    probe.step("open", Value::Null).await?;
    for action in actions() {
        for _ in 0..runs {
            let (step, argument) = &action.step;
            let measured = probe.step(step, argument.clone()).await?;
            size.add(action.what, Unit::Time, measured.took);
            for (step, argument) in &action.undo {
                probe.step(step, argument.clone()).await?;
            }
        }
    }
    print_progress(rows, "exports");
    for (format, [what, longest, bytes]) in EXPORTS {
        for _ in 0..runs {
            let export = probe.step("export", json!(format)).await?;
            size.add(what, Unit::Time, export.took);
            size.add(longest, Unit::Time, export.longest);
            size.add(bytes, Unit::Bytes, export.size);
        }
    }
    print_progress(rows, "scrolling");
    probe.step("close", Value::Null).await?;
    for _ in 0..runs {
        let scroll = probe.step("scroll", json!(SCROLL_STEPS)).await?;
        size.add("longest frame while scrolling", Unit::Time, scroll.longest);
    }
    for (heap, wasm) in memory {
        size.add("script heap, all rows read", Unit::Bytes, heap);
        size.add("wasm memory, all rows read", Unit::Bytes, wasm);
    }
    let (_, wasm) = probe.memory().await?;
    size.add("wasm memory at the end", Unit::Bytes, wasm);
    Ok(())
}

/// The export formats by button label, and the labels of their measurements.
const EXPORTS: [(&str, [&str; 3]); 2] = [
    (
        "CSV",
        ["export CSV", "  longest frame of CSV", "  size of CSV"],
    ),
    (
        "JSON",
        ["export JSON", "  longest frame of JSON", "  size of JSON"],
    ),
];

fn actions() -> Vec<Action> {
    let filter = |what, step: (&'static str, Value), undo| Action {
        what,
        step,
        undo: vec![undo],
    };
    // A column cycles through ascending, descending and unsorted.
    let sort = |what, column: &str| Action {
        what,
        step: ("sort", json!(column)),
        undo: vec![("sort", json!(column)); 2],
    };
    vec![
        filter(
            "filter by type",
            ("choose", json!(["type", "revert"])),
            ("choose", json!(["type", ""])),
        ),
        filter(
            "filter by text",
            ("search", json!("revert 11")),
            ("search", json!("")),
        ),
        sort("sort by cost", "Your cost"),
        sort("sort by profit", "Profit"),
        sort("sort by date", "Date"),
        filter(
            "sums by child",
            ("group", json!("child")),
            ("group", json!("")),
        ),
    ]
}

async fn sign_in(desk: &Desk) -> Result<()> {
    desk.goto("/log").await?;
    desk.field("Reseller API key")
        .fill("demo-reseller-key")
        .await?;
    desk.button("Sign in").click().await?;
    desk.css("table.log tr.row").nth(0).seen().await
}

fn print_progress(rows: u64, what: &str) {
    eprintln!("{} rows: {what}", grouped(rows - INITIAL_ROWS.min(rows)));
}
