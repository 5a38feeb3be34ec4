//! One movement, from the form to its outcome.

use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use super::{
    actions::Actions,
    journal,
    ledger::Ledger,
    memory::Memory,
    options::Setting,
    oracle::{Requested, Submission},
    plan::{Plan, Press},
    policy::{Action, End},
    screen::{Screen, ShownSubmission},
    story::{PlayResult, Story},
    verdict::Verdict,
};
use crate::Desk;

/// After this, nothing goes wrong anymore.
const QUIET_AFTER: Duration = Duration::from_secs(20);
/// How often a user looks at the screen.
pub const POLL_INTERVAL: Duration = Duration::from_millis(40);
/// After this many failed reads in a row, the page isn't just changing.
const MAX_MISSES: usize = 100;

/// A user at a desk, with a memory of what was shown.
#[derive(Debug)]
pub struct Person<'a> {
    pub(super) setting: Setting,
    pub(super) desk: &'a Desk,
    pub(super) actions: Actions<'a>,
    pub(super) ledger: &'a mut Ledger,
    pub(super) memory: &'a mut Memory,
}

impl<'a> Person<'a> {
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

    /// Writes to the diary.
    pub(super) fn write_diary(&mut self, story: &Story<'_>, what: &str) {
        let at = story.started.elapsed().as_millis();
        let lines = self.memory.diary.entry(story.plan.number).or_default();
        lines.push(format!("{at:>6} ms  {what}"));
    }

    /// Makes a movement through all disruptions, and stays until its outcome.
    pub async fn make(&mut self, plan: &Plan) -> Result<PlayResult> {
        let mut story = Story::new(plan, &self.memory.submissions);
        if self.memory.has_old_key {
            story.policy.suspect_keys();
        }
        self.arm(&mut story, &plan.early).await?;
        let end = loop {
            if story.started.elapsed() > plan.limit() {
                break End::Unresolved;
            }
            if story.started.elapsed() > QUIET_AFTER && !story.is_quiet {
                self.stop_trouble(&mut story).await?;
            }
            if let Some(upset) = story.due() {
                self.disrupt(&mut story, upset).await?;
                continue;
            }
            let Some(end) = self.step(&mut story).await? else {
                continue;
            };
            story.is_hurried = true;
            if !story.upsets.is_empty() && end != End::Unresolved {
                continue;
            }
            if !story.insists_after(end) {
                break end;
            }
            let keys = self.memory.submissions.iter().map(|it| it.key.clone());
            story.policy.start_over(keys);
        };
        // The list must show what the form's screen has shown.
        if !plan.is_calm() && end != End::Unresolved {
            _ = self.look_at_activity(&mut story).await?;
        }
        self.stop_trouble(&mut story).await?;
        self.record_journal(&story).await;
        self.restore_settings(&mut story).await?;
        story.result.end = end;
        Ok(story.result)
    }

    /// Looks at the screen, and performs the next action. Returns the outcome once it is shown.
    async fn step(&mut self, story: &mut Story<'_>) -> Result<Option<End>> {
        let screen = match Screen::read(self.desk).await {
            Ok(screen) => screen,
            Err(error) => {
                story.misses += 1;
                if story.misses > MAX_MISSES {
                    return Err(error);
                }
                tokio::time::sleep(POLL_INTERVAL).await;
                return Ok(None);
            }
        };
        story.misses = 0;
        if story.policy.observe(&screen, Instant::now()) {
            self.write_diary(story, &screen.to_string());
        }
        self.record_screen(story, &screen);
        let action = story.policy.next(&screen, Instant::now());
        if action == (Action::Confirm { first: true }) && !story.is_late {
            self.start_late_trouble(story).await?;
        }
        if matches!(action, Action::Confirm { .. }) {
            let records = journal::read(self.desk).await;
            story.known_credentials = journal::known_credentials(&records);
            story.pressed = Some(SystemTime::now());
        }
        if action != Action::Wait {
            self.write_diary(story, &format!("-> {action:?}"));
        }
        let done = match &action {
            Action::Ended(End::Found) if self.check_found_entry(story, &screen).await? => Ok(()),
            Action::Ended(end) => return Ok(Some(*end)),
            Action::LookAtActivity => return self.check_activity(story).await,
            Action::Dead => {
                story.result.is_dead = true;
                return Ok(Some(End::Unresolved));
            }
            Action::Decide => self.decide(story, &screen).await,
            other => self.act(story, other).await,
        };
        // A failed action is repeated if it still seems right at the next look.
        if let Err(error) = &done {
            self.write_diary(story, &format!("   failed: {error:#}"));
        } else {
            if action == (Action::Confirm { first: false }) {
                story.result.asked_once_more += 1;
            }
            story.policy.record(&action, Instant::now());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
        Ok(None)
    }

    async fn act(&mut self, story: &Story<'_>, action: &Action) -> Result<()> {
        let actions = self.actions;
        match action {
            Action::Open => self.desk.goto(story.plan.kind.screen()).await,
            Action::Follow(path) => actions.follow(path).await,
            Action::SignIn => {
                self.memory.has_old_key = false;
                actions.sign_in(self.memory.keys()).await
            }
            Action::Fill => {
                let types_rate = story.policy.is_filling_again();
                actions.fill(story.plan, types_rate).await
            }
            Action::Confirm { first: true } => actions.confirm(story.plan.press).await,
            Action::Confirm { first: false } => actions.confirm(Press::Click).await,
            Action::Press(scope, text) => actions.press(scope, text).await.map(drop),
            Action::Wait
            | Action::Decide
            | Action::LookAtActivity
            | Action::Ended(_)
            | Action::Dead => Ok(()),
        }
    }

    /// Looks for the outcome on the Activity screen if the form is empty and nothing is unresolved: the movement was
    /// declined, completed unnoticed, or never sent.
    async fn check_activity(&mut self, story: &mut Story<'_>) -> Result<Option<End>> {
        let Some(list) = self.look_at_activity(story).await? else {
            return Ok(None);
        };
        let mine: Vec<&ShownSubmission> = list
            .iter()
            .filter(|shown| story.policy.is_mine(&shown.key))
            .collect();
        if !mine.iter().all(|shown| shown.verdict().is_some()) {
            return Ok(None);
        }
        // Newest first.
        Ok(Some(match mine.first().and_then(|shown| shown.verdict()) {
            Some(verdict) => verdict.into(),
            None => End::NeverSent,
        }))
    }

    /// Records what the screen shows.
    fn record_screen(&mut self, story: &mut Story<'_>, screen: &Screen) {
        self.record_alarms(&screen.alarms);
        self.check_clock_notice(screen);
        let on_form = ShownSubmission {
            key: screen.key.clone().unwrap_or_default(),
            state: screen.state.clone().unwrap_or_default(),
            ..ShownSubmission::default()
        };
        for shown in screen.banner.iter().chain([&on_form]) {
            if story.policy.is_mine(&shown.key) {
                self.submission(story, &shown.key).is_recorded |= shown.state != "recording";
                story.result.was_doubted |=
                    ["unknown", "key-needed"].contains(&shown.state.as_str());
            }
        }
        if story.policy.is_mine(&on_form.key) {
            let submission = self.submission(story, &on_form.key);
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
    pub(super) fn submission(&mut self, story: &Story<'_>, key: &str) -> &mut Submission {
        let submissions = &mut self.memory.submissions;
        let place = submissions.iter().position(|it| it.key == key);
        let place = place.unwrap_or_else(|| {
            submissions.push(Submission {
                number: story.plan.number,
                key: key.to_owned(),
                requested: Requested {
                    kind: story.plan.kind,
                    child: story.plan.child,
                    amount: story.plan.amount,
                },
                pressed: story.pressed,
                ..Submission::default()
            });
            submissions.len() - 1
        });
        &mut submissions[place]
    }

    /// Records what the portal knew when it sent this movement's submissions.
    async fn record_journal(&mut self, story: &Story<'_>) {
        for record in journal::read(self.desk).await {
            let credential = record.credential.as_ref();
            let is_known = credential.is_some_and(|it| story.known_credentials.contains(it));
            let mut submissions = self.memory.submissions.iter_mut();
            let submission = submissions.find(|it| it.key == record.key);
            if let Some(submission) = submission.filter(|it| story.policy.is_mine(&it.key)) {
                submission.knew_log = record.mark.is_some();
                submission.knows_performer = is_known;
            }
        }
    }
}
