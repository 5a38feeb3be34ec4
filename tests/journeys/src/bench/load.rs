//! Opening the portal and turning the log's pages, beside a page that shows the same log and was written by hand.
//!
//! The portal is configured as behind a gateway, and the harness is the gateway: it adds the reseller's key to every
//! request, the hand-written page's too. A typed key would measure how fast somebody pastes.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};

use super::{
    ledger, plain,
    probe::Probe,
    report::Unit,
    versus::{Side, Table, Versus},
};
use crate::{Desk, Setup};

/// Longer than any one step takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the gateway would add.
const KEY: &str = "Bearer demo-reseller-key";
/// The deep link.
const LOG: &str = "/log?page_size=100";
/// As much as the portal's page flip may take of the hand-written page's, in tenths.
const FLIP_LIMIT: u64 = 13;
/// The same of the time to the log's first row, throttled.
const ROW_LIMIT: u64 = 16;

const ROW: &str = "log: first row shown";
const FLIP: &str = "log: next page of 100";

/// What can be chosen.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How often each page is opened, cold
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,

    /// How often a page of the log is turned; memory is read at the end
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub flips: u32,

    /// Without the slow network and processor
    #[arg(long)]
    pub quick: bool,

    /// Keeps CPU profiles of turning a page, of each side, in here; everything takes longer then
    #[arg(long, value_name = "DIR")]
    pub profiles: Option<PathBuf>,
}

/// A network and a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speed {
    /// As the machine is.
    Plain,
    /// 1.6 Mbit/s, 150 ms, a processor four times slower.
    Throttled,
}

/// Measures both.
pub fn run(options: &Options) -> Result<Versus> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(both(options))
}

async fn both(options: &Options) -> Result<Versus> {
    let folder = tempfile::Builder::new()
        .prefix("credit-desk-bench-")
        .tempdir()?;
    let text = |path: PathBuf| {
        let path = path.into_os_string().into_string();
        path.map_err(|_| anyhow::anyhow!("the temporary folder has no name"))
    };
    let page = folder.path().join("plain");
    std::fs::create_dir(&page)?;
    plain::write(&page)?;
    let page = text(page)?;
    // A hundred pages to turn, and some more.
    let rows = options.flips.saturating_mul(100).saturating_add(1000);
    let gateway = json!({ "credentials": "gateway", "organizations_api": null });
    let mut desks = Vec::new();
    for side in [Side::Portal, Side::Plain] {
        let path = folder.path().join(format!("{side:?}.db"));
        ledger::copy(rows, &path)?;
        let path = text(path)?;
        let setup = Setup::default().sandbox(["--db", &path]);
        let setup = match side {
            Side::Portal => setup.config(gateway.clone()),
            Side::Plain => setup.sandbox(["--dist", &page]),
        };
        desks.push((side, setup.open(&format!("bench-load-{side:?}")).await?));
    }
    let done = measure(&desks, options).await;
    if done.is_err() {
        for (_, desk) in &desks {
            eprintln!("see {}", desk.keep_evidence("").await.display());
        }
    }
    for (_, desk) in desks {
        // A browser that cannot be closed takes nothing away from what was measured.
        _ = desk.close().await;
    }
    done
}

async fn measure(desks: &[(Side, Desk)], options: &Options) -> Result<Versus> {
    let mut probes = Vec::new();
    for (side, desk) in desks {
        let folder = |all: &PathBuf| all.join(format!("{side:?}").to_lowercase());
        let profiles = options.profiles.as_ref().map(folder);
        let probe = Probe::new(desk, PATIENCE, profiles).await?;
        desk.cdp("Network.enable", json!({})).await?;
        let key = json!({ "headers": { "Authorization": KEY } });
        desk.cdp("Network.setExtraHTTPHeaders", key).await?;
        probes.push((*side, desk, probe));
    }
    let speeds: &[Speed] = match options.quick {
        true => &[Speed::Plain],
        false => &[Speed::Plain, Speed::Throttled],
    };
    let mut tables = Vec::new();
    for speed in speeds {
        let mut table = Table::new(match speed {
            Speed::Plain => "As the machine is",
            Speed::Throttled => "Throttled: 1.6 Mbit/s, 150 ms, processor × 4",
        });
        // One and the other in turn, so that whatever else the machine does strikes both.
        for run in 1..=options.runs {
            eprintln!("{speed:?}: opening, {run} of {}", options.runs);
            for (side, desk, probe) in &probes {
                throttle(desk, *speed).await?;
                open(desk, probe, *side, &mut table).await?;
            }
        }
        let flips = match speed {
            Speed::Plain => options.flips,
            Speed::Throttled => options.flips.min(options.runs),
        };
        eprintln!("{speed:?}: turning {flips} pages");
        for (side, desk, probe) in &probes {
            desk.goto(LOG).await?;
            probe.step("arrived", json!("row")).await?;
            turn(desk, probe, *side, &mut table, flips).await?;
            if *speed == Speed::Plain {
                memory(desk, probe, *side, &mut table).await?;
            }
        }
        eprintln!("{speed:?}: typing");
        for (side, desk, probe) in &probes {
            if *side == Side::Portal {
                typing(desk, probe, &mut table, options.runs).await?;
            }
        }
        table.limit(FLIP, FLIP_LIMIT);
        if *speed == Speed::Throttled {
            table.limit(ROW, ROW_LIMIT);
        }
        tables.push(table);
    }
    let Some((_, desk, _)) = probes.first() else {
        anyhow::bail!("nothing was measured");
    };
    let agent = desk.js("return navigator.userAgent").await?;
    let agent = agent.as_str().unwrap_or_default();
    let browser = agent.split(' ').find(|word| word.contains("Chrome/"));
    Ok(Versus {
        title: format!(
            "Opening and using the log in {}, with an empty cache, behind a gateway (the harness adds the key)",
            browser.unwrap_or(agent)
        ),
        tables,
    })
}

async fn throttle(desk: &Desk, speed: Speed) -> Result<()> {
    let rate = match speed {
        Speed::Plain => {
            desk.offline(false).await?;
            1
        }
        Speed::Throttled => {
            desk.slow(150, 200_000).await?;
            4
        }
    };
    desk.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate }))
        .await
        .map(drop)
}

/// Opens the log, and of the portal a form, each with nothing in the browser's cache.
async fn open(desk: &Desk, probe: &Probe<'_>, side: Side, table: &mut Table) -> Result<()> {
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

async fn turn(
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

async fn memory(desk: &Desk, probe: &Probe<'_>, side: Side, table: &mut Table) -> Result<()> {
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
async fn typing(desk: &Desk, probe: &Probe<'_>, table: &mut Table, runs: u32) -> Result<()> {
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
