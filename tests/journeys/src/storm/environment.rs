//! Applies a plan's faults and disruptions.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{
    colleague::ColleagueMovement,
    disruption::{Credential, Disruption, SettingsChange},
    movement_kind::MovementKind,
    movement_run::MovementRun,
    options::Setting,
    plan::PlannedFault,
    screen::Screen,
    simulated_user::SimulatedUser,
};

/// A clock error below this must not cause a notice. Between this and [`CLOCK_ERROR_REPORTED_MS`] either is fine,
/// because the portal can't measure the error more accurately.
pub const CLOCK_ERROR_IGNORED_MS: i64 = 100_000;
/// A clock error of this or more must cause a notice.
pub const CLOCK_ERROR_REPORTED_MS: i64 = 150_000;

impl SimulatedUser<'_> {
    /// Applies a disruption to the user, their browser or the service, and records it.
    pub(super) async fn disrupt(
        &mut self,
        run: &mut MovementRun<'_>,
        disruption: Disruption,
    ) -> Result<()> {
        match disruption {
            Disruption::Offline(ms) => {
                let since = run
                    .policy
                    .confirmed
                    .map_or(Duration::ZERO, |at| at.elapsed());
                let until = since + Duration::from_millis(ms);
                run.disruptions.push_back((until, Disruption::Online));
                run.disruptions.make_contiguous().sort_by_key(|(at, _)| *at);
            }
            // The server forgets pending faults.
            Disruption::RestartService(_) => self.count_met_faults(run).await?,
            _ => {}
        }
        self.write_trace(run, &format!("!! {disruption:?}"));
        self.apply_disruption(run, disruption)
            .await
            .with_context(|| format!("{disruption:?} did not happen"))?;
        if disruption != Disruption::Online {
            run.result.disruptions.push(disruption.name());
        }
        Ok(())
    }

    async fn apply_disruption(
        &mut self,
        run: &mut MovementRun<'_>,
        disruption: Disruption,
    ) -> Result<()> {
        let desk = self.desk;
        match disruption {
            Disruption::Reload => desk.reload().await,
            Disruption::NewTab => {
                self.actions.change_tab().await?;
                self.memory.hooks.install(desk).await
            }
            Disruption::KillBrowser => {
                desk.kill_browser().await?;
                self.memory.hooks.install(desk).await
            }
            Disruption::Offline(_) => desk.offline(true).await,
            Disruption::Online => desk.offline(false).await,
            Disruption::RestartService(ms) => {
                desk.sandbox.stop()?;
                // The outage lasts as long as planned.
                tokio::time::sleep(Duration::from_millis(ms)).await;
                desk.sandbox.start_again().await
            }
            Disruption::SignOut => self.actions.press("header", "Sign out").await.map(drop),
            Disruption::Back => desk.back().await,
            Disruption::BackAndForward => {
                desk.back().await?;
                desk.forward().await
            }
            Disruption::Colleague(amount, credential) => {
                self.make_colleague_movement(run, amount, credential).await;
                Ok(())
            }
            Disruption::SetClock(ms) => {
                self.memory.clocks_stable_since = Some(Instant::now());
                self.memory.hooks.clock_ms = self.memory.page_clock_ms + ms;
                self.memory.hooks.apply(desk).await
            }
            Disruption::Sleep(ms, hours_ms) => self.sleep(ms, hours_ms).await,
            Disruption::RotateKey => self.rotate_key(run.plan.kind).await,
            Disruption::ChangeSettings(change) => {
                desk.kill_browser().await?;
                self.memory.hooks.install(desk).await?;
                run.is_reconfigured = true;
                self.change_settings(run, change).await
            }
        }
    }

    async fn make_colleague_movement(
        &mut self,
        run: &MovementRun<'_>,
        amount: u32,
        credential: Credential,
    ) {
        let (sandbox, count) = (&self.desk.sandbox, self.memory.colleague_movements.len());
        let keys = self.memory.keys();
        let movement =
            ColleagueMovement::make(sandbox, keys, run.plan, amount, credential, count).await;
        self.memory.colleague_movements.push(movement);
    }

    /// Puts the computer to sleep, while the service's clock advances by another `hours_ms` milliseconds.
    async fn sleep(&mut self, ms: u64, hours_ms: i64) -> Result<()> {
        let memory = &mut *self.memory;
        memory.clocks_stable_since = Some(Instant::now());
        memory.server_clock_ms += hours_ms;
        memory.page_clock_ms += hours_ms;
        let clock = json!({ "clock_offset_ms": memory.server_clock_ms });
        self.desk.sandbox.settings(clock).await?;
        memory.hooks.sleep(self.desk, ms, hours_ms).await
    }

    async fn rotate_key(&mut self, kind: MovementKind) -> Result<()> {
        let index = usize::from(kind == MovementKind::Allocate);
        let api = ["reseller", "organizations"][index];
        let prefix = ["demo-replaced", "lp_test_replaced"][index];
        let key = format!("{prefix}-{}", self.memory.submissions.len());
        let keys = json!({ (api): key });
        self.desk.sandbox.replace_keys(keys).await?;
        self.memory.replaced_keys[index] = Some(key);
        self.memory.has_old_key = true;
        Ok(())
    }

    async fn change_settings(&self, run: &MovementRun<'_>, change: SettingsChange) -> Result<()> {
        let plan = run.plan;
        let api = match plan.kind {
            MovementKind::Allocate => "organizations_api",
            MovementKind::Transfer | MovementKind::Revert => "reseller_api",
        };
        let sandbox = &self.desk.sandbox;
        let address = sandbox.address();
        let urls = plan.scenario.base_urls(address);
        let url = urls[api]["base_url"].as_str().unwrap_or_default();
        let replays = plan.kind == MovementKind::Allocate || self.setting == Setting::Replay;
        let changed = match change {
            SettingsChange::Replay => json!({ "replays_idempotency_keys": !replays }),
            SettingsChange::TrailingSlash => {
                json!({ "base_url": format!("{}/", url.trim_end_matches('/')) })
            }
            SettingsChange::FullAddress if url.starts_with('/') => {
                json!({ "base_url": format!("{address}{}", url.trim_end_matches('/')) })
            }
            SettingsChange::FullAddress => {
                json!({ "base_url": url.replace("localhost", "LOCALHOST") })
            }
        };
        sandbox.change_config(&json!({ (api): changed }))
    }

    /// Restores the configuration, and reloads the page with it.
    pub(super) async fn restore_settings(&mut self, run: &mut MovementRun<'_>) -> Result<()> {
        if !std::mem::take(&mut run.is_reconfigured) {
            return Ok(());
        }
        let sandbox = &self.desk.sandbox;
        let urls = run.plan.scenario.base_urls(sandbox.address());
        sandbox.change_config(&self.setting.config())?;
        sandbox.change_config(&urls)?;
        self.desk.reload().await
    }

    /// Starts the faults that begin with the first confirmation.
    pub(super) async fn start_late_faults(&mut self, run: &mut MovementRun<'_>) -> Result<()> {
        run.late_faults_started = true;
        for credential in &run.plan.before {
            let amount = run.plan.amount;
            self.make_colleague_movement(run, amount, *credential).await;
            self.write_trace(run, &format!("!! colleague ({credential:?})"));
        }
        if run.plan.journal_ms > 0 {
            self.memory.hooks.journal_ms = run.plan.journal_ms;
            self.memory.hooks.apply(self.desk).await?;
        }
        let late = &run.plan.late;
        self.add_faults(run, late).await
    }

    /// Adds faults for later requests to the sandbox.
    pub(super) async fn add_faults(
        &self,
        run: &mut MovementRun<'_>,
        list: &[PlannedFault],
    ) -> Result<()> {
        for planned in list {
            let fault = planned.fault.to_json(planned.route, planned.count);
            self.desk.sandbox.fault(fault).await?;
            run.pending_faults.push(*planned);
        }
        Ok(())
    }

    /// Stops all faults and disruptions.
    pub(super) async fn stop_disturbances(&mut self, run: &mut MovementRun<'_>) -> Result<()> {
        if !run.pending_faults.is_empty() {
            self.count_met_faults(run).await?;
            self.clear_faults(run).await?;
        }
        if !run.disruptions.is_empty() {
            run.disruptions.clear();
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
        run.disturbances_stopped = true;
        Ok(())
    }

    /// Waits for pending repetitions first, because clearing the faults would cancel them. The sandbox doesn't report
    /// them, so this waits for as long as the latest of them may take.
    async fn clear_faults(&self, run: &MovementRun<'_>) -> Result<()> {
        let repeats = run
            .plan
            .late
            .iter()
            .filter_map(|planned| planned.fault.repeats_after());
        if let Some(latest) = repeats.max() {
            tokio::time::sleep(Duration::from_millis(latest)).await;
        }
        self.desk.sandbox.clear_faults().await.map(drop)
    }

    /// Counts the faults that are no longer pending, which requests have therefore met.
    async fn count_met_faults(&self, run: &mut MovementRun<'_>) -> Result<()> {
        let response = self.desk.sandbox.faults().await?;
        let mut pending = response["faults"].as_array().cloned().unwrap_or_default();
        for planned in run.pending_faults.drain(..) {
            let fault = planned.fault.to_json(planned.route, planned.count);
            match pending.iter().position(|other| is_same(&fault, other)) {
                Some(index) => drop(pending.remove(index)),
                None => {
                    let is_own = planned.route == run.plan.kind.route();
                    run.result.faults.push((is_own, planned.fault.name()));
                }
            }
        }
        Ok(())
    }

    /// Records a false notice: one about a clock that has been right for a while.
    pub(super) fn check_clock_notice(&mut self, screen: &Screen) {
        // How long the portal may take to notice that a clock was changed.
        const MAX_DELAY: Duration = Duration::from_secs(25);
        let memory = &mut *self.memory;
        let is_stable = memory
            .clocks_stable_since
            .is_none_or(|since| since.elapsed() > MAX_DELAY);
        let is_right = memory.clock_error_ms().abs() < CLOCK_ERROR_IGNORED_MS;
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
