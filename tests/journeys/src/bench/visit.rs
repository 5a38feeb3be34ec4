//! The steps performed on a measured page, and what is recorded.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{
    probe::Probe,
    report::Unit,
    versus::{Side, Table},
};
use crate::Desk;

/// The deep link to the log.
pub const LOG: &str = "/log?page_size=100";

/// The time until the log's first row is shown.
pub const ROW: &str = "log: first row shown";
/// The time to turn to the next page.
pub const FLIP: &str = "log: next page of 100";

/// Opens the log, and the transfer form on the portal, each with an empty cache.
pub async fn open(desk: &Desk, probe: &Probe<'_>, side: Side, table: &mut Table) -> Result<()> {
    open_cold(desk, LOG).await?;
    let row = probe.step("arrived", json!("row")).await?;
    let weights = probe.evaluate("bench.weights()").await?;
    let number = |name: &str| weights[name].as_u64().context("the page has no weights");
    table.add("log: files", side, Unit::Count, number("files")?);
    table.add(
        "log: bytes of files",
        side,
        Unit::Bytes,
        number("file_bytes")?,
    );
    table.add(
        "log: requests to the service",
        side,
        Unit::Count,
        number("answers")?,
    );
    table.add(
        "log: bytes from the service",
        side,
        Unit::Bytes,
        number("answer_bytes")?,
    );
    table.add("log: first paint", side, Unit::Time, number("paint")?);
    table.add(ROW, side, Unit::Time, row.took);
    if side == Side::Portal {
        open_cold(desk, "/transfer").await?;
        let form = probe.step("arrived", json!("form")).await?;
        table.add("transfer: the form takes keys", side, Unit::Time, form.took);
    }
    Ok(())
}

/// Opens a path with a cold cache. An open page could share what it has in memory, so it is left first.
async fn open_cold(desk: &Desk, path: &str) -> Result<()> {
    desk.driver().goto("about:blank").await?;
    desk.cdp("Network.clearBrowserCache", json!({})).await?;
    desk.goto(path).await
}

/// Turns pages of the log, one after another.
pub async fn turn_pages(
    desk: &Desk,
    probe: &Probe<'_>,
    side: Side,
    table: &mut Table,
    flips: u32,
) -> Result<()> {
    desk.cdp("Performance.enable", json!({})).await?;
    let before = work(desk).await?;
    for _ in 0..flips {
        let flip = probe.step("turn", Value::Null).await?;
        table.add(FLIP, side, Unit::Time, flip.took);
        table.add(
            "  of that until the rows are in the page",
            side,
            Unit::Time,
            flip.longest,
        );
        table.add(
            "  of that the service's response",
            side,
            Unit::Time,
            flip.size,
        );
        let own = flip.longest.saturating_sub(flip.size);
        table.add(
            "  of that neither response nor frame",
            side,
            Unit::Time,
            own,
        );
    }
    let after = work(desk).await?;
    for ((what, _), (before, after)) in WORK.iter().zip(before.into_iter().zip(after)) {
        let each = after.saturating_sub(before) / u64::from(flips.max(1));
        table.add(what, side, Unit::Time, each);
    }
    Ok(())
}

/// Labels of the main thread's metrics, and their names in the browser.
const WORK: [(&str, &str); 4] = [
    ("  mean of scripts", "ScriptDuration"),
    ("  mean of styles", "RecalcStyleDuration"),
    ("  mean of layout", "LayoutDuration"),
    ("  mean of all tasks", "TaskDuration"),
];

/// Returns each metric's total since the page was opened, in microseconds.
async fn work(desk: &Desk) -> Result<Vec<u64>> {
    let response = desk.cdp("Performance.getMetrics", json!({})).await?;
    let all = response["metrics"].as_array().context("no metrics")?;
    let named = |name: &str| {
        let found = all.iter().find(|metric| metric["name"] == name)?;
        // Seconds, as a floating-point number.
        Some((found["value"].as_f64()? * 1e6) as u64)
    };
    let found = WORK.iter().map(|(_, name)| named(name).context(*name));
    found.collect()
}

/// Measures the page's memory.
pub async fn memory(desk: &Desk, probe: &Probe<'_>, side: Side, table: &mut Table) -> Result<()> {
    let (heap, wasm) = probe.memory().await?;
    table.add("script heap, pages turned", side, Unit::Bytes, heap);
    if side == Side::Portal {
        table.add("wasm memory, pages turned", side, Unit::Bytes, wasm);
    }
    let nodes = desk.cdp("Memory.getDOMCounters", json!({})).await?;
    let nodes = nodes["nodes"]
        .as_u64()
        .context("the browser does not count nodes")?;
    table.add("nodes, pages turned", side, Unit::Count, nodes);
    Ok(())
}

/// Types minutes into the transfer form: adds a digit, then deletes it.
pub async fn typing(desk: &Desk, probe: &Probe<'_>, table: &mut Table, runs: u32) -> Result<()> {
    desk.goto("/transfer?child=4002&minutes=2").await?;
    probe.step("arrived", json!("form")).await?;
    desk.css(".quote .lines").seen().await?;
    probe
        .evaluate("document.querySelector('#minutes').focus()")
        .await?;
    for run in 0..runs.saturating_mul(2) {
        let (key, code, text) = match run % 2 {
            0 => ("0", 48, Some("0")),
            _ => ("Backspace", 8, None),
        };
        let step = probe.begin("echo", Value::Null).await?;
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
            if let Some(text) = text.filter(|_| kind == "keyDown") {
                event["text"] = json!(text);
            }
            desk.cdp("Input.dispatchKeyEvent", event).await?;
        }
        let typed = probe.end(&step).await?;
        table.add(
            "transfer: key to its echo",
            Side::Portal,
            Unit::Time,
            typed.took,
        );
        table.add(
            "transfer: key to the quote",
            Side::Portal,
            Unit::Time,
            typed.longest,
        );
    }
    Ok(())
}
