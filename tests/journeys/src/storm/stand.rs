//! A desk with everything that is known about it.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{
    condition::Condition,
    journal,
    ledger::Ledger,
    memory::Memory,
    options::Setting,
    oracle::{self, Submission, Violation, ViolationKind},
    person::Person,
    plan::Plan,
    policy::End,
    report::Part,
    story::PlayResult,
    tally::Outcome,
    worker::Share,
};
use crate::{Desk, Setup};

/// How much longer than its own limit a movement may take. A browser that hangs must not hang the storm.
const EXTRA_TIME: Duration = Duration::from_secs(60);

/// A desk, its ledger, and what was shown there.
pub struct Stand {
    pub(super) desk: Desk,
    pub(super) ledger: Ledger,
    pub(super) memory: Memory,
    pub(super) seed: u64,
    pub(super) setting: Setting,
    /// Violations that were already reported.
    reported: BTreeSet<(ViolationKind, Option<String>)>,
}

impl Stand {
    /// Opens a desk for a movement and its neighbors.
    pub async fn open(share: &Share<'_>, plan: &Plan, openings: &mut usize) -> Result<Self> {
        let name = format!(
            "{}/worker-{}-{openings}",
            share.setting.folder(),
            share.worker
        );
        *openings += 1;
        let surroundings = &plan.surroundings;
        let setup = Setup::default()
            .sandbox(share.setting.flags())
            .config(share.setting.config());
        let desk = setup.open(&name).await.context("cannot open a desk")?;
        let urls = surroundings.base_urls(desk.sandbox.address());
        desk.sandbox.change_config(&urls)?;
        // Balances never run out, and rate limits never apply.
        let plenty = "1000000000";
        let child = |id: u32| {
            let rate = surroundings.rate(&id.to_string());
            json!({ "child": { "id": id, "balance": "1000000", "rate": rate } })
        };
        for what in [
            json!({ "reseller": { "balance": plenty } }),
            child(4001),
            child(4002),
            json!({ "organization": { "prepaid": plenty } }),
        ] {
            desk.sandbox.set(what).await?;
        }
        let mut settings = surroundings.settings();
        settings["rate_limit"] = json!(1_000_000);
        desk.sandbox.settings(settings).await?;
        let mut memory = Memory {
            page_clock_ms: surroundings.page_clock_ms,
            server_clock_ms: surroundings.server_clock_ms,
            ..Memory::default()
        };
        memory.hooks.clock_ms = surroundings.page_clock_ms;
        memory.hooks.install(&desk).await?;
        desk.goto("/").await?;
        Ok(Self {
            ledger: Ledger::open(&desk.sandbox).await?,
            desk,
            memory,
            seed: share.seed,
            setting: share.setting,
            reported: BTreeSet::new(),
        })
    }

    pub(super) fn person(&mut self) -> Person<'_> {
        Person::new(self.setting, &self.desk, &mut self.ledger, &mut self.memory)
    }

    fn mine(&self, plan: &Plan) -> impl Iterator<Item = &Submission> {
        let number = plan.number;
        self.memory
            .submissions
            .iter()
            .filter(move |submission| submission.number == number)
    }

    /// Plays one movement and compares it with the ledger. Returns whether the next one can be played here.
    pub async fn play(&mut self, plan: &Plan, part: &mut Part) -> Result<bool> {
        let limit = plan.limit() + EXTRA_TIME;
        let played = tokio::time::timeout(limit, self.person().make(plan)).await;
        let failure = match played {
            Ok(Ok(result)) => return self.finish(plan, &result, part).await,
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => format!("nothing happened for {} s", limit.as_secs()),
        };
        self.report(plan, part, ViolationKind::Storm, &failure, None)
            .await;
        Ok(false)
    }

    async fn finish(&mut self, plan: &Plan, result: &PlayResult, part: &mut Part) -> Result<bool> {
        count(plan, result, part);
        if result.end == End::Unresolved {
            let wrong = if result.is_dead {
                ViolationKind::Page
            } else {
                ViolationKind::Unresolved
            };
            let key = self
                .mine(plan)
                .last()
                .map(|submission| submission.key.clone());
            self.ledger.read(&self.desk.sandbox).await?;
            self.report(plan, part, wrong, "no end", key).await;
            return Ok(false);
        }
        self.compare(plan, part).await?;
        Ok(true)
    }

    /// Compares what was shown about this movement with the ledger.
    async fn compare(&mut self, plan: &Plan, part: &mut Part) -> Result<()> {
        self.ledger.read(&self.desk.sandbox).await?;
        let mut found = Vec::new();
        for submission in self.mine(plan) {
            let (wrong, _) = oracle::judge(submission, &self.facts(submission, false));
            found.extend(
                wrong
                    .into_iter()
                    .map(|wrong| (wrong, submission.key.clone())),
            );
        }
        let is_applied = |submission: &&Submission| !self.ledger.of(&submission.key).is_empty();
        let applied: Vec<_> = self.mine(plan).filter(is_applied).collect();
        if let (Some(wrong), Some(submission)) = (oracle::check_intention(&applied), applied.last())
        {
            found.push((wrong, submission.key.clone()));
        }
        found.extend(self.lost());
        for (wrong, key) in found {
            self.report(plan, part, wrong, "", Some(key)).await;
        }
        Ok(())
    }

    /// Returns what the ledger contains and the portal never showed.
    fn lost(&self) -> Vec<(ViolationKind, String)> {
        let was_shown = |key: &&String| {
            self.memory
                .submissions
                .iter()
                .any(|submission| submission.key == **key)
        };
        let lost = self.ledger.own_keys().filter(|key| !was_shown(key));
        lost.map(|key| (ViolationKind::Lost, key.clone())).collect()
    }

    /// Compares everything again when nothing can happen anymore, and closes the desk.
    pub async fn close(mut self, last: &Plan, part: &mut Part, is_orderly: bool) -> Result<()> {
        let watched = if is_orderly {
            self.watch(last).await
        } else {
            Ok(Vec::new())
        };
        match watched {
            Ok(found) => {
                for (wrong, words) in found {
                    self.report(last, part, wrong, &words, None).await;
                }
            }
            Err(error) => {
                let words = format!("{error:#}");
                self.report(last, part, ViolationKind::Storm, &words, None)
                    .await;
            }
        }
        self.ledger.read(&self.desk.sandbox).await?;
        let mut found = self.lost();
        for submission in &self.memory.submissions {
            let (wrong, is_equal) = oracle::judge(submission, &self.facts(submission, is_orderly));
            found.extend(
                wrong
                    .into_iter()
                    .map(|wrong| (wrong, submission.key.clone())),
            );
            let conditions = Plan::new(self.seed, self.setting, submission.number).conditions;
            part.tally.count(submission, is_equal, &conditions);
        }
        for (wrong, key) in found {
            self.report(last, part, wrong, "at the end", Some(key))
                .await;
        }
        if let Err(error) = self.desk.sandbox.check().await {
            let words = format!("{error:#}");
            self.report(last, part, ViolationKind::Unbalanced, &words, None)
                .await;
        }
        // For information only; nothing depends on it.
        for (number, lines) in &self.memory.diary {
            _ = self
                .desk
                .evidence
                .keep(&format!("diary-{number}.txt"), lines.join("\n").as_bytes());
        }
        _ = self.desk.close().await;
        Ok(())
    }

    /// Records a violation with all evidence, once per key and kind.
    async fn report(
        &mut self,
        plan: &Plan,
        part: &mut Part,
        wrong: ViolationKind,
        words: &str,
        key: Option<String>,
    ) {
        if !self.reported.insert((wrong, key.clone())) {
            return;
        }
        let submissions = &self.memory.submissions;
        let about = submissions.iter().find(|it| Some(&it.key) == key.as_ref());
        let number = about.map_or(plan.number, |it| it.number);
        let mut lines = Vec::new();
        if !words.is_empty() {
            lines.push(words.to_owned());
        }
        for submission in submissions.iter().filter(|it| it.number == number) {
            let facts = self.facts(submission, false);
            lines.push(format!("{submission:?}, {facts:?}"));
        }
        if let (None, Some(key)) = (about, &key) {
            lines.push(format!("key {key}: nothing"));
        }
        let folder = format!("movement-{number}");
        let evidence = self.desk.keep_evidence(&folder).await;
        let diary = self.memory.diary.get(&number);
        let diary = diary.map(|lines| lines.join("\n")).unwrap_or_default();
        // If this fails there is less to read, but still enough to report.
        _ = std::fs::write(evidence.join("diary.txt"), diary);
        let journal = format!("{:#}", journal::raw(&self.desk).await);
        _ = std::fs::write(evidence.join("journal.json"), journal);
        part.violations.push(Violation {
            wrong,
            number,
            plan: Plan::new(self.seed, self.setting, number).to_string(),
            words: lines.join("\n"),
            rows: self.ledger.of(&key.unwrap_or_default()).to_vec(),
            evidence,
        });
    }
}

fn count(plan: &Plan, result: &PlayResult, part: &mut Part) {
    let tally = &mut part.tally;
    let outcome = Outcome::of(result.end, result.was_doubted);
    *tally.outcomes.entry((outcome, plan.kind)).or_default() += 1;
    let conditions = plan.conditions.iter().copied().map(Some);
    let none = plan.conditions.is_empty().then_some(None);
    for condition in conditions.chain(none) {
        let key: (Option<Condition>, Outcome) = (condition, outcome);
        *tally.by_condition.entry(key).or_default() += 1;
    }
    for met in &result.troubles {
        *tally.troubles.entry(*met).or_default() += 1;
    }
    for name in &result.upsets {
        *tally.upsets.entry(name).or_default() += 1;
    }
    tally.calm += usize::from(plan.is_calm());
    tally.asked_once_more += result.asked_once_more;
}
