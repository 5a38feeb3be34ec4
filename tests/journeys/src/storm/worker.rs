//! One person's share of the storm.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{
    books::Books,
    judge::{self, Violation, Wrong},
    mind::End,
    options::Setting,
    person::{Memory, Person},
    plan::Plan,
    report::Part,
    story::Account,
    tally::Outcome,
    trouble::LONGEST_DELAY_MS,
};
use crate::{Desk, Setup};

/// Longer than a person stays with one movement: a browser that hangs must not hang the storm.
const LIMIT: Duration = Duration::from_secs(120);

/// What one worker is to do.
#[derive(Debug)]
pub struct Share<'a> {
    /// What everything random comes from.
    pub seed: u64,
    /// What the backend does with keys.
    pub setting: Setting,
    /// Which worker.
    pub worker: usize,
    /// Which movements.
    pub numbers: Vec<usize>,
    /// How far all are.
    pub progress: &'a Progress,
}

/// How far the storm is, for whoever waits.
#[derive(Debug)]
pub struct Progress {
    setting: Setting,
    all: usize,
    done: AtomicUsize,
}

impl Progress {
    /// At the beginning.
    pub fn new(setting: Setting, all: usize) -> Self {
        Self {
            setting,
            all,
            done: AtomicUsize::new(0),
        }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(self.all.div_ceil(10).max(10)) || done == self.all {
            println!("{}: {done} of {} movements", self.setting, self.all);
        }
    }
}

/// A desk with what is known about it.
struct Stand {
    desk: Desk,
    books: Books,
    memory: Memory,
    seed: u64,
    setting: Setting,
    /// Keys whose violations are reported.
    reported: BTreeSet<String>,
}

/// Does it.
pub fn work(share: &Share<'_>) -> Result<Part> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut part = Part::default();
        let mut openings = 0;
        let mut stand = Stand::open(share, &mut openings).await?;
        for number in &share.numbers {
            let plan = Plan::new(share.seed, share.setting, *number);
            if !stand.play(&plan, &mut part).await? {
                // Nobody can go on where something is unresolved for good.
                stand.leave(&plan, &mut part, false).await?;
                stand = Stand::open(share, &mut openings).await?;
            }
            share.progress.step();
        }
        if let Some(last) = share.numbers.last() {
            let plan = Plan::new(share.seed, share.setting, *last);
            stand.leave(&plan, &mut part, true).await?;
        }
        Ok(part)
    })
}

impl Stand {
    async fn open(share: &Share<'_>, openings: &mut usize) -> Result<Self> {
        let name = format!(
            "{}/worker-{}-{openings}",
            share.setting.folder(),
            share.worker
        );
        *openings += 1;
        let setup = Setup::default()
            .sandbox(share.setting.flags())
            .config(share.setting.config());
        let desk = setup.open(&name).await.context("cannot open a desk")?;
        // Nobody runs out of anything, and nobody is told to slow down.
        let much = "1000000000";
        for what in [
            json!({ "reseller": { "balance": much } }),
            json!({ "child": { "id": 4001, "balance": "1000000" } }),
            json!({ "child": { "id": 4002, "balance": "1000000" } }),
            json!({ "organization": { "prepaid": much } }),
        ] {
            desk.sandbox.set(what).await?;
        }
        desk.sandbox
            .settings(json!({ "rate_limit": 1_000_000 }))
            .await?;
        desk.goto("/").await?;
        Ok(Self {
            books: Books::open(&desk.sandbox).await?,
            desk,
            memory: Memory::default(),
            seed: share.seed,
            setting: share.setting,
            reported: BTreeSet::new(),
        })
    }

    /// Plays one movement and compares. Gives whether the next one can be played here.
    async fn play(&mut self, plan: &Plan, part: &mut Part) -> Result<bool> {
        let mut person = Person::new(&self.desk, &mut self.books, &mut self.memory);
        let played = tokio::time::timeout(LIMIT, person.make(plan)).await;
        let account = match played {
            Ok(Ok(account)) => account,
            Ok(Err(error)) => {
                let words = format!("{error:#}");
                self.report(plan, part, Wrong::Storm, &words, None).await;
                return Ok(false);
            }
            Err(_) => {
                let words = format!("nothing happened for {} s", LIMIT.as_secs());
                self.report(plan, part, Wrong::Storm, &words, None).await;
                return Ok(false);
            }
        };
        self.count(plan, &account, part);
        if account.end == End::Unresolved {
            let wrong = if account.is_dead {
                Wrong::Page
            } else {
                Wrong::Unresolved
            };
            let mine = self
                .memory
                .told
                .iter()
                .filter(|told| told.number == plan.number);
            let key = mine.map(|told| told.key.clone()).next_back();
            self.report(plan, part, wrong, "no end", key).await;
            return Ok(false);
        }
        self.compare(plan, part).await?;
        Ok(true)
    }

    fn count(&self, plan: &Plan, account: &Account, part: &mut Part) {
        let tally = &mut part.tally;
        let outcome = Outcome::of(account.end, account.was_doubted);
        *tally.outcomes.entry((outcome, plan.kind)).or_default() += 1;
        for met in &account.troubles {
            *tally.troubles.entry(*met).or_default() += 1;
        }
        for name in &account.upsets {
            *tally.upsets.entry(name).or_default() += 1;
        }
        tally.calm += usize::from(plan.is_calm());
        tally.excesses += usize::from(account.has_excess);
        tally.asked_once_more += account.asked_once_more;
    }

    /// Compares what was told about this movement with the ledger.
    async fn compare(&mut self, plan: &Plan, part: &mut Part) -> Result<()> {
        self.books.read(&self.desk.sandbox).await?;
        let mine = self
            .memory
            .told
            .iter()
            .filter(|told| told.number == plan.number);
        let mut found: Vec<_> = mine
            .clone()
            .filter_map(|told| {
                let wrong = judge::submission(told, self.books.of(&told.key))?;
                Some((wrong, told.key.clone()))
            })
            .collect();
        let made: Vec<_> = mine
            .filter(|told| !self.books.of(&told.key).is_empty())
            .collect();
        if let (Some(wrong), Some(told)) = (judge::intention(&made), made.last()) {
            found.push((wrong, told.key.clone()));
        }
        found.extend(self.lost());
        for (wrong, key) in found {
            self.report(plan, part, wrong, "", Some(key)).await;
        }
        Ok(())
    }

    /// What the ledger holds and nobody was told about.
    fn lost(&self) -> Vec<(Wrong, String)> {
        let is_told = |key: &String| self.memory.told.iter().any(|told| told.key == **key);
        let lost = self.books.keys().iter().filter(|key| !is_told(key));
        lost.map(|key| (Wrong::Lost, key.clone())).collect()
    }

    /// Compares everything once more, after whatever was under way, and closes the desk.
    async fn leave(mut self, last: &Plan, part: &mut Part, is_orderly: bool) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(LONGEST_DELAY_MS + 300)).await;
        self.books.read(&self.desk.sandbox).await?;
        if is_orderly {
            let mut person = Person::new(&self.desk, &mut self.books, &mut self.memory);
            if let Err(error) = person.look_at_everything().await {
                let words = format!("{error:#}");
                self.report(last, part, Wrong::Storm, &words, None).await;
            }
        }
        let mut found = self.lost();
        for told in &self.memory.told {
            let wrong = judge::submission(told, self.books.of(&told.key));
            found.extend(wrong.map(|wrong| (wrong, told.key.clone())));
        }
        for (wrong, key) in found {
            self.report(last, part, wrong, "at the end", Some(key))
                .await;
        }
        if let Err(error) = self.desk.sandbox.check().await {
            let words = format!("{error:#}");
            self.report(last, part, Wrong::Books, &words, None).await;
        }
        part.tally.submissions += self.memory.told.len();
        _ = self.desk.close().await;
        Ok(())
    }

    /// Writes a violation down, with all that there is to see, once a key.
    async fn report(
        &mut self,
        plan: &Plan,
        part: &mut Part,
        wrong: Wrong,
        words: &str,
        key: Option<String>,
    ) {
        if let Some(key) = &key
            && !self.reported.insert(key.clone())
        {
            return;
        }
        let told = self
            .memory
            .told
            .iter()
            .find(|told| Some(&told.key) == key.as_ref());
        let number = told.map_or(plan.number, |told| told.number);
        let mut lines = Vec::new();
        if !words.is_empty() {
            lines.push(words.to_owned());
        }
        for told in self.memory.told.iter().filter(|told| told.number == number) {
            lines.push(format!(
                "key {}: form {:?}, activity {:?}",
                told.key, told.on_form, told.on_activity
            ));
        }
        let key = key.unwrap_or_default();
        if told.is_none() && !key.is_empty() {
            lines.push(format!("key {key}: nothing"));
        }
        let folder = format!("movement-{number}");
        let evidence = self.desk.keep_evidence(&folder).await;
        let diary = self.memory.diary.get(&number);
        let diary = diary.map(|lines| lines.join("\n")).unwrap_or_default();
        // Without it there is less to read, and still enough to report.
        _ = std::fs::write(evidence.join("diary.txt"), diary);
        part.violations.push(Violation {
            wrong,
            number,
            plan: Plan::new(self.seed, self.setting, number).to_string(),
            words: lines.join("\n"),
            rows: self.books.of(&key).to_vec(),
            evidence,
        });
    }
}
