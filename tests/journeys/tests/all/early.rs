//! What the loader prefetches while the program downloads, including the log's first page if no API key has to be
//! entered first.

use anyhow::{Context as _, Result};
use credit_desk_journeys::{
    Desk, Engine, Setup,
    fake_host::{FakeHost, SignedOut},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::steps::{LOG, start_gateway};

async fn gateway(desk: &Desk) -> Result<FakeHost> {
    start_gateway(desk, json!({ "credentials": "gateway" })).await
}

/// Opens the portal with an empty cache on a slow connection. On a fast one, the program arrives before anything can be
/// prefetched.
async fn open_slowly(desk: &Desk, host: &FakeHost, path: &str) -> Result<()> {
    desk.driver().goto("about:blank").await?;
    desk.clear_cache().await?;
    desk.slow(20, 250_000).await?;
    host.goto(desk, path).await
}

/// Whether the loader reliably sends its requests before the whole program has arrived, even on a busy machine. The
/// other engines, which run at the same time, sometimes hand it the bytes too late.
fn prefetches_reliably(desk: &Desk) -> bool {
    desk.engine() == Engine::Chromium
}

/// Returns the log queries that the page has sent, and whether each was sent before the program had arrived.
async fn log_queries(desk: &Desk) -> Result<Vec<(String, bool)>> {
    const QUERIES: &str = "
        const all = performance.getEntriesByType('resource');
        const program = all.find((entry) => entry.name.endsWith('_bg.wasm'))?.responseEnd ?? Infinity;
        return all.filter((entry) => entry.name.includes('/credits/logs'))
            .map((entry) => [new URL(entry.name).search, entry.startTime < program]);";
    pairs(desk, QUERIES).await
}

/// Runs a script that returns a list of pairs.
async fn pairs(desk: &Desk, script: &str) -> Result<Vec<(String, bool)>> {
    let all = desk.js(script).await?;
    let pair = |entry: &Value| Some((entry[0].as_str()?.to_owned(), entry[1].as_bool()?));
    let all = all.as_array().context("no entries")?.iter();
    Ok(all.filter_map(pair).collect())
}

#[test]
fn the_logs_first_page_is_prefetched_once() {
    let setup = Setup::default().sandbox(["--rows", "300"]);
    setup.journey(async |desk| {
        let host = gateway(desk).await?;
        for (path, rows, query) in [
            ("/desk/log", 20, "?page=1&page_size=20"),
            ("/desk/log/?page=2&page_size=50", 50, "?page=2&page_size=50"),
            ("/desk/log?cols=id.cost", 20, "?page=1&page_size=20"),
        ] {
            open_slowly(desk, &host, path).await?;
            desk.css("table.log tr.row").nth(rows - 1).seen().await?;
            let [(sent, is_early)] = &log_queries(desk).await?[..] else {
                panic!("{path}: it is not requested exactly once");
            };
            assert_eq!(sent, query, "{path}");
            assert!(*is_early || !prefetches_reliably(desk), "{path}");
            desk.offline(false).await?;
            desk.button("Refresh").click().await?;
            desk.until("a second response", async || {
                Ok(log_queries(desk).await?.len() == 2)
            })
            .await?;
        }
        Ok(())
    });
}

#[test]
fn a_page_built_in_the_browser_is_not_prefetched() {
    let setup = Setup::default().sandbox(["--rows", "300"]);
    setup.journey(async |desk| {
        let host = gateway(desk).await?;
        for query in [
            "?type=revert",
            "?from=2026-01-01",
            "?page=2%26x",
            "?sort=cost",
        ] {
            open_slowly(desk, &host, &format!("/desk/log{query}")).await?;
            desk.until("a response", async || {
                Ok(!log_queries(desk).await?.is_empty())
            })
            .await?;
            let queries = log_queries(desk).await?;
            assert!(
                queries.iter().all(|(_, early)| !early),
                "{query}: {queries:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn a_prefetch_that_times_out_is_requested_again() {
    Setup::default().journey(async |desk| {
        desk.allow_console_error("Failed to load resource");
        let config = json!({ "credentials": "gateway", "timeout_seconds": 1 });
        let host = start_gateway(desk, config).await?;
        desk.sandbox
            .fault(json!({ "route": LOG, "fault": "delay", "delay_ms": 4000, "count": 1 }))
            .await?;
        open_slowly(desk, &host, "/desk/log").await?;
        desk.css("table.log tr.row").nth(0).seen().await?;
        // Counted at the host: WebKit does not list aborted requests.
        let mut requests = host.requests();
        requests.retain(|request| request.route == LOG);
        assert_eq!(requests.len(), 2, "{requests:?}");
        Ok(())
    });
}

#[test]
fn a_prefetch_rejected_by_the_gateway_leads_to_its_sign_in() {
    Setup::default().journey(async |desk| {
        desk.allow_console_error("Failed to load resource");
        let host = gateway(desk).await?;
        for out in [SignedOut::Status, SignedOut::Redirect] {
            host.sign_out(out);
            open_slowly(desk, &host, "/desk/log?page_size=50").await?;
            desk.heading("Signed out").seen().await?;
            desk.offline(false).await?;
            host.goto(desk, "/sign-in/done?back=%2Fdesk%2Flog").await?;
            desk.css("table.log tr.row").nth(0).seen().await?;
        }
        Ok(())
    });
}

/// Returns every part of the program that was fetched for the screen that is shown, and whether that was before the
/// program had arrived. The remaining parts follow three seconds later, which can be before a slow browser has shown the
/// screen.
async fn parts(desk: &Desk) -> Result<Vec<(String, bool)>> {
    const PARTS: &str = "
        const shown = window.shownAt ?? Infinity;
        const all = performance.getEntriesByType('resource').filter((entry) => entry.startTime < shown);
        const program = all.find((entry) => entry.name.endsWith('_bg.wasm'))?.responseEnd ?? Infinity;
        const parts = all.filter((entry) => /(split|chunk)_.*wasm$/.test(entry.name));
        const first = Math.min(...parts.map((entry) => entry.startTime));
        return parts.filter((entry) => entry.startTime < first + 2500)
            .map((entry) => [new URL(entry.name).pathname, entry.startTime < program]);";
    pairs(desk, PARTS).await
}

#[test]
fn the_loader_prefetches_exactly_the_parts_each_screen_needs() {
    const WATCH: &str = "
        new MutationObserver(() => {
            if (document.querySelector('#boot') === null && document.querySelector('main h1')) window.shownAt ??= performance.now();
        }).observe(document, { childList: true, subtree: true });";
    Setup::default().journey(async |desk| {
        let host = gateway(desk).await?;
        desk.before_every_page(WATCH).await?;
        for (path, heading) in [
            ("/desk/calculate", "Calculate"),
            ("/desk/transfer", "Transfer"),
            ("/desk/revert", "Revert"),
            ("/desk/allocate", "Allocate"),
            ("/desk/log", "Credit log"),
            ("/desk/", "Overview"),
            ("/desk/wallet", "Wallet history"),
            ("/desk/activity", "Activity"),
        ] {
            // On a fast connection the program arrives first and requests its own parts.
            desk.offline(false).await?;
            host.goto(desk, path).await?;
            desk.heading(heading).seen().await?;
            let needed = parts(desk).await?;
            open_slowly(desk, &host, path).await?;
            desk.heading(heading).seen().await?;
            let parts = parts(desk).await?;
            assert!(!parts.is_empty(), "{path}");
            let are_early = parts.iter().all(|(_, early)| *early);
            assert!(
                are_early || !prefetches_reliably(desk),
                "{path}: {parts:#?}"
            );
            let names: BTreeSet<_> = parts.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), parts.len(), "{path}: each once");
            assert_eq!(
                names,
                needed.iter().map(|(name, _)| name).collect(),
                "{path}"
            );
        }
        Ok(())
    });
}
