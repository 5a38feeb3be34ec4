//! What a browser fetches until a screen is shown, compared with `xtask/budgets.json`.
//!
//! Sizes are those of the brotli copies in dist/, which a host with precompressed files sends. Responses of the
//! services are not counted; the configuration is.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Setup, dist};
use serde_json::{Value, json};

/// Returns the bytes and requests that may be fetched until `screen` is shown.
fn budget(screen: &str) -> Result<(u64, u64)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/budgets.json");
    let all: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let budget = match screen {
        "sign-in" => &all["first_load"],
        _ => &all["screens"][screen],
    };
    let limit = |name: &str| budget[name].as_u64().context(name.to_owned());
    Ok((limit("brotli")?, limit("requests")?))
}

/// Records when a screen shows its main content. What is fetched later doesn't delay it.
const WATCH: &str = "
    new MutationObserver(() => {
        const there = document.querySelector('.card table tbody tr, table.log tr.row, #minutes');
        if (there) window.shownAt ??= performance.now();
    }).observe(document, { childList: true, subtree: true });";

/// Adds the API key to the page's calls, as a gateway would.
const GATEWAY: &str = "
    const real = window.fetch;
    window.fetch = (...call) => {
        const request = new Request(...call);
        if (new URL(request.url).pathname.startsWith('/api/')) request.headers.set('authorization', 'Bearer demo-reseller-key');
        return real.call(window, request);
    };";

/// Returns every file that the page requested before its main content was shown, or every file so far without
/// [`WATCH`], with its size in bytes.
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

/// Returns the size of the brotli copy, or of the file itself if there is none. The portal's routes count as
/// index.html.
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

/// Asserts that a screen has fetched no more than its budget.
async fn check(desk: &Desk, screen: &str) -> Result<()> {
    let (max_bytes, max_requests) = budget(screen)?;
    let files = fetched(desk).await?;
    let sum: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    println!("{screen}: {sum} bytes, {} requests", files.len());
    assert!(
        files.len() > 3,
        "the page's own files are missing: {files:?}"
    );
    assert!(
        sum <= max_bytes,
        "{screen}: {sum} bytes, more than {max_bytes}: {files:#?}"
    );
    let count = u64::try_from(files.len())?;
    assert!(
        count <= max_requests,
        "{screen}: {count} requests, more than {max_requests}: {files:#?}"
    );
    Ok(())
}

#[test]
fn the_sign_in_screen_is_within_its_budget() {
    Setup::default().journey(async |desk| {
        desk.goto("/").await?;
        desk.button("Sign in").seen().await?;
        check(desk, "sign-in").await
    });
}

#[test]
fn screens_behind_a_gateway_are_within_their_budgets() {
    let gateway = json!({ "credentials": "gateway", "organizations_api": null });
    Setup::default().config(gateway).journey(async |desk| {
        // This gateway has a key for only one of the services.
        desk.allow_console_error("status of 401");
        desk.before_every_page(GATEWAY).await?;
        desk.before_every_page(WATCH).await?;
        for (path, screen, ready) in [
            ("/", "overview", "table tbody tr"),
            ("/log", "log", "table.log tr.row"),
            ("/transfer", "transfer", "#minutes"),
        ] {
            desk.driver().goto("about:blank").await?;
            desk.clear_cache().await?;
            desk.goto(path).await?;
            desk.css(ready).nth(0).seen().await?;
            check(desk, screen).await?;
        }
        Ok(())
    });
}
