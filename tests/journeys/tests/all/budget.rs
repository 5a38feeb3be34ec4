//! What a browser really fetches until a screen is shown, against `xtask/budgets.json`.
//!
//! Sizes are those of the brotli copies in dist/: what a host with precompressed files sends. Answers of a backend are
//! not counted, the configuration is.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Setup, dist};
use serde_json::{Value, json};

/// What may be fetched until `screen` is shown: bytes and requests.
fn budget(screen: &str) -> Result<(u64, u64)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/budgets.json");
    let all: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let budget = match screen {
        "sign-in" => &all["first_load"],
        _ => &all["screens"][screen],
    };
    let figure = |name: &str| budget[name].as_u64().context(name.to_owned());
    Ok((figure("brotli")?, figure("requests")?))
}

/// Notes when a screen shows what it is opened for; what is fetched later took nothing from that.
const WATCH: &str = "
    new MutationObserver(() => {
        const there = document.querySelector('.card table tbody tr, table.log tr.row, #minutes');
        if (there) window.shownAt ??= performance.now();
    }).observe(document, { childList: true, subtree: true });";

/// The page's own calls get their key from here, as they would from a gateway.
const GATEWAY: &str = "
    const real = window.fetch;
    window.fetch = (...call) => {
        const request = new Request(...call);
        if (new URL(request.url).pathname.startsWith('/api/')) request.headers.set('authorization', 'Bearer demo-reseller-key');
        return real.call(window, request);
    };";

/// Every file that the page has asked for until then, with its bytes.
async fn fetched(desk: &Desk) -> Result<Vec<(String, u64)>> {
    const NAMES: &str = "
        const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        const shown = window.shownAt ?? Infinity;
        return all.filter((entry) => entry.transferSize > 0 && entry.startTime < shown).map((entry) => new URL(entry.name).pathname);";
    let names = desk.js(NAMES).await?;
    let names = names.as_array().context("the page has no entries")?;
    let paths = names.iter().filter_map(Value::as_str);
    let files = paths.filter(|path| !path.starts_with("/api/") && !path.starts_with("/v1/"));
    files
        .map(|path| Ok((path.to_owned(), bytes(path)?)))
        .collect()
}

/// Bytes of the brotli copy; of the file itself where there is none, and of the page for a route of the portal's own.
fn bytes(path: &str) -> Result<u64> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = if name.contains('.') {
        path.trim_start_matches('/')
    } else {
        "index.html"
    };
    let (file, copy) = (dist()?.join(name), dist()?.join(format!("{name}.br")));
    let size = fs::metadata(copy).or_else(|_| fs::metadata(&file));
    Ok(size
        .with_context(|| format!("no {}", file.display()))?
        .len())
}

/// Fails where a screen has fetched more than it may.
async fn check(desk: &Desk, screen: &str) -> Result<()> {
    let (may_bytes, may_requests) = budget(screen)?;
    let files = fetched(desk).await?;
    let sum: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    println!("{screen}: {sum} bytes, {} requests", files.len());
    assert!(
        files.len() > 3,
        "the page's own files are among them: {files:?}"
    );
    assert!(
        sum <= may_bytes,
        "{screen}: {sum} bytes instead of {may_bytes}: {files:#?}"
    );
    let count = u64::try_from(files.len())?;
    assert!(
        count <= may_requests,
        "{screen}: {count} requests instead of {may_requests}: {files:#?}"
    );
    Ok(())
}

#[test]
fn signing_in_is_within_the_budget() {
    Setup::default().journey(async |desk| {
        desk.goto("/").await?;
        desk.button("Sign in").seen().await?;
        check(desk, "sign-in").await
    });
}

#[test]
fn screens_behind_a_gateway_are_within_the_budget() {
    let gateway = json!({ "credentials": "gateway", "organizations_api": null });
    Setup::default().config(gateway).journey(async |desk| {
        // This gateway has a key for one backend alone.
        desk.allow_console_error("status of 401");
        desk.before_every_page(GATEWAY).await?;
        desk.before_every_page(WATCH).await?;
        for (path, screen, there) in [
            ("/", "overview", "table tbody tr"),
            ("/log", "log", "table.log tr.row"),
            ("/transfer", "transfer", "#minutes"),
        ] {
            desk.driver().goto("about:blank").await?;
            desk.clear_cache().await?;
            desk.goto(path).await?;
            desk.css(there).nth(0).seen().await?;
            check(desk, screen).await?;
        }
        Ok(())
    });
}
