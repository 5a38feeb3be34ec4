//! One movement, from the form to its end.

use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use super::{
    actions::Actions,
    journal,
    ledger::Ledger,
    memory::Memory,
    options::Setting,
    oracle::{Asked, Submission},
    plan::{Plan, Press},
    policy::{Action, End},
    screen::{Screen, ShownSubmission},
    story::{Account, Story},
    verdict::Verdict,
};
use crate::Desk;

/// From then on nothing goes wrong any more.
const PEACE: Duration = Duration::from_secs(20);
/// How often a person looks.
pub const GLANCE: Duration = Duration::from_millis(40);
/// A page that cannot be read this many times in a row is not just changing.
const MISSES: usize = 100;

/// Somebody at a desk, who remembers what was shown.
#[derive(Debug)]
pub struct Person<'a> {
    pub(super) setting: Setting,
    pub(super) desk: &'a Desk,
    pub(super) actions: Actions<'a>,
    pub(super) ledger: &'a mut Ledger,
    pub(super) memory: &'a mut Memory,
}

impl<'a> Person<'a> {
    /// Somebody at this desk.
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

    /// Writes into the diary.
    pub(super) fn write(&mut self, story: &Story<'_>, what: &str) {
        let at = story.begun.elapsed().as_millis();
        let lines = self.memory.diary.entry(story.plan.number).or_default();
        lines.push(format!("{at:>6} ms  {what}"));
    }

    /// Makes a movement, come what may, and stays until its end.
    pub async fn make(&mut self, plan: &Plan) -> Result<Account> {
        let mut story = Story::new(plan, &self.memory.submissions);
        if self.memory.has_old_key {
            story.policy.suspect_keys();
        }
        self.arm(&mut story, &plan.early).await?;
        let end = loop {
            if story.begun.elapsed() > plan.limit() {
                break End::Unresolved;
            }
            if story.begun.elapsed() > PEACE && !story.is_peaceful {
                self.make_peace(&mut story).await?;
            }
            if let Some(upset) = story.due() {
                self.suffer(&mut story, upset).await?;
                continue;
            }
            let Some(end) = self.take_a_step(&mut story).await? else {
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
        // The list has to show what the form's screen has shown.
        if !plan.is_calm() && end != End::Unresolved {
            _ = self.look_at_activity(&mut story).await?;
        }
        self.make_peace(&mut story).await?;
        self.learn_from_journal(&story).await;
        self.restore_settings(&mut story).await?;
        story.account.end = end;
        Ok(story.account)
    }

    /// Looks, and does the next thing. Gives the end once it is shown.
    async fn take_a_step(&mut self, story: &mut Story<'_>) -> Result<Option<End>> {
        let screen = match Screen::read(self.desk).await {
            Ok(screen) => screen,
            Err(error) => {
                story.misses += 1;
                if story.misses > MISSES {
                    return Err(error);
                }
                tokio::time::sleep(GLANCE).await;
                return Ok(None);
            }
        };
        story.misses = 0;
        if story.policy.sees(&screen, Instant::now()) {
            self.write(story, &screen.to_string());
        }
        self.note(story, &screen);
        let action = story.policy.next(&screen, Instant::now());
        if action == (Action::Confirm { first: true }) && !story.is_late {
            self.begin_late_trouble(story).await?;
        }
        if matches!(action, Action::Confirm { .. }) {
            let records = journal::read(self.desk).await;
            story.known_credentials = journal::known_credentials(&records);
            story.pressed = Some(SystemTime::now());
        }
        if action != Action::Wait {
            self.write(story, &format!("-> {action:?}"));
        }
        let done = match &action {
            Action::Ended(End::Found) if self.disowns(story, &screen).await? => Ok(()),
            Action::Ended(end) => return Ok(Some(*end)),
            Action::LookAtActivity => return self.ended_without_a_word(story).await,
            Action::Dead => {
                story.account.is_dead = true;
                return Ok(Some(End::Unresolved));
            }
            Action::Decide => self.decide(story, &screen).await,
            other => self.act(story, other).await,
        };
        // What failed is tried again if it still seems right after the next look.
        if let Err(error) = &done {
            self.write(story, &format!("   failed: {error:#}"));
        } else {
            if action == (Action::Confirm { first: false }) {
                story.account.asked_once_more += 1;
            }
            story.policy.did(&action, Instant::now());
        }
        tokio::time::sleep(GLANCE).await;
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
                let fills_again = story.policy.is_filling_again();
                actions.fill(story.plan, fills_again).await
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

    /// The form is empty and nothing is unresolved: declined, or over while nobody looked, or never sent.
    async fn ended_without_a_word(&mut self, story: &mut Story<'_>) -> Result<Option<End>> {
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

    /// Remembers what the screen shows.
    fn note(&mut self, story: &mut Story<'_>, screen: &Screen) {
        self.note_alarms(&screen.alarms);
        self.note_clock(screen);
        let on_form = ShownSubmission {
            key: screen.key.clone().unwrap_or_default(),
            state: screen.state.clone().unwrap_or_default(),
            ..ShownSubmission::default()
        };
        for shown in screen.banner.iter().chain([&on_form]) {
            if story.policy.is_mine(&shown.key) {
                self.submission(story, &shown.key).is_recorded |= shown.state != "recording";
                story.account.was_doubted |=
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
                submission.shows(verdict);
                // What the list said before is old.
                submission.state = None;
            }
        }
    }

    pub(super) fn note_alarms(&mut self, keys: &[String]) {
        for submission in &mut self.memory.submissions {
            submission.alarmed |= keys.contains(&submission.key);
        }
    }

    /// What is remembered of a submission.
    pub(super) fn submission(&mut self, story: &Story<'_>, key: &str) -> &mut Submission {
        let submissions = &mut self.memory.submissions;
        let place = submissions.iter().position(|it| it.key == key);
        let place = place.unwrap_or_else(|| {
            submissions.push(Submission {
                number: story.plan.number,
                key: key.to_owned(),
                asked: Asked {
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

    /// What the portal knew when it sent this movement's submissions.
    async fn learn_from_journal(&mut self, story: &Story<'_>) {
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
