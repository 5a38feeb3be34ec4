//! What happens around a user: pending faults, and disruptions.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{
    colleague::Twin,
    kind::Kind,
    options::Setting,
    person::Person,
    plan::Armed,
    screen::Screen,
    story::Story,
    upset::{Change, Credential, Upset},
};

/// A clock that is off by less than `UNNOTED_MS` must not cause a notice; by `NOTED_MS` or more, it must. In between,
/// either is fine: the portal can't measure the error more accurately.
pub const UNNOTED_MS: i64 = 100_000;
pub const NOTED_MS: i64 = 150_000;

impl Person<'_> {
    /// Applies a disruption to the user, their browser or the service, and records it.
    pub(super) async fn disrupt(&mut self, story: &mut Story<'_>, upset: Upset) -> Result<()> {
        match upset {
            Upset::Offline(ms) => {
                let since = story
                    .policy
                    .confirmed
                    .map_or(Duration::ZERO, |at| at.elapsed());
                let until = since + Duration::from_millis(ms);
                story.upsets.push_back((until, Upset::Online));
                story.upsets.make_contiguous().sort_by_key(|(at, _)| *at);
            }
            // The server forgets pending faults.
            Upset::RestartService(_) => self.count_troubles(story).await?,
            _ => {}
        }
        self.write_diary(story, &format!("!! {upset:?}"));
        self.apply_upset(story, upset)
            .await
            .with_context(|| format!("{upset:?} did not happen"))?;
        if upset != Upset::Online {
            story.result.upsets.push(upset.name());
        }
        Ok(())
    }

    async fn apply_upset(&mut self, story: &mut Story<'_>, upset: Upset) -> Result<()> {
        let desk = self.desk;
        match upset {
            Upset::Reload => desk.reload().await,
            Upset::NewTab => {
                self.actions.change_tab().await?;
                self.memory.hooks.install(desk).await
            }
            Upset::KillBrowser => {
                desk.kill_browser().await?;
                self.memory.hooks.install(desk).await
            }
            Upset::Offline(_) => desk.offline(true).await,
            Upset::Online => desk.offline(false).await,
            Upset::RestartService(ms) => {
                desk.sandbox.stop()?;
                tokio::time::sleep(Duration::from_millis(ms)).await;
                desk.sandbox.start_again().await
            }
            Upset::SignOut => self.actions.press("header", "Sign out").await.map(drop),
            Upset::Back => desk.back().await,
            Upset::BackAndForward => {
                desk.back().await?;
                desk.forward().await
            }
            Upset::Colleague(amount, credential) => {
                self.meet_colleague(story, amount, credential).await;
                Ok(())
            }
            Upset::SetClock(ms) => {
                self.memory.clocks_stable_since = Some(Instant::now());
                self.memory.hooks.clock_ms = self.memory.page_clock_ms + ms;
                self.memory.hooks.apply(desk).await
            }
            Upset::Sleep(ms, hours_ms) => self.sleep(ms, hours_ms).await,
            Upset::RotateKey => self.rotate_key(story.plan.kind).await,
            Upset::ChangeSettings(change) => {
                desk.kill_browser().await?;
                self.memory.hooks.install(desk).await?;
                story.is_reconfigured = true;
                self.change_settings(story, change).await
            }
        }
    }

    async fn meet_colleague(&mut self, story: &Story<'_>, amount: u32, credential: Credential) {
        let (sandbox, count) = (&self.desk.sandbox, self.memory.twins.len());
        let keys = self.memory.keys();
        let twin = Twin::make(sandbox, keys, story.plan, amount, credential, count).await;
        self.memory.twins.push(twin);
    }

    /// Puts the computer to sleep, while `hours_ms` more pass for the rest of the world.
    async fn sleep(&mut self, ms: u64, hours_ms: i64) -> Result<()> {
        let memory = &mut *self.memory;
        memory.clocks_stable_since = Some(Instant::now());
        memory.server_clock_ms += hours_ms;
        memory.page_clock_ms += hours_ms;
        let clock = json!({ "clock_offset_ms": memory.server_clock_ms });
        self.desk.sandbox.settings(clock).await?;
        memory.hooks.sleep(self.desk, ms, hours_ms).await
    }

    async fn rotate_key(&mut self, kind: Kind) -> Result<()> {
        let place = usize::from(kind == Kind::Allocate);
        let api = ["reseller", "organizations"][place];
        let prefix = ["demo-replaced", "lp_test_replaced"][place];
        let key = format!("{prefix}-{}", self.memory.submissions.len());
        let keys = json!({ (api): key });
        self.desk.sandbox.replace_keys(keys).await?;
        self.memory.replaced[place] = Some(key);
        self.memory.has_old_key = true;
        Ok(())
    }

    async fn change_settings(&self, story: &Story<'_>, change: Change) -> Result<()> {
        let plan = story.plan;
        let api = match plan.kind {
            Kind::Allocate => "organizations_api",
            Kind::Transfer | Kind::Revert => "reseller_api",
        };
        let sandbox = &self.desk.sandbox;
        let address = sandbox.address();
        let urls = plan.surroundings.base_urls(address);
        let url = urls[api]["base_url"].as_str().unwrap_or_default();
        let replays = plan.kind == Kind::Allocate || self.setting == Setting::Replay;
        let changed = match change {
            Change::Replay => json!({ "replays_idempotency_keys": !replays }),
            Change::TrailingSlash => {
                json!({ "base_url": format!("{}/", url.trim_end_matches('/')) })
            }
            Change::FullAddress if url.starts_with('/') => {
                json!({ "base_url": format!("{address}{}", url.trim_end_matches('/')) })
            }
            Change::FullAddress => {
                json!({ "base_url": url.replace("localhost", "LOCALHOST") })
            }
        };
        sandbox.change_config(&json!({ (api): changed }))
    }

    /// Restores the configuration, and reloads the page with it.
    pub(super) async fn restore_settings(&mut self, story: &mut Story<'_>) -> Result<()> {
        if !std::mem::take(&mut story.is_reconfigured) {
            return Ok(());
        }
        let sandbox = &self.desk.sandbox;
        let urls = story.plan.surroundings.base_urls(sandbox.address());
        sandbox.change_config(&self.setting.config())?;
        sandbox.change_config(&urls)?;
        self.desk.reload().await
    }

    /// Starts the trouble that begins with the first confirmation.
    pub(super) async fn start_late_trouble(&mut self, story: &mut Story<'_>) -> Result<()> {
        story.is_late = true;
        for credential in &story.plan.before {
            let amount = story.plan.amount;
            self.meet_colleague(story, amount, *credential).await;
            self.write_diary(story, &format!("!! colleague ({credential:?})"));
        }
        if story.plan.journal_ms > 0 {
            self.memory.hooks.journal_ms = story.plan.journal_ms;
            self.memory.hooks.apply(self.desk).await?;
        }
        let late = &story.plan.late;
        self.arm(story, late).await
    }

    /// Registers faults for later requests.
    pub(super) async fn arm(&self, story: &mut Story<'_>, list: &[Armed]) -> Result<()> {
        for armed in list {
            let fault = armed.trouble.fault(armed.route, armed.count);
            self.desk.sandbox.fault(fault).await?;
            story.armed.push(*armed);
        }
        Ok(())
    }

    /// Stops everything that goes wrong.
    pub(super) async fn stop_trouble(&mut self, story: &mut Story<'_>) -> Result<()> {
        if !story.armed.is_empty() {
            self.count_troubles(story).await?;
            self.clear_faults(story).await?;
        }
        if !story.upsets.is_empty() {
            story.upsets.clear();
            self.desk.offline(false).await?;
        }
        let memory = &mut *self.memory;
        let is_clock_set = memory.hooks.clock_ms != memory.page_clock_ms;
        if is_clock_set || memory.hooks.journal_ms > 0 {
            if is_clock_set {
                memory.clocks_stable_since = Some(Instant::now());
            }
            memory.hooks.clock_ms = memory.page_clock_ms;
            memory.hooks.journal_ms = 0;
            memory.hooks.apply(self.desk).await?;
        }
        story.is_quiet = true;
        Ok(())
    }

    /// Waits for pending repetitions first, because clearing the faults would cancel them.
    async fn clear_faults(&self, story: &Story<'_>) -> Result<()> {
        let repeats = story
            .plan
            .late
            .iter()
            .filter_map(|armed| armed.trouble.repeats_after());
        if let Some(latest) = repeats.max() {
            tokio::time::sleep(Duration::from_millis(latest)).await;
        }
        self.desk.sandbox.clear_faults().await.map(drop)
    }

    /// Counts the faults that are no longer pending.
    async fn count_troubles(&self, story: &mut Story<'_>) -> Result<()> {
        let answer = self.desk.sandbox.faults().await?;
        let mut waiting = answer["faults"].as_array().cloned().unwrap_or_default();
        for armed in story.armed.drain(..) {
            let fault = armed.trouble.fault(armed.route, armed.count);
            match waiting.iter().position(|other| is_same(&fault, other)) {
                Some(place) => drop(waiting.remove(place)),
                None => {
                    let is_own = armed.route == story.plan.kind.route();
                    story.result.troubles.push((is_own, armed.trouble.name()));
                }
            }
        }
        Ok(())
    }

    /// Records a notice about a clock that has been right for a while. Such a notice is unfounded.
    pub(super) fn check_clock_notice(&mut self, screen: &Screen) {
        const LAG: Duration = Duration::from_secs(25);
        let memory = &mut *self.memory;
        let is_stable = memory
            .clocks_stable_since
            .is_none_or(|since| since.elapsed() > LAG);
        let is_right = memory.clock_error_ms().abs() < UNNOTED_MS;
        if screen.clock_notice && is_right && is_stable {
            memory.false_clock_notice = Some(screen.to_string());
        }
    }
}

/// Whether `listed` is this fault, with all requested fields and possibly more.
fn is_same(fault: &Value, listed: &Value) -> bool {
    fault
        .as_object()
        .is_some_and(|fields| fields.iter().all(|(name, value)| listed[name] == *value))
}
