//! The loader on broken hosts: every failure is real, is explained in plain words, and is gone once its cause is gone.

use std::fs;

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, HostKind, Setup};

use crate::steps::allow_policy_violations;

fn setup() -> Setup {
    Setup::default().host(HostKind::Plain)
}

/// Asserts that the page says what happened, what to do, what to tell the administrator, and that nothing is lost.
async fn assert_fault(desk: &Desk, kind: &str, words: &str, details: &str) -> Result<()> {
    desk.heading("Credit Desk couldn't load").seen().await?;
    let page = desk.css("#fault");
    page.has("data-kind", kind).await?;
    page.shows(words).await?;
    page.shows("Pending transactions are saved").await?;
    desk.css("#fault-tell").shows(details).await?;
    assert_eq!(desk.css("#boot-wait").count().await?, 0);
    // Also on a phone in dark mode.
    desk.size(320, 700).await?;
    desk.dark(true).await?;
    let fits = "return document.documentElement.scrollWidth <= 320";
    assert_eq!(desk.js(fits).await?, true, "the page scrolls sideways");
    desk.screenshot(&format!("{kind}-narrow-dark")).await?;
    desk.size(1280, 800).await?;
    desk.dark(false).await?;
    desk.screenshot(kind).await
}

async fn assert_opens_after(desk: &Desk, button: &str) -> Result<()> {
    desk.button(button).click().await?;
    desk.heading("Sign in").seen().await
}

#[test]
fn a_slow_download_shows_its_progress() {
    const LISTEN: &str = "
        window.counts = [];
        new MutationObserver(() => {
            const count = document.getElementById('boot-count')?.textContent;
            const bar = document.getElementById('boot-bar');
            if (count && counts.at(-1)?.[0] !== count) counts.push([count, bar.value, bar.max, bar.hidden]);
        }).observe(document, { subtree: true, childList: true, characterData: true });";
    let engines = [Engine::Chromium, Engine::Firefox];
    let reason = "WebKit exposes a preloaded file only once it is complete";
    setup().only(engines, reason).journey(async |desk| {
        let size = fs::metadata(desk.host().file("_bg.wasm")?)?.len();
        desk.before_every_page(LISTEN).await?;
        desk.slow(20, 250_000).await?;
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        let counts = desk.js("return counts").await?;
        let counts = counts.as_array().cloned().unwrap_or_default();
        assert!(counts.len() > 3, "{counts:?}");
        assert!(
            counts.iter().all(|row| row[2] == size && row[3] == false),
            "{counts:?}"
        );
        let values: Vec<_> = counts.iter().filter_map(|row| row[1].as_u64()).collect();
        // A last piece of less than a kilobyte may not change the text.
        let is_whole = values.last().is_some_and(|&last| last + 1000 > size);
        assert!(values.is_sorted() && is_whole, "{values:?}");
        assert!(
            counts[0][0]
                .as_str()
                .is_some_and(|text| text.contains(" of ") && text.ends_with(" kB"))
        );
        Ok(())
    });
}

#[test]
fn an_altered_program_never_runs() {
    setup().journey(async |desk| {
        let wasm = desk.host().file("_bg.wasm")?;
        let good = fs::read(&wasm)?;
        let mut bad = good.clone();
        // In a text of the data section: the program would run and show another text.
        let at = bad
            .windows(6)
            .position(|part| part == b"Credit")
            .unwrap_or(bad.len() / 2);
        bad[at] = b'D';
        let altered = ("altered", "failed its integrity check", "sha384-");
        let broken = ("broken", "download was interrupted", "broke off after");
        for (bytes, (kind, words, details)) in [
            (&bad[..], altered),
            (&good[..good.len() / 2], broken),
            (b"<!DOCTYPE html>", altered),
            (b"", broken),
        ] {
            desk.host().put(&wasm, bytes)?;
            desk.clear_cache().await?;
            desk.goto("/").await?;
            assert_fault(desk, kind, words, details).await?;
            // The host is repaired, but the browser has cached the bad file for a year.
            desk.host().put(&wasm, &good)?;
            assert_opens_after(desk, "Try again").await?;
        }
        Ok(())
    });
}

#[test]
fn an_interrupted_download_can_be_retried() {
    setup().journey(async |desk| {
        desk.allow_console_error("net::ERR_");
        // The page requests this path once the first bytes have arrived, and the host logs that.
        const REPORT_FIRST_BYTES: &str = "
            const seen = new MutationObserver(() => {
                if (document.getElementById('boot-bar')?.value > 0) {
                    seen.disconnect();
                    fetch('/bytes.have.come');
                }
            });
            seen.observe(document, { subtree: true, childList: true, attributes: true });";
        desk.before_every_page(REPORT_FIRST_BYTES).await?;
        let host = desk.host();
        host.change_rules("server_tokens off;", "server_tokens off; limit_rate 50k;")?;
        let logged =
            "location = /bytes.have.come { access_log errors.log; return 204; } location / {";
        host.change_rules("location / {", logged)?;
        host.restart()?;
        let interrupt = async {
            let arrived = async || Ok(host.errors().contains("bytes.have.come"));
            desk.until("the first bytes", arrived).await?;
            host.stop();
            anyhow::Ok(())
        };
        let (opened, interrupted) = tokio::join!(desk.goto("/"), interrupt);
        opened.and(interrupted)?;
        assert_fault(
            desk,
            "broken",
            "download was interrupted",
            "broke off after",
        )
        .await?;
        host.change_rules("limit_rate 50k;", "")?;
        host.start_again()?;
        assert_opens_after(desk, "Try again").await
    });
}

#[test]
fn a_page_cached_before_a_deployment_loads_the_new_version() {
    setup().journey(async |desk| {
        desk.allow_console_error("status of 404");
        let (wasm, script) = (desk.host().file("_bg.wasm")?, desk.host().file(".js")?);
        let page = desk.host().dist().join("index.html");
        let (new, bytes) = (fs::read_to_string(&page)?, fs::read(&wasm)?);
        // The page of an older build, whose program is gone.
        let name = desk.host().name("_bg.wasm")?;
        let old = new.replace(&name, "credit-desk-0123456789abcdef_bg.wasm");
        desk.host().put(&page, old.as_bytes())?;
        desk.goto("/transfer").await?;
        assert_fault(
            desk,
            "gone",
            "Credit Desk was updated",
            "answers with status 404",
        )
        .await?;
        // Still gone: refreshing once is enough.
        desk.button("Refresh").click().await?;
        assert_fault(
            desk,
            "missing",
            "missing from the server",
            "answers with status 404",
        )
        .await?;
        desk.css("#fault-again:not([hidden])").gone().await?;
        desk.host().put(&page, new.as_bytes())?;
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        // The same with the script, but this time the new version is there.
        let old = new.replace(
            &format!("rel=\"modulepreload\" href=\"./{}\"", module(&new)),
            "rel=\"modulepreload\" href=\"./credit-desk-0123456789abcdef.js\"",
        );
        assert_ne!(old, new);
        // With another length, by which hosts distinguish versions written in the same second.
        desk.host().put(&page, format!("{old}\n").as_bytes())?;
        desk.reload().await?;
        desk.css("#fault").has("data-kind", "gone").await?;
        desk.host().put(&page, new.as_bytes())?;
        desk.host().put(&wasm, &bytes)?;
        assert!(script.is_file());
        assert_opens_after(desk, "Refresh").await?;
        assert_eq!(desk.path().await?, "/transfer");
        Ok(())
    });
}

/// Returns the name of the program's module in a page.
fn module(page: &str) -> &str {
    let tag = page.split("rel=\"modulepreload\" href=\"./").nth(1);
    tag.and_then(|tag| tag.split('"').next())
        .unwrap_or_default()
}

#[test]
fn a_policy_that_blocks_wasm_is_reported() {
    setup().journey(async |desk| {
        allow_policy_violations(desk);
        desk.host().change_rules(" 'wasm-unsafe-eval'", "")?;
        desk.host().restart()?;
        desk.goto("/").await?;
        assert_fault(desk, "blocked", "are blocking Credit Desk", "WebAssembly").await?;
        desk.css("#fault-tell").shows("'wasm-unsafe-eval'").await?;
        desk.css("#fault-again:not([hidden])").gone().await
    });
}

#[test]
fn a_browser_without_wasm_gets_a_list_of_supported_ones() {
    setup().journey(async |desk| {
        desk.before_every_page("delete window.WebAssembly").await?;
        desk.goto("/").await?;
        assert_fault(
            desk,
            "unsupported",
            "current Chrome, Edge, Firefox or Safari",
            "no WebAssembly",
        )
        .await
    });
}

#[test]
fn a_program_that_cannot_be_downloaded_is_reported() {
    setup().journey(async |desk| {
        desk.allow_console_error("net::ERR_");
        desk.allow_console_error("status of 503");
        let name = desk.host().name("_bg.wasm")?;
        let busy = format!("location = /{name} {{ return 503; }} location / {{");
        desk.host().change_rules("location / {", &busy)?;
        desk.host().restart()?;
        desk.goto("/").await?;
        assert_fault(desk, "unreached", "be downloaded", "status 503").await?;
        desk.host().change_rules(&busy, "location / {")?;
        desk.host().restart()?;
        assert_opens_after(desk, "Try again").await
    });
}
