//! The final check of a desk, after everything has happened and the portal has had time to notice it.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::{
    colleague,
    condition::Condition,
    environment::{CLOCK_ERROR_IGNORED_MS, CLOCK_ERROR_REPORTED_MS},
    fault::LONGEST_DELAY_MS,
    journal, ledger,
    options::{SETTLES_AFTER_SECONDS, TIMEOUT_SECONDS},
    oracle::{Facts, Submission, ViolationKind, judge},
    plan::Plan,
    storm_desk::StormDesk,
};

/// How long a due alarm may take: the log is checked again once nothing can take effect anymore.
const ALARM_TIMEOUT: Duration = Duration::from_secs(SETTLES_AFTER_SECONDS + TIMEOUT_SECONDS + 20);
/// How long the portal is watched if no alarm is due.
const WATCH_TIME: Duration = Duration::from_secs(SETTLES_AFTER_SECONDS + 3);
/// How long a notice about the clock may take.
const CLOCK_NOTICE_TIMEOUT: Duration = Duration::from_secs(14);

impl StormDesk {
    /// Collects the facts about a submission.
    pub(super) fn facts(&self, submission: &Submission, is_final: bool) -> Facts {
        let plan = Plan::new(self.seed, self.setting, submission.number);
        let lag = plan.scenario.log_lag_ms;
        let memory = &self.memory;
        let rows = self.ledger.of(&submission.key);
        let is_assigned_elsewhere = |row: &&Value| {
            let entry = ledger::entry(row);
            let mut others = memory.submissions.iter();
            entry.is_some()
                && others.any(|other| other.key != submission.key && other.chosen_entry == entry)
        };
        Facts {
            rows: rows.len(),
            assigned_elsewhere: rows.iter().filter(is_assigned_elsewhere).count(),
            indistinguishable: colleague::count_indistinguishable(
                &memory.colleague_movements,
                submission,
                lag,
                &self.ledger,
            ) + self.unaccounted_duplicates(submission),
            is_repeated: plan.is_under(Condition::Repeat),
            is_log_late: plan.scenario.is_log_late(),
            is_final,
        }
    }

    /// Counts ledger rows that this browser's other identical submissions from about the same time don't account for:
    /// nobody can tell which submission such a row belongs to.
    fn unaccounted_duplicates(&self, submission: &Submission) -> usize {
        let is_duplicate = |other: &&Submission| {
            other.key != submission.key
                && other.requested == submission.requested
                && other.is_about_as_old(submission)
        };
        let others = self.memory.submissions.iter().filter(is_duplicate);
        let unaccounted = |other: &Submission| other.unaccounted(self.ledger.of(&other.key).len());
        others.map(unaccounted).sum()
    }

    /// Waits for requests in progress, reopens the portal and watches it until every due alarm is shown.
    pub(super) async fn watch(&mut self, last: &Plan) -> Result<Vec<(ViolationKind, String)>> {
        let late = LONGEST_DELAY_MS + 300 + last.scenario.log_lag_ms;
        // A delayed request may still take effect, and nothing shows when the last one has.
        tokio::time::sleep(Duration::from_millis(late)).await;
        self.ledger.read(&self.desk.sandbox).await?;
        self.desk.goto("/activity").await?;
        let start = Instant::now();
        loop {
            let screen = self.user().look_at_everything().await?;
            let is_missing = |submission: &Submission| {
                let (wrong, _) = judge(submission, &self.facts(submission, true));
                wrong.contains(&ViolationKind::AlarmMissing)
            };
            let is_alarm_missing = self.memory.submissions.iter().any(is_missing);
            let clock = self.clock_is_wrong(last, screen.clock_notice);
            let wait = match (is_alarm_missing, &clock) {
                (true, _) => ALARM_TIMEOUT,
                (false, Some(_)) => CLOCK_NOTICE_TIMEOUT.max(WATCH_TIME),
                (false, None) => WATCH_TIME,
            };
            if start.elapsed() > wait {
                let records = journal::read(&self.desk).await;
                let shared = journal::sharing(&records).into_iter();
                let shared = shared.map(|key| (ViolationKind::SharedEntry, key));
                let clock = clock.map(|details| (ViolationKind::Clock, details));
                return Ok(shared.chain(clock).collect());
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Describes what is wrong with a notice about the clock, or with its absence.
    fn clock_is_wrong(&self, last: &Plan, has_notice: bool) -> Option<String> {
        if let Some(screen) = &self.memory.false_clock_notice {
            return Some(format!("the clock was right: {screen}"));
        }
        let error = self.memory.clock_error_ms();
        let is_wrong = match error.abs() {
            ..CLOCK_ERROR_IGNORED_MS => has_notice,
            CLOCK_ERROR_REPORTED_MS.. => !has_notice && last.scenario.sends_date(),
            _ => false,
        };
        is_wrong.then(|| {
            let what = if has_notice { "a notice" } else { "no notice" };
            format!("{what} at a clock that is off by {error} ms")
        })
    }
}
