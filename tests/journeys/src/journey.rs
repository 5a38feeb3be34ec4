//! Runs a journey from start to finish.

use std::{
    any,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Result, anyhow};
use futures_util::FutureExt as _;
use serde_json::Value;

use crate::{
    Desk, NginxHost, Sandbox,
    browser::{Browser, idle},
    conditions::Scripts,
    config,
    console::Console,
    engine::{Engine, runs_in},
    evidence::Evidence,
    network::Network,
    nginx_host::HostKind,
    slot,
};

/// Upper limit for any journey. A hung browser must not hang the whole run.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs a journey on a fresh sandbox with default settings. Fails the test if the journey fails, if it leaves errors on
/// the console, or if the sandbox's ledger doesn't balance afterward.
#[track_caller]
pub fn journey<J: AsyncFnOnce(&Desk) -> Result<()>>(journey: J) {
    Setup::default().journey(journey);
}

/// Settings of a journey that differ from the defaults.
#[derive(Clone, Debug)]
pub struct Setup {
    sandbox: Vec<String>,
    config: Option<Value>,
    host: Option<HostKind>,
    wait_timeout: Duration,
    only: Option<(Vec<Engine>, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            sandbox: Vec::new(),
            config: None,
            host: None,
            wait_timeout: Duration::from_secs(20),
            only: None,
        }
    }
}

impl Setup {
    /// Adds flags for the sandbox, such as `["--connections", "close"]`.
    pub fn sandbox<'a>(mut self, flags: impl IntoIterator<Item = &'a str>) -> Self {
        self.sandbox.extend(flags.into_iter().map(str::to_owned));
        self
    }

    /// Changes the config.json that the portal ships with, as in `json!({"timeout_seconds": 2})`. Objects are merged
    /// key by key, and null removes a key.
    pub fn config(mut self, changes: Value) -> Self {
        config::change(self.config.get_or_insert(Value::Null), &changes);
        self
    }

    /// Serves the portal from a real nginx instead of the sandbox, which then is only the service.
    pub fn host(mut self, kind: HostKind) -> Self {
        self.host = Some(kind);
        self
    }

    /// Sets how long to wait for something to appear. The default of 20 seconds covers the timeout and the settling
    /// time of a journey that shortens both to 5.
    pub fn wait_timeout(mut self, timeout: Duration) -> Self {
        self.wait_timeout = timeout;
        self
    }

    /// Runs the journey in these engines only, for this reason. In the others the test run reports that it was skipped,
    /// and why.
    pub fn only<const N: usize>(mut self, engines: [Engine; N], reason: &str) -> Self {
        self.only = Some((engines.to_vec(), reason.to_owned()));
        self
    }

    /// Runs a journey with these settings.
    #[track_caller]
    pub fn journey<J: AsyncFnOnce(&Desk) -> Result<()>>(self, journey: J) {
        let name = name(any::type_name::<J>());
        if let Some((engines, reason)) = &self.only {
            match runs_in(engines, &name, reason) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => panic!("{error:#}"),
            }
        }
        let _slot = match slot::take() {
            Ok(slot) => slot,
            Err(error) => panic!("{error:#}"),
        };
        match idle::block_on(self.run(&name, journey)) {
            Ok(Ok(())) => {}
            Err(error) | Ok(Err(Failure::Error(error))) => panic!("{error:#}"),
            // The panic was already reported where it happened.
            Ok(Err(Failure::Panic(panic))) => panic::resume_unwind(panic),
        }
    }

    /// Opens a desk for a program that is not a test. The caller must close it. Its evidence goes to
    /// `target/journeys/<engine>/<name>/`.
    pub async fn open(&self, name: &str) -> Result<Desk> {
        let browser = Browser::start(Engine::current()?).await?;
        self.open_in(browser, name).await
    }

    async fn open_in(&self, browser: Browser, name: &str) -> Result<Desk> {
        let engine = browser.engine();
        // Chromium can cut and throttle its own network.
        let network = (engine != Engine::Chromium).then(|| Arc::new(Network::default()));
        let shared_network = network.as_deref();
        let sandbox = Sandbox::start(&self.sandbox, self.config.as_ref(), shared_network)?;
        let host = |kind| {
            NginxHost::start(
                kind,
                sandbox.address(),
                self.config.as_ref(),
                shared_network,
            )
        };
        let desk = Desk {
            evidence: Evidence::of(engine, name)?,
            host: self.host.map(host).transpose()?,
            sandbox,
            browser,
            console: Console::default(),
            wait_timeout: self.wait_timeout,
            network,
            scripts: Mutex::new(Scripts::default()),
            tabs: Mutex::default(),
        };
        desk.record_tabs().await?;
        Ok(desk)
    }

    async fn run<J: AsyncFnOnce(&Desk) -> Result<()>>(
        self,
        name: &str,
        journey: J,
    ) -> Result<(), Failure> {
        let browser = idle::acquire(Engine::current()?).await?;
        let desk = self.open_in(browser, name).await?;
        // Panics are caught so that the browser can still be inspected.
        let journey = AssertUnwindSafe(async { tokio::time::timeout(LIMIT, journey(&desk)).await });
        let mut result = match journey.catch_unwind().await {
            Ok(Ok(result)) => result.map_err(Failure::Error),
            Ok(Err(_)) => Err(anyhow!("the journey took more than {} s", LIMIT.as_secs()).into()),
            Err(panic) => Err(Failure::Panic(panic)),
        };
        if result.is_ok() {
            result = desk.check().await.map_err(Failure::Error);
        }
        if result.is_err() {
            let folder = desk.keep_evidence("").await;
            eprintln!("{name}: see {}", folder.display());
        }
        // A browser that can't be closed doesn't fail a successful journey.
        _ = match result {
            Ok(()) => idle::release(desk.browser).await,
            Err(_) => desk.close().await,
        };
        result
    }
}

/// How a journey failed.
enum Failure {
    Error(anyhow::Error),
    Panic(Box<dyn any::Any + Send>),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Error(error)
    }
}

/// Derives the test's path, without the program's name, from the closure's type name:
/// `all::smoke::the_page_opens::{{closure}}`.
fn name(closure: &str) -> String {
    let parts: Vec<_> = closure
        .split("::")
        .skip(1)
        .filter(|part| !part.starts_with('{'))
        .collect();
    let name = parts.join(".");
    name.chars()
        .map(|c| {
            if c.is_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journeys_are_named_after_their_tests() {
        assert_eq!(
            name("all::smoke::the_page_opens::{{closure}}"),
            "smoke.the_page_opens"
        );
        assert_eq!(
            name("all::forms::transfer::twice::{{closure}}::{{closure}}"),
            "forms.transfer.twice"
        );
    }
}
