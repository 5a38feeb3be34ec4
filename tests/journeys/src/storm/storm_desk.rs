//! A desk of the storm, with its ledger and everything that was shown there.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{
    condition::Condition,
    journal,
    ledger::Ledger,
    memory::Memory,
    movement_run::MovementResult,
    options::Setting,
    oracle::{self, Submission, Violation, ViolationKind},
    plan::Plan,
    policy::ShownOutcome,
    report::PartialReport,
    simulated_user::SimulatedUser,
    stats::Outcome,
    worker::Share,
};
use crate::{Desk, Setup};

/// How much longer than its own limit a movement may take. A browser that hangs must not hang the storm.
const EXTRA_TIME: Duration = Duration::from_secs(60);

/// A desk, its ledger, and what was shown there.
pub struct StormDesk {
    pub(super) desk: Desk,
    pub(super) ledger: Ledger,
    pub(super) memory: Memory,
    pub(super) seed: u64,
    pub(super) setting: Setting,
    /// The violations that were already reported.
    reported: BTreeSet<(ViolationKind, Option<String>)>,
}

impl StormDesk {
    /// Opens a desk for a movement and its neighbors.
    pub async fn open(share: &Share<'_>, plan: &Plan, openings: &mut usize) -> Result<Self> {
        let name = format!(
            "{}/worker-{}-{openings}",
            share.setting.folder(),
            share.worker
        );
        *openings += 1;
        let scenario = &plan.scenario;
        let setup = Setup::default()
            .sandbox(share.setting.flags())
            .config(share.setting.config());
        let desk = setup.open(&name).await.context("cannot open a desk")?;
        let urls = scenario.base_urls(desk.sandbox.address());
        desk.sandbox.change_config(&urls)?;
        // Balances never run out, and rate limits never apply.
        let plenty = "1000000000";
        let child = |id: u32| {
            let rate = scenario.rate(&id.to_string());
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
        let mut settings = scenario.settings();
        settings["rate_limit"] = json!(1_000_000);
        desk.sandbox.settings(settings).await?;
        let mut memory = Memory {
            page_clock_ms: scenario.page_clock_ms,
            server_clock_ms: scenario.server_clock_ms,
            ..Memory::default()
        };
        memory.hooks.clock_ms = scenario.page_clock_ms;
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

    pub(super) fn user(&mut self) -> SimulatedUser<'_> {
        SimulatedUser::new(self.setting, &self.desk, &mut self.ledger, &mut self.memory)
    }

    fn mine(&self, plan: &Plan) -> impl Iterator<Item = &Submission> {
        let number = plan.number;
        self.memory
            .submissions
            .iter()
            .filter(move |submission| submission.number == number)
    }

    /// Plays one movement and compares it with the ledger. Returns whether the next one can be played here.
    pub async fn play(&mut self, plan: &Plan, part: &mut PartialReport) -> Result<bool> {
        let limit = plan.limit() + EXTRA_TIME;
        let played = tokio::time::timeout(limit, self.user().make(plan)).await;
        let failure = match played {
            Ok(Ok(result)) => return self.finish(plan, &result, part).await,
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => format!("nothing happened for {} s", limit.as_secs()),
        };
        self.report(plan, part, ViolationKind::Storm, &failure, None)
            .await;
        Ok(false)
    }

    async fn finish(
        &mut self,
        plan: &Plan,
        result: &MovementResult,
        part: &mut PartialReport,
    ) -> Result<bool> {
        count(plan, result, part);
        if result.outcome == ShownOutcome::Unresolved {
            let kind = if result.has_crashed {
                ViolationKind::Page
            } else {
                ViolationKind::Unresolved
            };
            let key = self
                .mine(plan)
                .last()
                .map(|submission| submission.key.clone());
            self.ledger.read(&self.desk.sandbox).await?;
            self.report(plan, part, kind, "no outcome", key).await;
            return Ok(false);
        }
        self.compare(plan, part).await?;
        Ok(true)
    }

    /// Compares what was shown about this movement with the ledger.
    async fn compare(&mut self, plan: &Plan, part: &mut PartialReport) -> Result<()> {
        self.ledger.read(&self.desk.sandbox).await?;
        let mut found = Vec::new();
        for submission in self.mine(plan) {
            let (kinds, _) = oracle::judge(submission, &self.facts(submission, false));
            let violations = kinds.into_iter();
            found.extend(violations.map(|kind| (kind, submission.key.clone())));
        }
        let is_applied = |submission: &&Submission| !self.ledger.of(&submission.key).is_empty();
        let applied: Vec<_> = self.mine(plan).filter(is_applied).collect();
        if let (Some(kind), Some(submission)) = (oracle::check_intention(&applied), applied.last())
        {
            found.push((kind, submission.key.clone()));
        }
        found.extend(self.lost());
        for (kind, key) in found {
            self.report(plan, part, kind, "", Some(key)).await;
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
    pub async fn close(
        mut self,
        last: &Plan,
        part: &mut PartialReport,
        is_orderly: bool,
    ) -> Result<()> {
        let watched = if is_orderly {
            self.watch(last).await
        } else {
            Ok(Vec::new())
        };
        match watched {
            Ok(found) => {
                for (kind, details) in found {
                    self.report(last, part, kind, &details, None).await;
                }
            }
            Err(error) => {
                let details = format!("{error:#}");
                self.report(last, part, ViolationKind::Storm, &details, None)
                    .await;
            }
        }
        self.ledger.read(&self.desk.sandbox).await?;
        let mut found = self.lost();
        for submission in &self.memory.submissions {
            let (kinds, is_ambiguous) =
                oracle::judge(submission, &self.facts(submission, is_orderly));
            let violations = kinds.into_iter();
            found.extend(violations.map(|kind| (kind, submission.key.clone())));
            let conditions = Plan::new(self.seed, self.setting, submission.number).conditions;
            part.stats.count(submission, is_ambiguous, &conditions);
        }
        for (kind, key) in found {
            self.report(last, part, kind, "at the end", Some(key)).await;
        }
        if let Err(error) = self.desk.sandbox.check().await {
            let details = format!("{error:#}");
            self.report(last, part, ViolationKind::Unbalanced, &details, None)
                .await;
        }
        // For information only; nothing depends on it.
        for (number, lines) in &self.memory.trace {
            _ = self
                .desk
                .evidence
                .keep(&format!("trace-{number}.txt"), lines.join("\n").as_bytes());
        }
        _ = self.desk.close().await;
        Ok(())
    }

    /// Records a violation with all evidence, once per key and kind.
    async fn report(
        &mut self,
        plan: &Plan,
        part: &mut PartialReport,
        kind: ViolationKind,
        details: &str,
        key: Option<String>,
    ) {
        if !self.reported.insert((kind, key.clone())) {
            return;
        }
        let submissions = &self.memory.submissions;
        let about = submissions.iter().find(|it| Some(&it.key) == key.as_ref());
        let number = about.map_or(plan.number, |it| it.number);
        let mut lines = Vec::new();
        if !details.is_empty() {
            lines.push(details.to_owned());
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
        let trace = self.memory.trace.get(&number);
        let trace = trace.map(|lines| lines.join("\n")).unwrap_or_default();
        // If this fails there is less to read, but still enough to report.
        _ = std::fs::write(evidence.join("trace.txt"), trace);
        let journal = format!("{:#}", journal::raw(&self.desk).await);
        _ = std::fs::write(evidence.join("journal.json"), journal);
        part.violations.push(Violation {
            kind,
            number,
            plan: Plan::new(self.seed, self.setting, number).to_string(),
            details: lines.join("\n"),
            rows: self.ledger.of(&key.unwrap_or_default()).to_vec(),
            evidence,
        });
    }
}

fn count(plan: &Plan, result: &MovementResult, part: &mut PartialReport) {
    let stats = &mut part.stats;
    let outcome = Outcome::of(result.outcome, result.was_in_doubt);
    *stats.outcomes.entry((outcome, plan.kind)).or_default() += 1;
    let conditions = plan.conditions.iter().copied().map(Some);
    let none = plan.conditions.is_empty().then_some(None);
    for condition in conditions.chain(none) {
        let key: (Option<Condition>, Outcome) = (condition, outcome);
        *stats.by_condition.entry(key).or_default() += 1;
    }
    for met in &result.faults {
        *stats.faults.entry(*met).or_default() += 1;
    }
    for name in &result.disruptions {
        *stats.disruptions.entry(name).or_default() += 1;
    }
    stats.undisturbed += usize::from(plan.is_undisturbed());
    stats.reconfirmations += result.reconfirmations;
}
