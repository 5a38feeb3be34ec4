//! Runs a benchmark's steps in the page, and collects their measurements.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::Desk;

/// How long one request to the page may wait: less than the timeout of the driver's client.
const SLICE_MS: u32 = 10_000;

/// A desk whose page takes measurements.
#[derive(Debug)]
pub struct Probe<'a> {
    desk: &'a Desk,
    timeout: Duration,
    profiles: Option<PathBuf>,
}

/// The measurements of one step.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// From the action to its outcome, in microseconds.
    pub took: u64,
    /// The longest frame during the step, in microseconds.
    pub longest: u64,
    /// Bytes, if the step measures a size.
    pub size: u64,
}

impl<'a> Probe<'a> {
    /// Injects the page's side into pages loaded from now on. `profiles` is the folder for a CPU profile of each step;
    /// steps with the same name overwrite each other.
    pub async fn new(desk: &'a Desk, timeout: Duration, profiles: Option<PathBuf>) -> Result<Self> {
        if let Some(folder) = &profiles {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            desk.cdp("Profiler.enable", json!({})).await?;
            let fine = json!({ "interval": 100 });
            desk.cdp("Profiler.setSamplingInterval", fine).await?;
        }
        let script = json!({ "source": concat!(include_str!("page.js"), include_str!("load.js")) });
        desk.cdp("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        Ok(Self {
            desk,
            timeout,
            profiles,
        })
    }

    /// Runs a step in the page, and waits until it ends.
    pub async fn step(&self, step: &str, argument: Value) -> Result<Measured> {
        let Some(folder) = &self.profiles else {
            return self.run(step, argument).await;
        };
        let word = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let name: String = format!("{step} {argument}").chars().map(word).collect();
        self.desk.cdp("Profiler.start", json!({})).await?;
        let measured = self.run(step, argument).await;
        let mut response = self.desk.cdp("Profiler.stop", json!({})).await?;
        let file = folder.join(format!("{}.cpuprofile", name.trim_matches('-')));
        fs::write(&file, response["profile"].take().to_string())
            .with_context(|| format!("cannot write {}", file.display()))?;
        measured
    }

    async fn run(&self, step: &str, argument: Value) -> Result<Measured> {
        let what = self.begin(step, argument).await?;
        self.end(&what).await
    }

    /// Starts a step in the page without waiting. Returns the step's name for [`Self::end`].
    pub async fn begin(&self, step: &str, argument: Value) -> Result<String> {
        let what = format!("{step} {argument}");
        self.evaluate(&format!("bench.begin({}, {argument})", json!(step)))
            .await
            .with_context(|| what.clone())?;
        Ok(what)
    }

    /// Waits for a step that was started.
    pub async fn end(&self, what: &str) -> Result<Measured> {
        let start = Instant::now();
        loop {
            let response = self.evaluate(&format!("bench.wait({SLICE_MS})")).await;
            let response = response.with_context(|| what.to_owned())?;
            if !response.is_null() {
                let number = |name: &str| response["answer"][name].as_u64().unwrap_or_default();
                return Ok(Measured {
                    took: number("took"),
                    longest: number("longest"),
                    size: number("size"),
                });
            }
            if start.elapsed() > self.timeout {
                bail!("{what} takes more than {} s", self.timeout.as_secs());
            }
        }
    }

    /// Returns the bytes used by the page's script heap after a garbage collection, and the size of the portal's wasm
    /// memory.
    pub async fn memory(&self) -> Result<(u64, u64)> {
        self.desk
            .cdp("HeapProfiler.collectGarbage", json!({}))
            .await?;
        let heap = self.desk.cdp("Runtime.getHeapUsage", json!({})).await?;
        let used = heap["usedSize"].to_string();
        // An integer that some versions write with a decimal point.
        let used = used.split('.').next().unwrap_or_default().parse();
        let wasm = self.step("memory", Value::Null).await?.size;
        Ok((used.context("the browser does not say its heap")?, wasm))
    }

    /// Evaluates an expression in the page, and waits for its promise to settle.
    pub async fn evaluate(&self, expression: &str) -> Result<Value> {
        let parameters =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut response = self.desk.cdp("Runtime.evaluate", parameters).await?;
        let exception = &response["exceptionDetails"];
        if !exception.is_null() {
            let message = exception["exception"]["description"].as_str();
            bail!("{}", message.unwrap_or("the page failed without a message"));
        }
        Ok(response["result"]["value"].take())
    }
}
