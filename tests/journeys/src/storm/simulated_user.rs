//! A simulated user, who makes one movement after another.

use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use super::{
    actions::Actions,
    journal,
    ledger::Ledger,
    memory::Memory,
    movement_run::{MovementResult, MovementRun},
    options::Setting,
    oracle::{Requested, Submission},
    plan::{Plan, Press},
    policy::{Action, ShownOutcome},
    screen::{Screen, ShownSubmission},
    verdict::Verdict,
};
use crate::Desk;

/// How long after the start of a movement all faults and disruptions stop.
const DISTURBANCES_STOP_AFTER: Duration = Duration::from_secs(20);
/// How often a user looks at the screen.
pub const POLL_INTERVAL: Duration = Duration::from_millis(40);
/// How many reads in a row may fail because the page is changing.
const MAX_FAILED_READS: usize = 100;

/// A user at a desk, with a memory of what was shown.
#[derive(Debug)]
pub struct SimulatedUser<'a> {
    pub(super) setting: Setting,
    pub(super) desk: &'a Desk,
    pub(super) actions: Actions<'a>,
    pub(super) ledger: &'a mut Ledger,
    pub(super) memory: &'a mut Memory,
}

impl<'a> SimulatedUser<'a> {
    /// Creates a user at this desk.
    pub fn new(
        setting: Setting,
        desk: &'a Desk,
        ledger: &'a mut Ledger,
        memory: &'a mut Memory,
    ) -> Self {
        Self {
            setting,
            desk,
            actions: Actions(desk),
            ledger,
            memory,
        }
    }

    /// Adds a line to the trace of this movement.
    pub(super) fn write_trace(&mut self, run: &MovementRun<'_>, what: &str) {
        let at = run.started.elapsed().as_millis();
        let lines = self.memory.trace.entry(run.plan.number).or_default();
        lines.push(format!("{at:>6} ms  {what}"));
    }

    /// Makes a movement despite all disruptions, and returns its result once its outcome is shown.
    pub async fn make(&mut self, plan: &Plan) -> Result<MovementResult> {
        let mut run = MovementRun::new(plan, &self.memory.submissions);
        if self.memory.has_old_key {
            run.policy.suspect_keys();
        }
        self.add_faults(&mut run, &plan.early).await?;
        let outcome = loop {
            if run.started.elapsed() > plan.limit() {
                break ShownOutcome::Unresolved;
            }
            if run.started.elapsed() > DISTURBANCES_STOP_AFTER && !run.disturbances_stopped {
                self.stop_disturbances(&mut run).await?;
            }
            if let Some(disruption) = run.due() {
                self.disrupt(&mut run, disruption).await?;
                continue;
            }
            let Some(outcome) = self.step(&mut run).await? else {
                continue;
            };
            run.outcome_shown = true;
            if !run.disruptions.is_empty() && outcome != ShownOutcome::Unresolved {
                continue;
            }
            if !run.tries_again_after(outcome) {
                break outcome;
            }
            let keys = self.memory.submissions.iter().map(|it| it.key.clone());
            run.policy.start_over(keys);
        };
        // The list must show what the form's screen has shown.
        if !plan.is_undisturbed() && outcome != ShownOutcome::Unresolved {
            _ = self.look_at_activity(&mut run).await?;
        }
        self.stop_disturbances(&mut run).await?;
        self.record_journal(&run).await;
        self.restore_settings(&mut run).await?;
        run.result.outcome = outcome;
        Ok(run.result)
    }

    /// Looks at the screen, and performs the next action. Returns the outcome once it is shown.
    async fn step(&mut self, run: &mut MovementRun<'_>) -> Result<Option<ShownOutcome>> {
        let screen = match Screen::read(self.desk).await {
            Ok(screen) => screen,
            Err(error) => {
                run.failed_reads += 1;
                if run.failed_reads > MAX_FAILED_READS {
                    return Err(error);
                }
                tokio::time::sleep(POLL_INTERVAL).await;
                return Ok(None);
            }
        };
        run.failed_reads = 0;
        if run.policy.observe(&screen, Instant::now()) {
            self.write_trace(run, &screen.to_string());
        }
        self.record_screen(run, &screen);
        let action = run.policy.next(&screen, Instant::now());
        if action == (Action::Confirm { first: true }) && !run.late_faults_started {
            self.start_late_faults(run).await?;
        }
        if matches!(action, Action::Confirm { .. }) {
            let records = journal::read(self.desk).await;
            run.known_credentials = journal::known_credentials(&records);
            run.pressed = Some(SystemTime::now());
        }
        if action != Action::Wait {
            self.write_trace(run, &format!("-> {action:?}"));
        }
        let done = match &action {
            Action::Ended(ShownOutcome::Found) if self.check_found_entry(run, &screen).await? => {
                Ok(())
            }
            Action::Ended(outcome) => return Ok(Some(*outcome)),
            Action::LookAtActivity => return self.check_activity(run).await,
            Action::Crashed => {
                run.result.has_crashed = true;
                return Ok(Some(ShownOutcome::Unresolved));
            }
            Action::Decide => self.decide(run, &screen).await,
            other => self.act(run, other).await,
        };
        // A failed action is repeated if it still seems right at the next look.
        if let Err(error) = &done {
            self.write_trace(run, &format!("   failed: {error:#}"));
        } else {
            if action == (Action::Confirm { first: false }) {
                run.result.reconfirmations += 1;
            }
            run.policy.record(&action, Instant::now());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
        Ok(None)
    }

    async fn act(&mut self, run: &MovementRun<'_>, action: &Action) -> Result<()> {
        let actions = self.actions;
        match action {
            Action::Open => self.desk.goto(run.plan.kind.path()).await,
            Action::Follow(path) => actions.follow(path).await,
            Action::SignIn => {
                self.memory.has_old_key = false;
                actions.sign_in(self.memory.keys()).await
            }
            Action::Fill => {
                let types_rate = run.policy.is_filling_again();
                actions.fill(run.plan, types_rate).await
            }
            Action::Confirm { first: true } => actions.confirm(run.plan.press).await,
            Action::Confirm { first: false } => actions.confirm(Press::Click).await,
            Action::Press(scope, text) => actions.press(scope, text).await.map(drop),
            Action::Wait
            | Action::Decide
            | Action::LookAtActivity
            | Action::Ended(_)
            | Action::Crashed => Ok(()),
        }
    }

    /// Looks for the outcome on the Activity screen if the form is empty and nothing is unresolved: the movement was
    /// declined, completed unnoticed, or never sent.
    async fn check_activity(&mut self, run: &mut MovementRun<'_>) -> Result<Option<ShownOutcome>> {
        let Some(list) = self.look_at_activity(run).await? else {
            return Ok(None);
        };
        let mine: Vec<&ShownSubmission> = list
            .iter()
            .filter(|shown| run.policy.is_mine(&shown.key))
            .collect();
        if !mine.iter().all(|shown| shown.verdict().is_some()) {
            return Ok(None);
        }
        // Newest first.
        Ok(Some(match mine.first().and_then(|shown| shown.verdict()) {
            Some(verdict) => verdict.into(),
            None => ShownOutcome::NeverSent,
        }))
    }

    /// Records what the screen shows.
    fn record_screen(&mut self, run: &mut MovementRun<'_>, screen: &Screen) {
        self.record_alarms(&screen.alarms);
        self.check_clock_notice(screen);
        let on_form = ShownSubmission {
            key: screen.key.clone().unwrap_or_default(),
            state: screen.state.clone().unwrap_or_default(),
            ..ShownSubmission::default()
        };
        for shown in screen.banner.iter().chain([&on_form]) {
            if run.policy.is_mine(&shown.key) {
                self.submission(run, &shown.key).is_recorded |= shown.state != "recording";
                run.result.was_in_doubt |=
                    ["unknown", "key-needed"].contains(&shown.state.as_str());
            }
        }
        if run.policy.is_mine(&on_form.key) {
            let submission = self.submission(run, &on_form.key);
            submission.alarmed |= screen.excess;
            let decided = |made| submission.decided.filter(|it| it.is_made() == made);
            let verdict = match screen.stage.as_deref() {
                Some("receipt") if screen.found => Some(Verdict::Found),
                Some("receipt") => decided(true).or(Some(Verdict::Answered)),
                Some("absent") => decided(false).or(Some(Verdict::Absent)),
                _ => None,
            };
            if let Some(verdict) = verdict {
                submission.record(verdict);
                // What the list said before is outdated.
                submission.state = None;
            }
        }
    }

    pub(super) fn record_alarms(&mut self, keys: &[String]) {
        for submission in &mut self.memory.submissions {
            submission.alarmed |= keys.contains(&submission.key);
        }
    }

    /// Returns what is remembered about a submission.
    pub(super) fn submission(&mut self, run: &MovementRun<'_>, key: &str) -> &mut Submission {
        let submissions = &mut self.memory.submissions;
        let index = submissions.iter().position(|it| it.key == key);
        let index = index.unwrap_or_else(|| {
            submissions.push(Submission {
                number: run.plan.number,
                key: key.to_owned(),
                requested: Requested {
                    kind: run.plan.kind,
                    child: run.plan.child,
                    amount: run.plan.amount,
                },
                pressed: run.pressed,
                ..Submission::default()
            });
            submissions.len() - 1
        });
        &mut submissions[index]
    }

    /// Records what the portal knew when it sent this movement's submissions.
    async fn record_journal(&mut self, run: &MovementRun<'_>) {
        for record in journal::read(self.desk).await {
            let credential = record.credential.as_ref();
            let is_known = credential.is_some_and(|it| run.known_credentials.contains(it));
            let mut submissions = self.memory.submissions.iter_mut();
            let submission = submissions.find(|it| it.key == record.key);
            if let Some(submission) = submission.filter(|it| run.policy.is_mine(&it.key)) {
                submission.knew_log = record.mark.is_some();
                submission.knows_performer = is_known;
            }
        }
    }
}
