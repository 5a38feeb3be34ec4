//! Firefox and geckodriver.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use thirtyfour::{
    Capabilities, RequestData, SessionId, WebDriver, common::command::FormatRequestData,
};
use tokio::sync::OnceCell;

use super::{
    Place,
    driver::{self, Driver},
};
use crate::{
    engine::Engine,
    evidence::Evidence,
    process::{self, Server},
};

/// What journeys need inside the browser.
const SETUP: &str = include_str!("firefox.js");

/// A profile that Firefox has run on once. Its first run fills caches and databases, which takes it longer than most journeys.
static USED_PROFILE: OnceCell<PathBuf> = OnceCell::const_new();

/// Starts Firefox with this profile and its own geckodriver, since a geckodriver drives only one browser. A new profile starts as a copy
/// of one that Firefox has already used.
pub async fn start(profile: &Path, place: &Place) -> Result<(Arc<Driver>, WebDriver)> {
    if !profile.join("prefs.js").exists() {
        let used = USED_PROFILE.get_or_try_init(used_profile).await?;
        copy_folder(used, profile).context("cannot copy the profile of Firefox")?;
    }
    let (driver, session) = open(profile, place).await?;
    privileged(&session, SETUP, Vec::new()).await?;
    size(&session, 1280, 900).await?;
    Ok((driver, session))
}

/// Deletes what pages have stored, and sizes the new tab.
pub async fn forget(session: &WebDriver) -> Result<()> {
    const FORGET: &str = "
        const [done] = arguments;
        Services.console.reset();
        window.journeysConsole.length = 0;
        Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: done });";
    session.cmd(Context("chrome")).await?;
    let result = session.execute_async(FORGET, Vec::new()).await;
    session.cmd(Context("content")).await?;
    result.context("Firefox can't forget what pages have stored")?;
    size(session, 1280, 900).await
}

async fn used_profile() -> Result<PathBuf> {
    let folder = Evidence::of(Engine::Firefox, "used-profile")?;
    let profile = folder.folder().to_path_buf();
    fs::create_dir_all(&profile)?;
    let (driver, session) = open(&profile, &Place::default()).await?;
    session.quit().await?;
    drop(driver);
    Ok(profile)
}

/// Copies files and folders; links, such as the lock of a running Firefox, are left out.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let (kind, copy) = (item.file_type()?, to.join(item.file_name()));
        if kind.is_dir() {
            copy_folder(&item.path(), &copy)?;
        } else if kind.is_file() {
            fs::copy(item.path(), copy)?;
        }
    }
    Ok(())
}

async fn open(profile: &Path, place: &Place) -> Result<(Arc<Driver>, WebDriver)> {
    let firefox = process::path("CREDIT_DESK_FIREFOX", || {
        process::on_path(&["firefox-esr", "firefox"])
            .context("there is no Firefox on PATH; name one in CREDIT_DESK_FIREFOX")
    })?;
    let driver = Arc::new(start_driver(place)?);
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "firefox")?;
    capabilities.set(
        "moz:firefoxOptions",
        json!({
            "binary": firefox,
            "args": ["-headless", "-profile", profile, "-width", "1280", "-height", "1000"],
            "prefs": preferences(profile, place),
        }),
    )?;
    let session = driver.connect(capabilities).await;
    let session = session.with_context(|| format!("cannot start {}", firefox.display()))?;
    Ok((driver, session))
}

fn start_driver(place: &Place) -> Result<Driver> {
    let program = process::path("CREDIT_DESK_GECKODRIVER", || {
        process::on_path(&["geckodriver"])
            .context("there is no geckodriver on PATH; name one in CREDIT_DESK_GECKODRIVER")
    })?;
    let folder = driver::folder()?;
    let mut command = process::leashed_group(&program);
    // Scripts with the browser's own rights set what the WebDriver protocol has no command for.
    command.args(["--port=0", "--allow-system-access"]);
    command.env("TMPDIR", folder.path());
    // Crash reports and the like go nowhere else either.
    command.env("HOME", folder.path());
    if let Some(zone) = &place.timezone {
        command.env("TZ", zone);
    }
    let log = folder.path().join("errors.log");
    let (server, port) = Server::start(&mut command, &log, port)?;
    Ok(Driver::new(server, port, folder))
}

/// Reads the port from a line that ends in `Listening on 127.0.0.1:41211`.
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("Listening on ")?;
    rest.rsplit_once(':')?.1.trim().parse().ok()
}

fn preferences(profile: &Path, place: &Place) -> Value {
    json!({
        "intl.accept_languages": place.language,
        // On a busy machine Firefox stops scripts that run for ten seconds, or when somebody navigates meanwhile. The page would fail in
        // the middle of what it does.
        "dom.max_script_run_time": 0,
        "dom.ipc.cancel_content_js_when_navigating": false,
        "network.proxy.type": 0,
        // A name of this machine that no browser takes for a secure one.
        "network.dns.localDomains": "desk.test",
        "browser.download.dir": profile.join("downloads"),
        "browser.download.folderList": 2,
        "browser.download.alwaysOpenPanel": false,
        "browser.download.always_ask_before_handling_new_types": false,
        // Nothing is asked of the network but by the page.
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "dom.push.connection.enabled": false,
        "extensions.getAddons.cache.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        // Firefox sends a request again by itself when it got no answer on a connection that was open for a second before it, as one is
        // that is opened at a guess. Without these, only connections that have been used are.
        "network.http.speculative-parallel-limit": 0,
        // No processes for pages that no journey opens.
        "dom.ipc.processPrelaunch.enabled": false,
    })
}

/// Sizes the page within the window, which itself cannot be as narrow as a phone.
pub async fn size(session: &WebDriver, width: u32, height: u32) -> Result<()> {
    const SIZE: &str = "
        const [width, height] = arguments;
        const { style } = gBrowser.selectedBrowser;
        for (const bound of ['min', 'max']) {
            style.setProperty(`${bound}-width`, `${width}px`);
            style.setProperty(`${bound}-height`, `${height}px`);
        }";
    privileged(session, SIZE, vec![width.into(), height.into()]).await?;
    super::await_size(session, width, height).await
}

/// Runs a script with the browser's own rights, in the window of the current tab.
pub async fn privileged(session: &WebDriver, script: &str, arguments: Vec<Value>) -> Result<Value> {
    session.cmd(Context("chrome")).await?;
    let result = session.execute(script, arguments).await;
    session.cmd(Context("content")).await?;
    Ok(result
        .with_context(|| format!("the privileged script failed: {script}"))?
        .json()
        .clone())
}

/// geckodriver's command that chooses where scripts run: in the page, or in the browser around it.
#[derive(Debug)]
struct Context(&'static str);

impl FormatRequestData for Context {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(
            reqwest::Method::POST,
            format!("/session/{session}/moz/context"),
        )
        .add_body(json!({ "context": self.0 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_in_the_greeting() {
        let line = "1780000000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41211";
        assert_eq!(port(line), Some(41211));
    }
}
