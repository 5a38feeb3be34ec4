//! The person at the browser.

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
    Entry, Host, Sandbox,
    browser::Browser,
    conditions::Scripts,
    console::Console,
    engine::{Engine, report_partly_left_out},
    evidence::Evidence,
    network::Network,
};

/// How often a condition is looked at while it is waited for.
pub(crate) const GLANCE: Duration = Duration::from_millis(40);
/// The same for what takes long: looking costs the browser time.
const LONG_GLANCE: Duration = Duration::from_millis(150);

/// The pause before the next look at a condition that is waited for since `begun`.
pub(crate) async fn pause(begun: Instant) {
    let pause = (begun.elapsed() / 8).clamp(GLANCE, LONG_GLANCE);
    tokio::time::sleep(pause).await;
}

/// A browser on a portal on a sandbox: all that one journey needs.
#[derive(Debug)]
pub struct Desk {
    /// The backend.
    pub sandbox: Sandbox,
    pub(crate) host: Option<Host>,
    pub(crate) patience: Duration,
    pub(crate) console: Console,
    pub(crate) browser: Browser,
    pub(crate) evidence: Evidence,
    /// The network, where it is not the browser's own that is cut and slowed down.
    pub(crate) network: Option<Arc<Network>>,
    pub(crate) scripts: Mutex<Scripts>,
    /// The tabs in the order in which they were opened: not every driver lists them so.
    pub(crate) tabs: Mutex<Vec<WindowHandle>>,
}

impl Desk {
    /// The WebDriver session, for what has no helper.
    pub fn driver(&self) -> WebDriver {
        self.browser.session()
    }

    /// The engine of the browser.
    pub fn engine(&self) -> Engine {
        self.browser.engine()
    }

    /// Whether a part of the journey is done in this engine: only in these, for this reason. Reports it where it is left out.
    pub fn only<const N: usize>(&self, engines: [Engine; N], part: &str, reason: &str) -> bool {
        let is_done = engines.contains(&self.engine());
        if !is_done {
            report_partly_left_out(self.engine(), part, reason);
        }
        is_done
    }

    pub(crate) fn scripts(&self) -> MutexGuard<'_, Scripts> {
        self.scripts
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// The nginx that serves the portal.
    ///
    /// # Panics
    /// When the journey was set up without.
    #[track_caller]
    pub fn host(&self) -> &Host {
        match &self.host {
            Some(host) => host,
            None => panic!("this journey has no host: Setup::host"),
        }
    }

    /// Where the portal is: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        match &self.host {
            Some(host) => host.address(),
            None => self.sandbox.address(),
        }
    }

    /// Goes to a page of the portal, as one types an address: `/`, `/log?page=2`.
    pub async fn goto(&self, path: &str) -> Result<()> {
        let address = format!("{}{path}", self.address());
        self.driver()
            .goto(&*address)
            .await
            .with_context(|| format!("cannot open {address}"))
    }

    /// Loads the page anew.
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

    /// Path, query and fragment of where the browser is.
    pub async fn path(&self) -> Result<String> {
        let address = self.driver().current_url().await?.to_string();
        Ok(address
            .strip_prefix(self.address())
            .unwrap_or(&address)
            .to_owned())
    }

    /// The page's title.
    pub async fn title(&self) -> Result<String> {
        Ok(self.driver().title().await?)
    }

    /// Opens a page in a new tab and goes there. Tabs are numbered from 0 in the order in which they were opened.
    pub async fn open_tab(&self, path: &str) -> Result<()> {
        let driver = self.driver();
        self.ordered_tabs().await?;
        let tab = driver.new_tab().await?;
        driver.switch_to_window(tab).await?;
        self.goto(path).await
    }

    /// Goes to an open tab.
    pub async fn tab(&self, number: usize) -> Result<()> {
        let Some(tab) = self.ordered_tabs().await?.into_iter().nth(number) else {
            bail!("there is no tab {number}")
        };
        Ok(self.driver().switch_to_window(tab).await?)
    }

    /// Notes which tabs are open, before there are others.
    pub(crate) async fn know_tabs(&self) -> Result<()> {
        self.ordered_tabs().await.map(drop)
    }

    async fn ordered_tabs(&self) -> Result<Vec<WindowHandle>> {
        let open = self.driver().windows().await?;
        let mut tabs = self
            .tabs
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        tabs.retain(|tab| open.contains(tab));
        let new: Vec<_> = open.into_iter().filter(|tab| !tabs.contains(tab)).collect();
        tabs.extend(new);
        Ok(tabs.clone())
    }

    /// Closes this tab and goes to the first one.
    pub async fn close_tab(&self) -> Result<()> {
        self.driver().close_window().await?;
        self.tab(0).await
    }

    /// Kills the browser, with all its processes, as a power cut would and starts it again with the same profile: what was stored
    /// is there, what was in memory is not. It opens on an empty page, with no emulated conditions.
    pub async fn kill_browser(&self) -> Result<()> {
        // Later its log is gone.
        _ = self.console().await;
        self.scripts().clear();
        self.browser.kill_and_restart().await?;
        self.know_tabs().await
    }

    /// Stops the browser, with all its processes, for a while, as a sleeping computer would.
    pub async fn suspend(&self, time: Duration) -> Result<()> {
        self.browser.suspend(time).await
    }

    /// Presses keys wherever the focus is: text, `Key::Tab`, `Key::Shift + Key::Tab`, `Key::Enter`.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        // Sending them to an element would first put the focus at its beginning, such as the first part of a date.
        press_by_actions(&self.driver(), &keys.into().to_string()).await
    }

    /// What has the focus, as `role "name"`: `button "Sign in"`.
    pub async fn focused(&self) -> Result<String> {
        let element = self.driver().active_element().await?;
        // What the standard has no role for, each engine calls something else.
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

    /// Runs a script in the page and gives what it returns.
    pub async fn js(&self, script: &str) -> Result<Value> {
        let result = self.driver().execute(script, Vec::new()).await;
        Ok(result
            .with_context(|| format!("the script failed: {script}"))?
            .json()
            .clone())
    }

    /// Waits until the check says yes, looking many times a second. `what` completes "waited for …".
    #[track_caller]
    pub fn until<'a>(
        &'a self,
        what: impl fmt::Display + 'a,
        check: impl AsyncFn() -> Result<bool> + 'a,
    ) -> impl Future<Output = Result<()>> + 'a {
        let at = Location::caller();
        async move {
            let begun = Instant::now();
            loop {
                if check()
                    .await
                    .with_context(|| format!("{at}: while waiting for {what}"))?
                {
                    return Ok(());
                }
                if begun.elapsed() > self.patience {
                    bail!(
                        "{at}: waited {} s for {what}\n{}",
                        self.patience.as_secs(),
                        self.page().await
                    );
                }
                pause(begun).await;
            }
        }
    }

    /// Everything on the console so far.
    pub async fn console(&self) -> Result<Vec<Entry>> {
        self.console.read(self).await
    }

    /// Console errors with this text are part of the journey, such as `status of 402`: the browser reports every failed request.
    pub fn allow_console_error(&self, text: &str) {
        self.console.allow(text);
    }

    /// A picture of the page, kept under `target/journeys/<test>/`.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        self.evidence
            .screenshot(&self.driver(), name)
            .await
            .map(drop)
    }

    /// The page as the browser prints it on A4, upright unless the page asks otherwise: a PDF, also kept under
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

    /// Keeps all that a person who asks why would want to see: picture, page, console, ledger. In the desk's own folder, or in
    /// one of this name inside it; gives its path. Never fails: it is called when something has.
    pub async fn keep_evidence(&self, part: &str) -> PathBuf {
        let evidence = self.evidence.part(part);
        evidence.gather(self).await;
        evidence.folder().to_path_buf()
    }

    /// Ends the browser and the sandbox.
    pub async fn close(self) -> Result<()> {
        self.browser.quit().await
    }

    /// What must hold at the end of every journey.
    pub(crate) async fn leave(&self) -> Result<()> {
        self.console.check(self).await?;
        self.sandbox.check().await
    }

    /// What the page shows, for messages. Never fails: it is called when something has.
    pub(crate) async fn page(&self) -> String {
        const MOST: usize = 40;
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
        let more = if lines.len() > MOST { "\n  | …" } else { "" };
        let shown: String = lines
            .iter()
            .take(MOST)
            .map(|line| format!("\n  | {line}"))
            .collect();
        format!(
            "the page {path} shows:{}{more}",
            if shown.is_empty() { " nothing" } else { &shown }
        )
    }
}

/// Modifiers are held until the end, or until `Key::Null`.
async fn press_by_actions(driver: &WebDriver, keys: &str) -> Result<()> {
    const MODIFIERS: [Key; 4] = [Key::Shift, Key::Control, Key::Alt, Key::Meta];
    let mut chain = driver.action_chain();
    let mut held: Vec<char> = Vec::new();
    for key in keys.chars().chain([Key::Null.value()]) {
        if key == Key::Null.value() {
            for modifier in held.drain(..) {
                chain = chain.key_up(modifier);
            }
        } else if MODIFIERS.iter().any(|modifier| modifier.value() == key) {
            held.push(key);
            chain = chain.key_down(key);
        } else {
            chain = chain.key_down(key).key_up(key);
        }
    }
    Ok(chain.perform().await?)
}
