//! Opening the portal and turning the log's pages, compared with a hand-written page that shows the same log.
//!
//! The portal is configured for a gateway, and the harness acts as the gateway: it adds the reseller's key to every
//! request, including those of the hand-written page. Entering a key would measure how fast a user pastes.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::{
    ledger, plain,
    probe::Probe,
    versus::{Side, Table, Versus},
    visit::{self, FLIP, LOG, ROW},
};
use crate::{Desk, Setup};

/// More than any single step takes.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
/// The authorization that the gateway would add.
const KEY: &str = "Bearer demo-reseller-key";
/// Limit for the portal's page turn relative to the hand-written page's, in tenths.
const FLIP_LIMIT: u64 = 13;
/// The same for the time to the log's first row, throttled.
const ROW_LIMIT: u64 = 16;

/// Command-line options.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How many times each page is opened, with a cold cache
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,

    /// How many times a page of the log is turned; memory is measured at the end
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub flips: u32,

    /// Skips the slow network and CPU
    #[arg(long)]
    pub quick: bool,

    /// Saves CPU profiles of turning a page, for each side, in this folder; everything takes longer
    #[arg(long, value_name = "DIR")]
    pub profiles: Option<PathBuf>,
}

/// Network and CPU speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speed {
    /// The machine's own speed.
    Plain,
    /// 1.6 Mbit/s, 150 ms latency, a CPU slowed down four times.
    Throttled,
}

/// Measures both pages.
pub fn run(options: &Options) -> Result<Versus> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(compare(options))
}

async fn compare(options: &Options) -> Result<Versus> {
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
    // A hundred rows for each page turn, and some more.
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
    let result = measure(&desks, options).await;
    if result.is_err() {
        for (_, desk) in &desks {
            eprintln!("see {}", desk.keep_evidence("").await.display());
        }
    }
    for (_, desk) in desks {
        // A browser that can't be closed doesn't invalidate the measurements.
        _ = desk.close().await;
    }
    result
}

async fn measure(desks: &[(Side, Desk)], options: &Options) -> Result<Versus> {
    let mut probes = Vec::new();
    for (side, desk) in desks {
        let folder = |all: &PathBuf| all.join(format!("{side:?}").to_lowercase());
        let profiles = options.profiles.as_ref().map(folder);
        let probe = Probe::new(desk, STEP_TIMEOUT, profiles).await?;
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
        // Alternates between the two, so that other load on the machine affects both.
        for run in 1..=options.runs {
            eprintln!("{speed:?}: opening, {run} of {}", options.runs);
            for (side, desk, probe) in &probes {
                throttle(desk, *speed).await?;
                visit::open(desk, probe, *side, &mut table).await?;
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
            visit::turn_pages(desk, probe, *side, &mut table, flips).await?;
            if *speed == Speed::Plain {
                visit::memory(desk, probe, *side, &mut table).await?;
            }
        }
        eprintln!("{speed:?}: typing");
        for (side, desk, probe) in &probes {
            if *side == Side::Portal {
                visit::typing(desk, probe, &mut table, options.runs).await?;
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
