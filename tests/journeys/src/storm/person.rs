//! One movement, from the form to its end.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    books::Books,
    hands::Hands,
    judge::Submission,
    mind::{Act, End},
    plan::{Plan, Press},
    screen::{Screen, Told},
    story::{Account, Story},
};
use crate::Desk;

/// A movement that has no end after so long has none.
pub const LIMIT: Duration = Duration::from_secs(60);
/// From then on nothing goes wrong any more.
const PEACE: Duration = Duration::from_secs(20);
/// So often a person looks.
pub const GLANCE: Duration = Duration::from_millis(40);
/// A page that cannot be read so many times in a row is not just changing.
const MISSES: usize = 100;

/// Somebody at a desk, who remembers what they were told.
#[derive(Debug)]
pub struct Person<'a> {
    pub(super) desk: &'a Desk,
    pub(super) hands: Hands<'a>,
    books: &'a mut Books,
    pub(super) memory: &'a mut Memory,
}

/// What a person knows, whatever happens to their browser.
#[derive(Debug, Default)]
pub struct Memory {
    /// Every submission of this browser that was ever shown.
    pub told: Vec<Submission>,
    /// What was seen and done, movement by movement.
    pub diary: BTreeMap<usize, Vec<String>>,
}

impl<'a> Person<'a> {
    /// Somebody at this desk.
    pub fn new(desk: &'a Desk, books: &'a mut Books, memory: &'a mut Memory) -> Self {
        Self {
            desk,
            hands: Hands(desk),
            books,
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
        let mut story = Story::new(plan, &self.memory.told);
        self.arm(&mut story, &plan.early).await?;
        let end = loop {
            if story.begun.elapsed() > LIMIT {
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
            let keys = self.memory.told.iter().map(|told| told.key.clone());
            story.mind.start_over(keys);
        };
        // What the form's screen told is told in the list too, or it is told twice.
        if !plan.is_calm() && end != End::Unresolved {
            _ = self.look_at_activity(&mut story).await?;
        }
        self.make_peace(&mut story).await?;
        story.account.end = end;
        Ok(story.account)
    }

    /// Looks, and does the next thing. Gives the end, once it is told.
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
        if story.mind.sees(&screen, Instant::now()) {
            self.write(story, &screen.to_string());
        }
        self.note(story, &screen);
        let act = story.mind.next(&screen, Instant::now());
        if act == (Act::Confirm { first: true }) && !story.is_late {
            story.is_late = true;
            let late = &story.plan.late;
            self.arm(story, late).await?;
        }
        if act != Act::Wait {
            self.write(story, &format!("-> {act:?}"));
        }
        let done = match &act {
            Act::Ended(end) => return Ok(Some(*end)),
            Act::LookAtActivity => return self.ended_without_a_word(story).await,
            Act::Dead => {
                story.account.is_dead = true;
                return Ok(Some(End::Unresolved));
            }
            Act::Decide => self.decide(&screen).await,
            other => self.act(story, other).await,
        };
        // What could not be done is tried again, if it still seems right after the next look.
        if let Err(error) = &done {
            self.write(story, &format!("   in vain: {error:#}"));
        } else {
            if act == (Act::Confirm { first: false }) {
                story.account.asked_once_more += 1;
            }
            story.mind.did(&act, Instant::now());
        }
        tokio::time::sleep(GLANCE).await;
        Ok(None)
    }

    async fn act(&self, story: &Story<'_>, act: &Act) -> Result<()> {
        let hands = self.hands;
        match act {
            Act::Open => self.desk.goto(story.plan.kind.screen()).await,
            Act::Follow(path) => hands.follow(path).await,
            Act::SignIn => hands.sign_in().await,
            Act::Fill => hands.fill(story.plan, story.mind.is_filling_again()).await,
            Act::Confirm { first: true } => hands.confirm(story.plan.press).await,
            Act::Confirm { first: false } => hands.confirm(Press::Click).await,
            Act::Press(scope, text) => hands.press(scope, text).await.map(drop),
            Act::Wait | Act::Decide | Act::LookAtActivity | Act::Ended(_) | Act::Dead => Ok(()),
        }
    }

    /// Somebody asks the backend's people by telephone, and they look it up.
    async fn decide(&mut self, screen: &Screen) -> Result<()> {
        let key = screen.key.as_deref().unwrap_or_default();
        self.books.read(&self.desk.sandbox).await?;
        let answer = match self.books.of(key) {
            [] => "It was not made",
            _ => "It was made",
        };
        self.hands.press(".unknown", answer).await.map(drop)
    }

    /// The form is empty and nothing is unresolved: refused, or over while nobody looked, or never sent.
    async fn ended_without_a_word(&mut self, story: &mut Story<'_>) -> Result<Option<End>> {
        let Some(list) = self.look_at_activity(story).await? else {
            return Ok(None);
        };
        let mine: Vec<&Told> = list
            .iter()
            .filter(|told| story.mind.is_mine(&told.key))
            .collect();
        if !mine.iter().all(|told| told.is_end()) {
            return Ok(None);
        }
        // Newest first.
        Ok(Some(match mine.first() {
            Some(told) => End::of(&told.state).unwrap_or(End::Unresolved),
            None => End::NeverSent,
        }))
    }

    /// Remembers what the screen says about this movement.
    fn note(&mut self, story: &mut Story<'_>, screen: &Screen) {
        let on_form = Told {
            key: screen.key.clone().unwrap_or_default(),
            state: screen.state.clone().unwrap_or_default(),
        };
        for told in screen.banner.iter().chain([&on_form]) {
            if story.mind.is_mine(&told.key) {
                self.submission(story.plan.number, &told.key);
                story.account.was_doubted |=
                    ["unknown", "key-needed"].contains(&told.state.as_str());
            }
        }
        let end = match screen.stage.as_deref() {
            Some("receipt") => Some(End::Done),
            Some("absent") => Some(End::Absent),
            _ => None,
        };
        if let Some(end) = end
            && story.mind.is_mine(&on_form.key)
        {
            let submission = self.submission(story.plan.number, &on_form.key);
            submission.on_form = Some(end);
            // What the list said before is old.
            if submission
                .on_activity
                .as_deref()
                .and_then(End::of)
                .is_none()
            {
                submission.on_activity = None;
            }
            story.account.has_excess |= screen.excess;
        }
        if story.mind.confirmed.is_some() && screen.is_at("form") {
            story.refused_on_form |= screen.alert.contains("Nothing was moved");
        }
    }

    /// What is remembered of a submission.
    pub(super) fn submission(&mut self, number: usize, key: &str) -> &mut Submission {
        let found = self.memory.told.iter().position(|told| told.key == key);
        let place = found.unwrap_or_else(|| {
            self.memory.told.push(Submission {
                number,
                key: key.to_owned(),
                ..Submission::default()
            });
            self.memory.told.len() - 1
        });
        &mut self.memory.told[place]
    }
}
