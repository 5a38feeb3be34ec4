//! Running a journey from its first process to its last.

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
    Desk, Host, Sandbox,
    browser::{Browser, idle},
    conditions::Scripts,
    config,
    console::Console,
    engine::{Engine, runs_in},
    evidence::Evidence,
    host::Kind,
    network::Network,
    slot,
};

/// Longer than any journey should take: a browser that hangs must not hang the whole run.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs a journey on the sandbox as it opens. Fails the test if the journey fails, if it leaves errors on the console, or if the
/// sandbox's books do not balance afterwards.
#[track_caller]
pub fn journey<J: AsyncFnOnce(&Desk) -> Result<()>>(journey: J) {
    Setup::default().journey(journey);
}

/// What a journey may have otherwise than usual.
#[derive(Clone, Debug)]
pub struct Setup {
    sandbox: Vec<String>,
    config: Option<Value>,
    host: Option<Kind>,
    patience: Duration,
    only: Option<(Vec<Engine>, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            sandbox: Vec::new(),
            config: None,
            host: None,
            patience: Duration::from_secs(20),
            only: None,
        }
    }
}

impl Setup {
    /// Flags for the sandbox, such as `["--connections", "close"]`.
    pub fn sandbox<'a>(mut self, flags: impl IntoIterator<Item = &'a str>) -> Self {
        self.sandbox.extend(flags.into_iter().map(str::to_owned));
        self
    }

    /// Changes to the config.json that the portal ships with, such as `json!({"timeout_seconds": 2})`. Objects are changed key by
    /// key, and null takes a key away.
    pub fn config(mut self, changes: Value) -> Self {
        config::change(self.config.get_or_insert(Value::Null), &changes);
        self
    }

    /// The portal on a real nginx, in the sandbox's stead; the sandbox is the backend alone.
    pub fn host(mut self, kind: Kind) -> Self {
        self.host = Some(kind);
        self
    }

    /// How long to wait for what should appear. The default, 20 seconds, covers the timeout and the settling time of a journey that shortens both to 5.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs in these engines only, for this reason. In the others the test run says that it was left out, and why.
    pub fn only<const N: usize>(mut self, engines: [Engine; N], reason: &str) -> Self {
        self.only = Some((engines.to_vec(), reason.to_owned()));
        self
    }

    /// Runs a journey so.
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
            // It has been reported where it happened.
            Ok(Err(Failure::Panic(panic))) => panic::resume_unwind(panic),
        }
    }

    /// Opens a desk for a program that is no test, and that must close it itself. What it keeps as evidence goes to
    /// `target/journeys/<name>/`.
    pub async fn open(&self, name: &str) -> Result<Desk> {
        let browser = Browser::start(Engine::current()?).await?;
        self.open_in(browser, name).await
    }

    async fn open_in(&self, browser: Browser, name: &str) -> Result<Desk> {
        let engine = browser.engine();
        // Chromium's own network can be cut and slowed down.
        let network = (engine != Engine::Chromium).then(|| Arc::new(Network::default()));
        let lines = network.as_deref();
        let sandbox = Sandbox::start(&self.sandbox, self.config.as_ref(), lines)?;
        let host = |kind| Host::start(kind, sandbox.address(), self.config.as_ref(), lines);
        let desk = Desk {
            evidence: Evidence::of(engine, name)?,
            host: self.host.map(host).transpose()?,
            sandbox,
            browser,
            console: Console::default(),
            patience: self.patience,
            network,
            scripts: Mutex::new(Scripts::default()),
            tabs: Mutex::default(),
        };
        desk.know_tabs().await?;
        Ok(desk)
    }

    async fn run<J: AsyncFnOnce(&Desk) -> Result<()>>(
        self,
        name: &str,
        journey: J,
    ) -> Result<(), Failure> {
        let browser = idle::take(Engine::current()?).await?;
        let desk = self.open_in(browser, name).await?;
        // A panic is caught so that the browser is still there to be asked.
        let journey = AssertUnwindSafe(async { tokio::time::timeout(LIMIT, journey(&desk)).await });
        let mut result = match journey.catch_unwind().await {
            Ok(Ok(result)) => result.map_err(Failure::Error),
            Ok(Err(_)) => Err(anyhow!("the journey took more than {} s", LIMIT.as_secs()).into()),
            Err(panic) => Err(Failure::Panic(panic)),
        };
        if result.is_ok() {
            result = desk.leave().await.map_err(Failure::Error);
        }
        if result.is_err() {
            let folder = desk.keep_evidence("").await;
            eprintln!("{name}: see {}", folder.display());
        }
        // A browser that cannot be closed takes nothing away from a journey that went well.
        _ = match result {
            Ok(()) => idle::leave(desk.browser).await,
            Err(_) => desk.close().await,
        };
        result
    }
}

/// How a journey went wrong.
enum Failure {
    Error(anyhow::Error),
    Panic(Box<dyn any::Any + Send>),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Error(error)
    }
}

/// The test's own path without its program's name, from the name that the compiler gave its closure:
/// `all::opens::the_page_opens::{{closure}}`.
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
    fn a_journey_is_named_after_its_test() {
        assert_eq!(
            name("all::opens::the_page_opens::{{closure}}"),
            "opens.the_page_opens"
        );
        assert_eq!(
            name("all::forms::transfer::twice::{{closure}}::{{closure}}"),
            "forms.transfer.twice"
        );
    }
}
