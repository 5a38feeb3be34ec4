//! Browsers between two journeys: starting one takes longer than many journeys do.

use std::sync::{LazyLock, Mutex, MutexGuard};

use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Runtime};

use super::Browser;
use crate::engine::Engine;

static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// The runtime of all journeys: a connection to a driver lives no longer than the runtime it was made on.
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

/// A browser that another journey has left, or a new one.
pub async fn take(engine: Engine) -> Result<Browser> {
    let idle = idle().pop();
    match idle {
        Some(browser) => Ok(browser),
        None => Browser::start(engine).await,
    }
}

/// Keeps this browser for the next journey if nothing of this one is left in it; closes it otherwise.
pub async fn leave(browser: Browser) -> Result<()> {
    if browser.is_changed() || browser.forget().await.is_err() {
        return browser.quit().await;
    }
    idle().push(browser);
    Ok(())
}

fn idle() -> MutexGuard<'static, Vec<Browser>> {
    IDLE.lock().unwrap_or_else(|broken| broken.into_inner())
}
