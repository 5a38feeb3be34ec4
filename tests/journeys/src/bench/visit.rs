//! What is done with a page that is measured, and what is noted of it.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{
    probe::Probe,
    report::Unit,
    versus::{Side, Table},
};
use crate::Desk;

/// The deep link.
pub const LOG: &str = "/log?page_size=100";

/// How long the log's first row takes.
pub const ROW: &str = "log: first row shown";
/// How long the next page takes.
pub const FLIP: &str = "log: next page of 100";

/// Opens the log, and of the portal a form, each with nothing in the browser's cache.
pub async fn open(desk: &Desk, probe: &Probe<'_>, side: Side, table: &mut Table) -> Result<()> {
    cold(desk, LOG).await?;
    let row = probe.step("arrived", json!("row")).await?;
    let weights = probe.evaluate("bench.weights()").await?;
    let figure = |name: &str| weights[name].as_u64().context("the page has no weights");
    table.add("log: files", side, Unit::Count, figure("files")?);
    table.add(
        "log: bytes of files",
        side,
        Unit::Bytes,
        figure("file_bytes")?,
    );
    table.add(
        "log: requests to the backend",
        side,
        Unit::Count,
        figure("answers")?,
    );
    table.add(
        "log: bytes from the backend",
        side,
        Unit::Bytes,
        figure("answer_bytes")?,
    );
    table.add("log: first paint", side, Unit::Time, figure("paint")?);
    table.add(ROW, side, Unit::Time, row.took);
    if side == Side::Portal {
        cold(desk, "/transfer").await?;
        let form = probe.step("arrived", json!("form")).await?;
        table.add("transfer: the form takes keys", side, Unit::Time, form.took);
    }
    Ok(())
}

/// Goes there as if it had never been there; a page that is still open would lend what it holds.
async fn cold(desk: &Desk, path: &str) -> Result<()> {
    desk.driver().goto("about:blank").await?;
    desk.cdp("Network.clearBrowserCache", json!({})).await?;
    desk.goto(path).await
}

/// Turns pages of the log, one after the other.
pub async fn turn(
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
            "  of that the backend's answer",
            side,
            Unit::Time,
            flip.size,
        );
        let own = flip.longest.saturating_sub(flip.size);
        table.add("  of that neither answer nor frame", side, Unit::Time, own);
    }
    let after = work(desk).await?;
    for ((what, _), (before, after)) in WORK.iter().zip(before.into_iter().zip(after)) {
        let each = after.saturating_sub(before) / u64::from(flips.max(1));
        table.add(what, side, Unit::Time, each);
    }
    Ok(())
}

/// What the browser counts of the page's main thread, and by which name.
const WORK: [(&str, &str); 4] = [
    ("  mean of scripts", "ScriptDuration"),
    ("  mean of styles", "RecalcStyleDuration"),
    ("  mean of layout", "LayoutDuration"),
    ("  mean of all tasks", "TaskDuration"),
];

/// How long each has taken since the page was opened, in microseconds.
async fn work(desk: &Desk) -> Result<Vec<u64>> {
    let answer = desk.cdp("Performance.getMetrics", json!({})).await?;
    let all = answer["metrics"].as_array().context("no metrics")?;
    let named = |name: &str| {
        let found = all.iter().find(|metric| metric["name"] == name)?;
        // Seconds, with a point.
        Some((found["value"].as_f64()? * 1e6) as u64)
    };
    let found = WORK.iter().map(|(_, name)| named(name).context(*name));
    found.collect()
}

/// What the page holds by now.
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

/// Types minutes into the transfer form: a digit more, and a digit less.
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
