//! A browser with its own profile, driven over WebDriver.

mod chromium;
mod display;
mod driver;
pub(crate) mod firefox;
pub(crate) mod idle;
pub(crate) mod webkit;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::WebDriver;

use self::driver::Driver;
use crate::{desk::POLL_INTERVAL, engine::Engine, sync::lock, tree};

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    locale: Mutex<Locale>,
    running: Mutex<Running>,
    is_changed: AtomicBool,
    profile: TempDir,
}

/// The user's locale, for engines that read it only at startup.
#[derive(Clone, Debug)]
pub(crate) struct Locale {
    pub language: String,
    pub timezone: Option<String>,
}

impl Default for Locale {
    fn default() -> Self {
        Self {
            language: "en-US".to_owned(),
            timezone: None,
        }
    }
}

/// The running browser: its session and its driver.
#[derive(Clone, Debug)]
struct Running {
    session: WebDriver,
    driver: Arc<Driver>,
}

impl Running {
    async fn start(engine: Engine, profile: &Path, locale: &Locale) -> Result<Self> {
        let (driver, session) = match engine {
            Engine::Chromium => chromium::start(profile).await?,
            Engine::Firefox => firefox::start(profile, locale).await?,
            Engine::WebKit => webkit::start(profile, locale).await?,
        };
        Ok(Self { session, driver })
    }
}

impl Browser {
    /// Starts a browser.
    pub async fn start(engine: Engine) -> Result<Self> {
        let profile = tempfile::Builder::new()
            .prefix("credit-desk-profile-")
            .tempdir()?;
        fs::create_dir(profile.path().join("downloads"))?;
        let locale = Locale::default();
        let running = Mutex::new(Running::start(engine, profile.path(), &locale).await?);
        Ok(Self {
            engine,
            locale: Mutex::new(locale),
            running,
            is_changed: AtomicBool::new(false),
            profile,
        })
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the WebDriver session.
    pub fn session(&self) -> WebDriver {
        self.running().session.clone()
    }

    /// Returns the profile folder.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Returns the downloads folder. Chromium has to be configured to use it.
    pub fn downloads(&self) -> PathBuf {
        self.profile.path().join("downloads")
    }

    /// Marks the browser as changed in a way that closing its tabs doesn't undo, so that no other journey reuses it.
    pub(crate) fn set_changed(&self) {
        self.is_changed.store(true, Ordering::Relaxed);
    }

    fn is_changed(&self) -> bool {
        self.is_changed.load(Ordering::Relaxed)
    }

    /// Closes all tabs, opens a new one, and deletes what pages have stored.
    pub(crate) async fn reset(&self) -> Result<()> {
        let session = self.session();
        let old = session.windows().await?;
        let new = session.new_tab().await?;
        for tab in old {
            session.switch_to_window(tab).await?;
            session.close_window().await?;
        }
        session.switch_to_window(new).await?;
        match self.engine {
            Engine::Chromium => chromium::reset(&session).await?,
            Engine::Firefox => firefox::reset(&session).await?,
            Engine::WebKit => webkit::reset(self.profile()).await?,
        }
        Ok(())
    }

    /// Kills the browser with all its processes, as a power cut would, and restarts it on the same profile.
    pub async fn kill_and_restart(&self) -> Result<()> {
        self.set_changed();
        let Running { session, driver } = self.running().clone();
        tree::kill(self.process()?, self.profile.path()).await?;
        // There is nothing left to quit. Only the shared chromedriver has to drop the session; the other drivers end
        // with their browser, and would only wait for a response from a dead process.
        match self.engine {
            Engine::Chromium => drop(session.quit().await),
            Engine::Firefox | Engine::WebKit => drop(session.leak()),
        }
        drop(driver);
        self.start_again().await
    }

    /// Closes the browser and restarts it on the same profile with another language or time zone.
    pub async fn restart_in(&self, language: Option<&str>, timezone: Option<&str>) -> Result<()> {
        self.set_changed();
        {
            let mut locale = lock(&self.locale);
            if let Some(language) = language {
                language.clone_into(&mut locale.language);
            }
            if let Some(timezone) = timezone {
                locale.timezone = Some(timezone.to_owned());
            }
        }
        let Running { session, driver } = self.running().clone();
        _ = session.quit().await;
        drop(driver);
        self.start_again().await
    }

    async fn start_again(&self) -> Result<()> {
        let locale = lock(&self.locale).clone();
        let new = Running::start(self.engine, self.profile.path(), &locale).await?;
        *self.running() = new;
        Ok(())
    }

    /// Suspends all processes of the browser for `time`, as a sleeping computer would.
    pub async fn suspend(&self, time: Duration) -> Result<()> {
        let suspended = tree::Suspended::of(self.process()?, self.profile.path())?;
        tokio::time::sleep(time).await;
        drop(suspended);
        Ok(())
    }

    fn process(&self) -> Result<u64> {
        let name = match self.engine {
            Engine::Chromium => "goog:processID",
            Engine::Firefox => "moz:processID",
            Engine::WebKit => return webkit::process(self.profile.path()),
        };
        let session = self.session();
        let process = session.capabilities().get(name);
        process
            .and_then(Value::as_u64)
            .context("the driver does not say which process the browser is")
    }

    /// Closes the browser.
    pub async fn quit(self) -> Result<()> {
        Ok(self.session().quit().await?)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        lock(&self.running)
    }
}

/// Waits until the current tab has the focus. Keys typed before are lost.
async fn await_focus(session: &WebDriver) -> Result<()> {
    const HAS_FOCUS: &str = "return document.hasFocus()";
    await_result(session, HAS_FOCUS, json!(true), Duration::from_secs(2)).await
}

/// Waits until the page has this size.
pub(crate) async fn await_size(session: &WebDriver, width: u32, height: u32) -> Result<()> {
    const SIZE: &str = "return [innerWidth, innerHeight]";
    let size = json!([width, height]);
    await_result(session, SIZE, size, Duration::from_secs(5)).await
}

/// Runs the script in the page until it returns `expected`, for at most `timeout`.
async fn await_result(
    session: &WebDriver,
    script: &str,
    expected: Value,
    timeout: Duration,
) -> Result<()> {
    let start = Instant::now();
    loop {
        let result = session.execute(script, Vec::new()).await?;
        let actual = result.json();
        if *actual == expected {
            return Ok(());
        }
        if start.elapsed() > timeout {
            bail!("`{script}` returned {actual} instead of {expected}");
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
