//! What the loader asks for while the program is on its way: the log's first page, where nobody types a key first.

use anyhow::{Context as _, Result};
use credit_desk_journeys::{
    Desk, Setup,
    place::{Host, Hosting},
};
use serde_json::{Value, json};

const LOG: &str = "GET /api/v1/reseller/credits/logs";

async fn gateway(desk: &Desk, changes: Value) -> Result<Host> {
    let mut config = json!({ "credentials": "gateway" });
    for (name, value) in changes.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    let hosting = Hosting {
        path: "/desk/",
        gateway: true,
        config: Some(config),
        ..Hosting::default()
    };
    Host::start(desk, hosting).await
}

/// The queries of the log that the page has sent, and whether each left before the program had come.
async fn asked(desk: &Desk) -> Result<Vec<(String, bool)>> {
    const ASKED: &str = "
        const all = performance.getEntriesByType('resource');
        const program = all.find((entry) => entry.name.endsWith('_bg.wasm')).responseEnd;
        return all.filter((entry) => entry.name.includes('/credits/logs'))
            .map((entry) => [new URL(entry.name).search, entry.startTime < program]);";
    let all = desk.js(ASKED).await?;
    let one = |entry: &Value| {
        let query = entry[0].as_str()?.to_owned();
        Some((query, entry[1].as_bool()?))
    };
    let all = all.as_array().context("no entries")?.iter();
    Ok(all.filter_map(one).collect())
}

#[test]
fn the_logs_first_page_is_asked_for_early_and_once() {
    let setup = Setup::default().sandbox(["--rows", "300"]);
    setup.journey(async |desk| {
        let host = gateway(desk, json!({})).await?;
        for (path, rows, query) in [
            ("/desk/log", 20, "?page=1&page_size=20"),
            ("/desk/log/?page=2&page_size=50", 50, "?page=2&page_size=50"),
            ("/desk/log?cols=id.cost", 20, "?page=1&page_size=20"),
        ] {
            desk.driver().goto("about:blank").await?;
            desk.cdp("Network.clearBrowserCache", json!({})).await?;
            // A program that comes at once leaves no time to ask before it.
            desk.slow(20, 400_000).await?;
            host.goto(desk, path).await?;
            desk.css("table.log tr.row").nth(rows - 1).seen().await?;
            assert_eq!(asked(desk).await?, [(query.to_owned(), true)], "{path}");
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
        let host = gateway(desk, json!({})).await?;
        for query in [
            "?type=revert",
            "?from=2026-01-01",
            "?page=2%26x",
            "?sort=cost",
        ] {
            host.goto(desk, &format!("/desk/log{query}")).await?;
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
        let host = gateway(desk, json!({ "timeout_seconds": 1 })).await?;
        desk.sandbox
            .fault(json!({ "route": LOG, "fault": "delay", "delay_ms": 4000, "count": 1 }))
            .await?;
        host.goto(desk, "/desk/log").await?;
        desk.css("table.log tr.row").nth(0).seen().await?;
        let asked = asked(desk).await?;
        assert_eq!(asked.len(), 2, "{asked:?}");
        Ok(())
    });
}
