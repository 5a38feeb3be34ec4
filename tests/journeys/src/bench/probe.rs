//! The page's side: what is done there, and the clock.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::Desk;

/// How long one question may stay open: less than the driver's client waits.
const SLICE_MS: u32 = 10_000;

/// A desk whose page measures.
#[derive(Debug)]
pub struct Probe<'a> {
    desk: &'a Desk,
    patience: Duration,
    profiles: Option<PathBuf>,
}

/// What a step of the page has measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// From the act to its outcome, in microseconds.
    pub took: u64,
    /// The longest frame meanwhile, in microseconds.
    pub longest: u64,
    /// Bytes, where the step is about some.
    pub size: u64,
}

impl<'a> Probe<'a> {
    /// Puts the page's side in; pages that are loaded from now on have it. `profiles` is where a CPU profile of each step is
    /// kept, of several of one name the last.
    pub async fn new(
        desk: &'a Desk,
        patience: Duration,
        profiles: Option<PathBuf>,
    ) -> Result<Self> {
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
            patience,
            profiles,
        })
    }

    /// Has the page take a step, and waits for its end.
    pub async fn step(&self, step: &str, given: Value) -> Result<Measured> {
        let Some(folder) = &self.profiles else {
            return self.take(step, given).await;
        };
        let word = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let name: String = format!("{step} {given}").chars().map(word).collect();
        self.desk.cdp("Profiler.start", json!({})).await?;
        let measured = self.take(step, given).await;
        let mut answer = self.desk.cdp("Profiler.stop", json!({})).await?;
        let file = folder.join(format!("{}.cpuprofile", name.trim_matches('-')));
        fs::write(&file, answer["profile"].take().to_string())
            .with_context(|| format!("cannot write {}", file.display()))?;
        measured
    }

    async fn take(&self, step: &str, given: Value) -> Result<Measured> {
        let what = self.begin(step, given).await?;
        self.end(&what).await
    }

    /// Has the page take a step, and does not wait for its end; gives the step's name for [`Self::end`].
    pub async fn begin(&self, step: &str, given: Value) -> Result<String> {
        let what = format!("{step} {given}");
        self.evaluate(&format!("bench.begin({}, {given})", json!(step)))
            .await
            .with_context(|| what.clone())?;
        Ok(what)
    }

    /// Waits for the end of a step that has begun.
    pub async fn end(&self, what: &str) -> Result<Measured> {
        let begun = Instant::now();
        loop {
            let answer = self.evaluate(&format!("bench.wait({SLICE_MS})")).await;
            let answer = answer.with_context(|| what.to_owned())?;
            if !answer.is_null() {
                let figure = |name: &str| answer["answer"][name].as_u64().unwrap_or_default();
                return Ok(Measured {
                    took: figure("took"),
                    longest: figure("longest"),
                    size: figure("size"),
                });
            }
            if begun.elapsed() > self.patience {
                bail!("{what} takes more than {} s", self.patience.as_secs());
            }
        }
    }

    /// Bytes that the page's scripts hold, and those of the portal's own memory, when what is not used is thrown away.
    pub async fn memory(&self) -> Result<(u64, u64)> {
        self.desk
            .cdp("HeapProfiler.collectGarbage", json!({}))
            .await?;
        let heap = self.desk.cdp("Runtime.getHeapUsage", json!({})).await?;
        let used = heap["usedSize"].to_string();
        // A whole number, that some versions write with a point.
        let used = used.split('.').next().unwrap_or_default().parse();
        let wasm = self.step("memory", Value::Null).await?.size;
        Ok((used.context("the browser does not say its heap")?, wasm))
    }

    /// What an expression of the page comes to, once it is settled.
    pub async fn evaluate(&self, expression: &str) -> Result<Value> {
        let question =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.desk.cdp("Runtime.evaluate", question).await?;
        let wrong = &answer["exceptionDetails"];
        if !wrong.is_null() {
            let told = wrong["exception"]["description"].as_str();
            bail!("{}", told.unwrap_or("the page failed without a word"));
        }
        Ok(answer["result"]["value"].take())
    }
}
