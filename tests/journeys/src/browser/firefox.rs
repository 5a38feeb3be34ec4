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
    Locale,
    driver::{self, Driver},
};
use crate::{
    engine::Engine,
    evidence::Evidence,
    files,
    process::{self, Server},
};

/// Setup that journeys need inside the browser.
const SETUP: &str = include_str!("firefox.js");

/// A profile that Firefox has run once. The first run fills caches and databases, which takes longer than most
/// journeys.
static USED_PROFILE: OnceCell<PathBuf> = OnceCell::const_new();

/// Starts Firefox on this profile with its own geckodriver, because a geckodriver drives only one browser. A new
/// profile starts as a copy of one that Firefox has already used.
pub async fn start(profile: &Path, locale: &Locale) -> Result<(Arc<Driver>, WebDriver)> {
    if !profile.join("prefs.js").exists() {
        let used = USED_PROFILE.get_or_try_init(used_profile).await?;
        files::copy_folder(used, profile).context("cannot copy the profile of Firefox")?;
    }
    let (driver, session) = open(profile, locale).await?;
    privileged(&session, SETUP, Vec::new()).await?;
    size(&session, 1280, 900).await?;
    Ok((driver, session))
}

/// Deletes what pages have stored, resizes the new tab, and waits until it has the focus.
pub async fn reset(session: &WebDriver) -> Result<()> {
    const RESET: &str = "
        const [done] = arguments;
        Services.console.reset();
        window.journeysConsole.length = 0;
        Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: done });";
    session.cmd(Context("chrome")).await?;
    let result = session.execute_async(RESET, Vec::new()).await;
    session.cmd(Context("content")).await?;
    result.context("Firefox can't reset what pages have stored")?;
    size(session, 1280, 900).await?;
    super::await_focus(session).await
}

async fn used_profile() -> Result<PathBuf> {
    let folder = Evidence::of(Engine::Firefox, "used-profile")?;
    let profile = folder.folder().to_path_buf();
    fs::create_dir_all(&profile)?;
    let (driver, session) = open(&profile, &Locale::default()).await?;
    session.quit().await?;
    drop(driver);
    Ok(profile)
}

async fn open(profile: &Path, locale: &Locale) -> Result<(Arc<Driver>, WebDriver)> {
    let firefox = process::path("CREDIT_DESK_FIREFOX", || {
        process::on_path(&["firefox-esr", "firefox"])
            .context("there is no Firefox on PATH; name one in CREDIT_DESK_FIREFOX")
    })?;
    let driver = Arc::new(start_driver(locale)?);
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "firefox")?;
    capabilities.set(
        "moz:firefoxOptions",
        json!({
            "binary": firefox,
            "args": ["-headless", "-profile", profile, "-width", "1280", "-height", "1000"],
            "prefs": preferences(profile, locale),
        }),
    )?;
    let session = driver.connect(capabilities).await;
    let session = session.with_context(|| format!("cannot start {}", firefox.display()))?;
    Ok((driver, session))
}

fn start_driver(locale: &Locale) -> Result<Driver> {
    let program = process::path("CREDIT_DESK_GECKODRIVER", || {
        process::on_path(&["geckodriver"])
            .context("there is no geckodriver on PATH; name one in CREDIT_DESK_GECKODRIVER")
    })?;
    let folder = driver::folder()?;
    let mut command = process::supervised_group(&program);
    // Privileged scripts do what WebDriver has no command for.
    command.args(["--port=0", "--allow-system-access"]);
    command.env("TMPDIR", folder.path());
    // Crash reports and the like stay in this folder, too.
    command.env("HOME", folder.path());
    if let Some(zone) = &locale.timezone {
        command.env("TZ", zone);
    }
    let log = folder.path().join("errors.log");
    let (server, port) = Server::start(&mut command, &log, port)?;
    Ok(Driver::new(server, port, folder))
}

/// Parses the port from a line that ends in `Listening on 127.0.0.1:41211`.
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("Listening on ")?;
    rest.rsplit_once(':')?.1.trim().parse().ok()
}

fn preferences(profile: &Path, locale: &Locale) -> Value {
    json!({
        "intl.accept_languages": locale.language,
        // On a busy machine Firefox stops scripts that run for ten seconds, or that still run at a navigation, which
        // would break the page halfway.
        "dom.max_script_run_time": 0,
        "dom.ipc.cancel_content_js_when_navigating": false,
        "network.proxy.type": 0,
        // A name for this machine that browsers don't treat as a secure context.
        "network.dns.localDomains": "desk.test",
        "browser.download.dir": profile.join("downloads"),
        "browser.download.folderList": 2,
        "browser.download.alwaysOpenPanel": false,
        "browser.download.always_ask_before_handling_new_types": false,
        // Only pages make network requests.
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "dom.push.connection.enabled": false,
        "extensions.getAddons.cache.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        // Firefox automatically resends a request if it gets no response on a connection that had been open for a second
        // before the request, such as a speculative one. Without speculative connections, only reused ones can be
        // affected.
        "network.http.speculative-parallel-limit": 0,
        // No processes for pages that no journey opens.
        "dom.ipc.processPrelaunch.enabled": false,
    })
}

/// Resizes the page within its window. The window itself can't be as narrow as a phone.
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

/// Runs a script with chrome privileges in the window of the current tab.
pub async fn privileged(session: &WebDriver, script: &str, arguments: Vec<Value>) -> Result<Value> {
    session.cmd(Context("chrome")).await?;
    let result = session.execute(script, arguments).await;
    session.cmd(Context("content")).await?;
    Ok(result
        .with_context(|| format!("the privileged script failed: {script}"))?
        .json()
        .clone())
}

/// geckodriver's command that selects where scripts run: in the page, or in the browser itself.
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
    fn port_is_parsed_from_the_startup_message() {
        let line = "1780000000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41211";
        assert_eq!(port(line), Some(41211));
    }
}
