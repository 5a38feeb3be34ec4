//! What the loader asks for while the program is on its way: the log's first page, where nobody types a key first.

use anyhow::{Context as _, Result};
use credit_desk_journeys::{
    Desk, Engine, Setup,
    place::{Host, Out},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::steps::behind_gateway;

const LOG: &str = "GET /api/v1/reseller/credits/logs";

async fn gateway(desk: &Desk) -> Result<Host> {
    behind_gateway(desk, json!({ "credentials": "gateway" })).await
}

/// Opens the portal with an empty cache, on a line on which the program takes its time: one that comes at once leaves
/// nobody the time to ask before it.
async fn open_slowly(desk: &Desk, host: &Host, path: &str) -> Result<()> {
    desk.driver().goto("about:blank").await?;
    desk.clear_cache().await?;
    desk.slow(20, 250_000).await?;
    host.goto(desk, path).await
}

/// Whether a busy machine leaves the loader the time to ask before the whole program has come. The other engines, which run beside this
/// one, hand it the bytes too late now and then.
fn tells_early(desk: &Desk) -> bool {
    desk.engine() == Engine::Chromium
}

/// The queries of the log that the page has sent, and whether each left before the program had come.
async fn asked(desk: &Desk) -> Result<Vec<(String, bool)>> {
    const ASKED: &str = "
        const all = performance.getEntriesByType('resource');
        const program = all.find((entry) => entry.name.endsWith('_bg.wasm'))?.responseEnd ?? Infinity;
        return all.filter((entry) => entry.name.includes('/credits/logs'))
            .map((entry) => [new URL(entry.name).search, entry.startTime < program]);";
    pairs(desk, ASKED).await
}

/// What a script gives as a list of pairs.
async fn pairs(desk: &Desk, script: &str) -> Result<Vec<(String, bool)>> {
    let all = desk.js(script).await?;
    let one = |entry: &Value| Some((entry[0].as_str()?.to_owned(), entry[1].as_bool()?));
    let all = all.as_array().context("no entries")?.iter();
    Ok(all.filter_map(one).collect())
}

#[test]
fn the_logs_first_page_is_asked_for_early_and_once() {
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
            let [(asked_for, is_early)] = &asked(desk).await?[..] else {
                panic!("{path}: it is asked for once");
            };
            assert_eq!(asked_for, query, "{path}");
            assert!(*is_early || !tells_early(desk), "{path}");
            desk.offline(false).await?;
            desk.button("Read again").click().await?;
            desk.until(
                "a second answer",
                async || Ok(asked(desk).await?.len() == 2),
            )
            .await?;
        }
        Ok(())
    });
}

#[test]
fn a_page_that_is_made_here_is_not_asked_for_early() {
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
            desk.until("an answer", async || Ok(!asked(desk).await?.is_empty()))
                .await?;
            let asked = asked(desk).await?;
            assert!(asked.iter().all(|(_, early)| !early), "{query}: {asked:?}");
        }
        Ok(())
    });
}

#[test]
fn what_did_not_come_early_is_asked_for_again() {
    Setup::default().journey(async |desk| {
        desk.allow_console_error("Failed to load resource");
        let config = json!({ "credentials": "gateway", "timeout_seconds": 1 });
        let host = behind_gateway(desk, config).await?;
        desk.sandbox
            .fault(json!({ "route": LOG, "fault": "delay", "delay_ms": 4000, "count": 1 }))
            .await?;
        open_slowly(desk, &host, "/desk/log").await?;
        desk.css("table.log tr.row").nth(0).seen().await?;
        // Counted at the host: WebKit does not list what was broken off.
        let mut came = host.came();
        came.retain(|came| came.what == LOG);
        assert_eq!(came.len(), 2, "{came:?}");
        Ok(())
    });
}

#[test]
fn an_early_answer_from_a_closed_gateway_leads_to_its_sign_in() {
    Setup::default().journey(async |desk| {
        desk.allow_console_error("Failed to load resource");
        let host = gateway(desk).await?;
        for out in [Out::Status, Out::Redirect] {
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

/// Every part of the program that was fetched until the screen was shown, and whether that was before the program was there.
async fn parts(desk: &Desk) -> Result<Vec<(String, bool)>> {
    const PARTS: &str = "
        const shown = window.shownAt ?? Infinity;
        const all = performance.getEntriesByType('resource').filter((entry) => entry.startTime < shown);
        const program = all.find((entry) => entry.name.endsWith('_bg.wasm'))?.responseEnd ?? Infinity;
        return all.map((entry) => [new URL(entry.name).pathname, entry.startTime < program])
            .filter(([name]) => /(split|chunk)_.*wasm$/.test(name));";
    pairs(desk, PARTS).await
}

#[test]
fn the_loader_asks_for_what_each_screen_needs_and_no_more() {
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
            ("/desk/log", "Log"),
            ("/desk/", "Overview"),
            ("/desk/wallet", "Wallet"),
            ("/desk/activity", "Activity"),
        ] {
            // On a fast line the program comes first, and asks for itself.
            desk.offline(false).await?;
            host.goto(desk, path).await?;
            desk.heading(heading).seen().await?;
            let needed = parts(desk).await?;
            open_slowly(desk, &host, path).await?;
            desk.heading(heading).seen().await?;
            let parts = parts(desk).await?;
            assert!(!parts.is_empty(), "{path}");
            let are_early = parts.iter().all(|(_, early)| *early);
            assert!(are_early || !tells_early(desk), "{path}: {parts:#?}");
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
