//! A user at the browser.

use std::{
    fmt,
    panic::Location,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use thirtyfour::{
    Key, TypingData, WebDriver, WindowHandle,
    common::print::{PrintPage, PrintParameters},
};

use crate::{
    ConsoleEntry, NginxHost, Sandbox,
    browser::Browser,
    conditions::Scripts,
    console::Console,
    engine::{Engine, report_partly_left_out},
    evidence::Evidence,
    network::Network,
    sync::lock,
};

/// The shortest interval between checks of a condition.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(40);
/// The longest interval. Checking costs the browser time, so long waits check less often.
const MAX_POLL_INTERVAL: Duration = Duration::from_millis(150);

/// Sleeps until the next check of a condition that has been awaited since `start`.
pub(crate) async fn pause(start: Instant) {
    let pause = (start.elapsed() / 8).clamp(POLL_INTERVAL, MAX_POLL_INTERVAL);
    tokio::time::sleep(pause).await;
}

/// A browser, the portal and a sandbox: everything one journey needs.
#[derive(Debug)]
pub struct Desk {
    /// The service.
    pub sandbox: Sandbox,
    pub(crate) host: Option<NginxHost>,
    pub(crate) wait_timeout: Duration,
    pub(crate) console: Console,
    pub(crate) browser: Browser,
    pub(crate) evidence: Evidence,
    /// The simulated network. `None` in engines that can cut and throttle their own.
    pub(crate) network: Option<Arc<Network>>,
    pub(crate) scripts: Mutex<Scripts>,
    /// The tabs in the order they were opened. Not every driver lists them in that order.
    pub(crate) tabs: Mutex<Vec<WindowHandle>>,
}

impl Desk {
    /// Returns the WebDriver session, for anything without a helper.
    pub fn driver(&self) -> WebDriver {
        self.browser.session()
    }

    /// Returns the browser's engine.
    pub fn engine(&self) -> Engine {
        self.browser.engine()
    }

    /// Whether a part of the journey runs in this engine. It runs only in `engines`, for `reason`; skipping it is
    /// reported.
    pub fn only<const N: usize>(&self, engines: [Engine; N], part: &str, reason: &str) -> bool {
        let runs = engines.contains(&self.engine());
        if !runs {
            report_partly_left_out(self.engine(), part, reason);
        }
        runs
    }

    pub(crate) fn scripts(&self) -> MutexGuard<'_, Scripts> {
        lock(&self.scripts)
    }

    /// Returns the nginx that serves the portal.
    ///
    /// # Panics
    /// If the journey was set up without a host.
    #[track_caller]
    pub fn host(&self) -> &NginxHost {
        match &self.host {
            Some(host) => host,
            None => panic!("this journey has no host: Setup::host"),
        }
    }

    /// Returns the portal's address: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        match &self.host {
            Some(host) => host.address(),
            None => self.sandbox.address(),
        }
    }

    /// Opens a page of the portal by its address: `/`, `/log?page=2`.
    pub async fn goto(&self, path: &str) -> Result<()> {
        let address = format!("{}{path}", self.address());
        self.driver()
            .goto(&*address)
            .await
            .with_context(|| format!("cannot open {address}"))
    }

    /// Reloads the page.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.driver().refresh().await?)
    }

    /// Goes back in the history.
    pub async fn back(&self) -> Result<()> {
        Ok(self.driver().back().await?)
    }

    /// Goes forward in the history.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.driver().forward().await?)
    }

    /// Returns the path, query and fragment of the current address.
    pub async fn path(&self) -> Result<String> {
        let address = self.driver().current_url().await?.to_string();
        Ok(address
            .strip_prefix(self.address())
            .unwrap_or(&address)
            .to_owned())
    }

    /// Returns the page's title.
    pub async fn title(&self) -> Result<String> {
        Ok(self.driver().title().await?)
    }

    /// Opens a page in a new tab and switches to it. Tabs are numbered from 0 in the order they were opened.
    pub async fn open_tab(&self, path: &str) -> Result<()> {
        let driver = self.driver();
        self.ordered_tabs().await?;
        let tab = driver.new_tab().await?;
        driver.switch_to_window(tab).await?;
        self.goto(path).await
    }

    /// Switches to an open tab.
    pub async fn tab(&self, number: usize) -> Result<()> {
        let Some(tab) = self.ordered_tabs().await?.into_iter().nth(number) else {
            bail!("there is no tab {number}")
        };
        Ok(self.driver().switch_to_window(tab).await?)
    }

    /// Records which tabs are open, before others are opened.
    pub(crate) async fn record_tabs(&self) -> Result<()> {
        self.ordered_tabs().await.map(drop)
    }

    async fn ordered_tabs(&self) -> Result<Vec<WindowHandle>> {
        let open = self.driver().windows().await?;
        let mut tabs = lock(&self.tabs);
        tabs.retain(|tab| open.contains(tab));
        let new: Vec<_> = open.into_iter().filter(|tab| !tabs.contains(tab)).collect();
        tabs.extend(new);
        Ok(tabs.clone())
    }

    /// Closes the current tab and switches to the first one.
    pub async fn close_tab(&self) -> Result<()> {
        self.driver().close_window().await?;
        self.tab(0).await
    }

    /// Kills the browser with all its processes, as a power cut would, and restarts it with the same profile: stored
    /// data survives, memory does not. The browser opens on an empty page without emulated conditions.
    pub async fn kill_browser(&self) -> Result<()> {
        // The console is lost with the browser.
        _ = self.console().await;
        self.scripts().clear();
        self.browser.kill_and_restart().await?;
        self.record_tabs().await
    }

    /// Resets the browser as between two journeys: closes all tabs, opens a new one, and deletes what pages have stored.
    pub async fn reset_browser(&self) -> Result<()> {
        self.browser.reset().await?;
        self.record_tabs().await
    }

    /// Suspends the browser with all its processes for `time`, as a sleeping computer would.
    pub async fn suspend(&self, time: Duration) -> Result<()> {
        self.browser.suspend(time).await
    }

    /// Presses keys at the current focus: text, `Key::Tab`, `Key::Shift + Key::Tab`, `Key::Enter`.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        // Sending keys to an element would first move the focus to its start, such as the first part of a date.
        press_by_actions(&self.driver(), &keys.into().to_string()).await
    }

    /// Returns the focused element as `role "name"`: `button "Sign in"`.
    pub async fn focused(&self) -> Result<String> {
        let element = self.driver().active_element().await?;
        // Engines disagree on elements for which the standard has no role.
        const OTHER: &str = "
            const [{ localName, type }] = arguments;
            if (localName === 'summary') return 'DisclosureTriangle';
            if (localName !== 'input') return null;
            return type === 'date' ? 'Date' : arguments[0].list ? 'combobox' : null";
        let other = self
            .driver()
            .execute(OTHER, vec![element.to_json()?])
            .await?;
        let role = match other.json().as_str() {
            Some(role) => role.to_owned(),
            None => self.computed(&element, "role").await?,
        };
        let name = self.computed(&element, "label").await?;
        Ok(format!("{role} {name:?}"))
    }

    /// Runs a script in the page and returns its result.
    pub async fn js(&self, script: &str) -> Result<Value> {
        let result = self.driver().execute(script, Vec::new()).await;
        Ok(result
            .with_context(|| format!("the script failed: {script}"))?
            .json()
            .clone())
    }

    /// Polls `check` until it returns true. `what` completes "waited for …".
    #[track_caller]
    pub fn until<'a>(
        &'a self,
        what: impl fmt::Display + 'a,
        check: impl AsyncFn() -> Result<bool> + 'a,
    ) -> impl Future<Output = Result<()>> + 'a {
        let at = Location::caller();
        async move {
            let start = Instant::now();
            loop {
                if check()
                    .await
                    .with_context(|| format!("{at}: while waiting for {what}"))?
                {
                    return Ok(());
                }
                if start.elapsed() > self.wait_timeout {
                    bail!(
                        "{at}: waited {} s for {what}\n{}",
                        self.wait_timeout.as_secs(),
                        self.page().await
                    );
                }
                pause(start).await;
            }
        }
    }

    /// Returns all console entries so far.
    pub async fn console(&self) -> Result<Vec<ConsoleEntry>> {
        self.console.read(self).await
    }

    /// Allows console errors that contain `text`, such as `status of 402`: browsers report every failed request.
    pub fn allow_console_error(&self, text: &str) {
        self.console.allow(text);
    }

    /// Saves a screenshot of the page under `target/journeys/<engine>/<test>/`.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        self.evidence
            .screenshot(&self.driver(), name)
            .await
            .map(drop)
    }

    /// Prints the page to A4, in portrait unless the page says otherwise. Returns the PDF and saves it under
    /// `target/journeys/<engine>/<test>/`.
    pub async fn print(&self, name: &str) -> Result<Vec<u8>> {
        let paper = PrintParameters {
            page: PrintPage {
                width: 21.0,
                height: 29.7,
            },
            shrink_to_fit: false,
            ..PrintParameters::default()
        };
        let pdf = self.driver().print_page(paper).await?;
        self.evidence.keep(&format!("{name}.pdf"), &pdf)?;
        Ok(pdf)
    }

    /// Saves everything useful for diagnosing a failure (screenshot, page, console, ledger) in the desk's own folder,
    /// or in a subfolder named `part`, and returns its path. Never fails, because it is called after a failure.
    pub async fn keep_evidence(&self, part: &str) -> PathBuf {
        let evidence = self.evidence.part(part);
        evidence.gather(self).await;
        evidence.folder().to_path_buf()
    }

    /// Closes the browser and stops the sandbox.
    pub async fn close(self) -> Result<()> {
        self.browser.quit().await
    }

    /// Checks what must hold at the end of every journey.
    pub(crate) async fn check(&self) -> Result<()> {
        self.console.check(self).await?;
        self.sandbox.check().await
    }

    /// Describes what the page shows, for messages. Never fails, because it is called after a failure.
    pub(crate) async fn page(&self) -> String {
        const MAX_LINES: usize = 40;
        let path = self
            .path()
            .await
            .unwrap_or_else(|error| format!("(no address: {error})"));
        let text = self
            .js("return document.body ? document.body.innerText : ''")
            .await;
        let text = match &text {
            Ok(text) => text.as_str().unwrap_or_default(),
            Err(error) => return format!("the page {path} cannot be read: {error}"),
        };
        let lines: Vec<_> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let more = if lines.len() > MAX_LINES {
            "\n  | …"
        } else {
            ""
        };
        let shown: String = lines
            .iter()
            .take(MAX_LINES)
            .map(|line| format!("\n  | {line}"))
            .collect();
        format!(
            "the page {path} shows:{}{more}",
            if shown.is_empty() { " nothing" } else { &shown }
        )
    }
}

/// Presses keys one by one. Modifiers stay down until the end, or until `Key::Null`.
async fn press_by_actions(driver: &WebDriver, keys: &str) -> Result<()> {
    const MODIFIERS: [Key; 4] = [Key::Shift, Key::Control, Key::Alt, Key::Meta];
    let mut chain = driver.action_chain();
    let mut pressed: Vec<char> = Vec::new();
    for key in keys.chars().chain([Key::Null.value()]) {
        if key == Key::Null.value() {
            for modifier in pressed.drain(..) {
                chain = chain.key_up(modifier);
            }
        } else if MODIFIERS.iter().any(|modifier| modifier.value() == key) {
            pressed.push(key);
            chain = chain.key_down(key);
        } else {
            chain = chain.key_down(key).key_up(key);
        }
    }
    Ok(chain.perform().await?)
}
