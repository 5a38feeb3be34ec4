//! One movement, from the form to its end.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    books::Books,
    hands::Hands,
    judge::Submission,
    mind::{Act, End, Mind},
    plan::{Armed, Plan, Upset},
    screen::{self, Activity, Screen, Told},
};
use crate::Desk;

/// A movement that has no end after so long has none.
const LIMIT: Duration = Duration::from_secs(60);
/// From then on nothing goes wrong any more.
const PEACE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(40);
/// A page that cannot be read so many times in a row is not just changing.
const MISSES: usize = 100;

/// What came of a movement.
#[derive(Debug)]
pub struct Account {
    /// How it ended, as far as the person was told.
    pub end: End,
    /// Whether there was a doubt in between.
    pub was_doubted: bool,
    /// Whether the page has stopped.
    pub is_dead: bool,
    /// How often the review asked once more.
    pub asked_once_more: usize,
    /// Whether the receipt told of an excess.
    pub has_excess: bool,
    /// The troubles that requests met, and whether the movement's own did.
    pub troubles: Vec<(bool, &'static str)>,
    /// What happened to person, browser and server.
    pub upsets: Vec<&'static str>,
}

/// Somebody at a desk, who remembers what they were told.
#[derive(Debug)]
pub struct Person<'a> {
    desk: &'a Desk,
    hands: Hands<'a>,
    books: &'a mut Books,
    memory: &'a mut Memory,
}

/// What a person knows, whatever happens to their browser.
#[derive(Debug, Default)]
pub struct Memory {
    /// Every submission of this browser that was ever shown.
    pub told: Vec<Submission>,
    /// What was seen and done, movement by movement.
    pub diary: BTreeMap<usize, Vec<String>>,
}

/// A movement under way.
struct Story<'a> {
    plan: &'a Plan,
    mind: Mind,
    begun: Instant,
    upsets: VecDeque<(Duration, Upset)>,
    armed: Vec<Armed>,
    is_late: bool,
    is_peaceful: bool,
    /// Whether the end was told, so that what is still to happen happens now.
    is_hurried: bool,
    insisted: bool,
    refused_on_form: bool,
    misses: usize,
    account: Account,
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

    fn write(&mut self, story: &Story<'_>, what: &str) {
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
            Act::Confirm { first: false } => hands.confirm(super::plan::Press::Click).await,
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

    /// Reads the list of submissions. None if the person is not let in, or not yet.
    async fn look_at_activity(&mut self, story: &mut Story<'_>) -> Result<Option<Vec<Told>>> {
        let Some(list) = self.read_activity(|key| story.mind.is_mine(key)).await? else {
            return Ok(None);
        };
        for told in list.iter().filter(|told| story.mind.is_mine(&told.key)) {
            let submission = self.submission(story.plan.number, &told.key);
            submission.on_activity = Some(told.state.clone());
            if story.refused_on_form && told.state == "refused" {
                submission.on_form = Some(End::Refused);
            }
        }
        story.refused_on_form = false;
        Ok(Some(list))
    }

    async fn read_activity(&self, is_new: impl Fn(&str) -> bool) -> Result<Option<Vec<Told>>> {
        const LONGEST: Duration = Duration::from_secs(3);
        const SHORTEST: Duration = Duration::from_millis(400);
        self.hands.follow("/activity").await?;
        let begun = Instant::now();
        loop {
            tokio::time::sleep(GLANCE).await;
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            let Activity { list, has_more } = Activity::read(self.desk).await.unwrap_or_default();
            // Not by its path: after back and forward the router may leave the old one in the address (leptos_router 0.8.17).
            let is_there = screen.heading == "Activity" && screen.signed_in;
            // It is read from the browser's own storage, and may come a moment after the screen.
            let is_whole = has_more || list.len() >= self.memory.told.len();
            let has_new = list.iter().any(|told| is_new(&told.key));
            if is_there && is_whole && (has_new || begun.elapsed() > SHORTEST) {
                return Ok(Some(list));
            }
            if begun.elapsed() > LONGEST {
                return Ok(is_there.then_some(list));
            }
        }
    }

    /// Reads what is told about every submission, at the end of all. What is not listed any more is told as `missing`.
    pub async fn look_at_everything(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            if !screen.portal {
                self.desk.goto("/activity").await?;
            } else if screen.sign_in && !screen.signed_in {
                _ = self.hands.sign_in().await;
            } else if self.read_activity(|_| false).await?.is_some() {
                let list = self.read_older().await?;
                for submission in self.memory.told.iter_mut() {
                    let told = list.iter().find(|told| told.key == submission.key);
                    let state = told.map_or("missing", |told| &told.state);
                    submission.on_activity = Some(state.to_owned());
                }
                return Ok(());
            }
            if begun.elapsed() > LIMIT {
                return Err(anyhow::anyhow!("the list of submissions cannot be read"));
            }
            tokio::time::sleep(10 * GLANCE).await;
        }
    }

    /// The whole list, on its screen.
    async fn read_older(&self) -> Result<Vec<Told>> {
        loop {
            let activity = Activity::read(self.desk).await?;
            if !activity.has_more {
                return Ok(activity.list);
            }
            self.hands.press("main", screen::OLDER).await?;
            tokio::time::sleep(GLANCE).await;
        }
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

    fn submission(&mut self, number: usize, key: &str) -> &mut Submission {
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

    async fn suffer(&mut self, story: &mut Story<'_>, upset: Upset) -> Result<()> {
        match upset {
            Upset::Offline(ms) => {
                let since = story
                    .mind
                    .confirmed
                    .map_or(Duration::ZERO, |at| at.elapsed());
                let until = since + Duration::from_millis(ms);
                story.upsets.push_back((until, Upset::Online));
                story.upsets.make_contiguous().sort_by_key(|(at, _)| *at);
            }
            // The server forgets which faults are waiting.
            Upset::RestartBackend(_) => self.count_troubles(story).await?,
            _ => {}
        }
        self.write(story, &format!("!! {upset:?}"));
        self.hands
            .upset(upset, story.plan)
            .await
            .with_context(|| format!("{upset:?} did not happen"))?;
        if upset != Upset::Online {
            story.account.upsets.push(upset.name());
        }
        Ok(())
    }

    async fn arm(&self, story: &mut Story<'_>, list: &[Armed]) -> Result<()> {
        for armed in list {
            let fault = armed.trouble.fault(armed.route, armed.count);
            self.desk.sandbox.fault(fault).await?;
            story.armed.push(*armed);
        }
        Ok(())
    }

    /// Nothing goes wrong any more.
    async fn make_peace(&self, story: &mut Story<'_>) -> Result<()> {
        if !story.armed.is_empty() {
            self.count_troubles(story).await?;
            self.desk.sandbox.no_faults().await?;
        }
        if !story.upsets.is_empty() {
            story.upsets.clear();
            self.desk.offline(false).await?;
        }
        story.is_peaceful = true;
        Ok(())
    }

    /// Counts those that are not waiting any more.
    async fn count_troubles(&self, story: &mut Story<'_>) -> Result<()> {
        let answer = self.desk.sandbox.faults().await?;
        let mut waiting = answer["faults"].as_array().cloned().unwrap_or_default();
        for armed in story.armed.drain(..) {
            let fault = armed.trouble.fault(armed.route, armed.count);
            match waiting.iter().position(|other| is_same(&fault, other)) {
                Some(place) => drop(waiting.remove(place)),
                None => {
                    let is_own = armed.route == story.plan.kind.route();
                    story.account.troubles.push((is_own, armed.trouble.name()));
                }
            }
        }
        Ok(())
    }
}

/// Whether the sandbox lists this very fault, with all that it was told and perhaps more.
fn is_same(fault: &Value, listed: &Value) -> bool {
    fault
        .as_object()
        .is_some_and(|fields| fields.iter().all(|(name, value)| listed[name] == *value))
}

impl<'a> Story<'a> {
    fn new(plan: &'a Plan, told: &[Submission]) -> Self {
        let old: BTreeSet<String> = told.iter().map(|told| told.key.clone()).collect();
        let now = Instant::now();
        let upsets = plan.upsets.iter();
        Self {
            plan,
            mind: Mind::new(plan.kind, old, now),
            begun: now,
            upsets: upsets
                .map(|(at, upset)| (Duration::from_millis(*at), *upset))
                .collect(),
            armed: Vec::new(),
            is_late: false,
            is_peaceful: false,
            is_hurried: false,
            insisted: false,
            refused_on_form: false,
            misses: 0,
            account: Account {
                end: End::Unresolved,
                was_doubted: false,
                is_dead: false,
                asked_once_more: 0,
                has_excess: false,
                troubles: Vec::new(),
                upsets: Vec::new(),
            },
        }
    }

    /// What happens now.
    fn due(&mut self) -> Option<Upset> {
        let since = self.mind.confirmed?.elapsed();
        let (at, _) = self.upsets.front()?;
        if *at > since && !self.is_hurried {
            return None;
        }
        self.upsets.pop_front().map(|(_, upset)| upset)
    }

    /// Whether the person tries once more.
    fn insists_after(&mut self, end: End) -> bool {
        let insists =
            self.plan.insists && !self.insisted && !end.is_made() && end != End::Unresolved;
        self.insisted |= insists;
        insists
    }
}
