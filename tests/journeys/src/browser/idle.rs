//! Reuses browsers between journeys, because starting one takes longer than many journeys.

use std::sync::{LazyLock, Mutex, MutexGuard};

use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Runtime};

use super::Browser;
use crate::{
    engine::{Engine, report_restart},
    sync::lock,
};

static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// The runtime of all journeys. A connection to a driver doesn't outlive the runtime it was opened on.
static RUNTIME: LazyLock<Result<Runtime, std::io::Error>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
});

/// Runs one journey on the calling thread.
pub fn block_on<T>(journey: impl Future<Output = T>) -> Result<T> {
    let runtime = RUNTIME.as_ref().context("cannot run anything")?;
    Ok(runtime.block_on(journey))
}

/// Returns an idle browser, or starts one.
pub async fn acquire(engine: Engine) -> Result<Browser> {
    let idle = idle().pop();
    match idle {
        Some(browser) => Ok(browser),
        None => Browser::start(engine).await,
    }
}

/// Keeps this browser for the next journey if it can be reset, and closes it otherwise.
pub async fn release(browser: Browser) -> Result<()> {
    if browser.is_changed() {
        return browser.quit().await;
    }
    if let Err(error) = browser.reset().await {
        report_restart(browser.engine(), &error);
        return browser.quit().await;
    }
    idle().push(browser);
    Ok(())
}

fn idle() -> MutexGuard<'static, Vec<Browser>> {
    lock(&IDLE)
}
