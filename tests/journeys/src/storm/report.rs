//! The final report.

use std::{collections::BTreeSet, fmt, time::Duration};

use super::{
    movement_kind::MovementKind,
    options::Setting,
    oracle::{Violation, ViolationKind},
    stats::{Outcome, Stats},
};

/// The result of a storm.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    setting: Setting,
    movements: usize,
    stats: Stats,
    violations: Vec<Violation>,
    pub(super) took: Duration,
}

/// The results of one worker.
#[derive(Debug, Default)]
pub struct PartialReport {
    /// Its counts.
    pub stats: Stats,
    /// The violations it found.
    pub violations: Vec<Violation>,
}

impl Report {
    pub(super) fn new(seed: u64, setting: Setting, movements: usize) -> Self {
        Self {
            seed,
            setting,
            movements,
            stats: Stats::default(),
            violations: Vec::new(),
            took: Duration::ZERO,
        }
    }

    pub(super) fn add(&mut self, part: PartialReport) {
        self.stats.add(part.stats);
        self.violations.extend(part.violations);
    }

    /// Whether there are no violations.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// Returns how many movements were shown as completed without being in doubt at any point.
    pub fn done_at_once(&self) -> usize {
        self.stats.of(Outcome::AtOnce, None)
    }

    /// Returns how many movements were played to an outcome.
    pub fn played(&self) -> usize {
        self.stats.outcomes.values().sum()
    }

    /// Prints a line per condition: its count, the outcomes, and how many submissions had an alarm or were ambiguous.
    fn conditions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = &self.stats;
        let all: BTreeSet<_> = stats.by_condition.keys().map(|(it, _)| *it).collect();
        writeln!(f, "  by condition")?;
        for condition in all {
            let count = |outcome| stats.by_condition.get(&(condition, outcome)).copied();
            let outcomes = Outcome::ALL
                .into_iter()
                .filter_map(|(outcome, name)| Some((name, count(outcome)?)));
            let others = [("alarms", &stats.alarms), ("ambiguous", &stats.ambiguous)];
            let others = others
                .into_iter()
                .filter_map(|(name, counts)| Some((name, *counts.get(&condition)?)));
            let sum: usize = outcomes.clone().map(|(_, count)| count).sum();
            let name = condition.map_or_else(|| "none".to_owned(), |it| it.to_string());
            let listed = list(outcomes.chain(others).collect());
            writeln!(f, "    {name:<18}{sum:>5}  {listed}")?;
        }
        writeln!(f)
    }

    fn violation(&self, violation: &Violation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{}: movement {} of seed {} on {}",
            violation.kind, violation.number, self.seed, self.setting
        )?;
        writeln!(f, "  planned   {}", violation.plan)?;
        for line in violation.details.lines() {
            writeln!(f, "  shown     {line}")?;
        }
        match &violation.rows[..] {
            [] => writeln!(f, "  ledger    nothing")?,
            rows => {
                for row in rows {
                    writeln!(f, "  ledger    {row}")?;
                }
            }
        }
        writeln!(f, "  evidence  {}", violation.evidence.display())?;
        writeln!(
            f,
            "  repeat    cargo xtask storm --setting {} --seed {} --only {}",
            self.setting, self.seed, violation.number
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            MovementKind::Transfer,
            MovementKind::Revert,
            MovementKind::Allocate,
        ];
        let seconds = self.took.as_secs_f64();
        writeln!(
            f,
            "\nStorm on {}: seed {}, {} movements ({} undisturbed), {} submissions, {seconds:.0} s ({:.2} s per movement)",
            self.setting,
            self.seed,
            self.movements,
            self.stats.undisturbed,
            self.stats.submissions,
            seconds / self.movements.max(1) as f64,
        )?;
        writeln!(
            f,
            "\n  {:<34}{:>9}{:>9}{:>9}{:>9}",
            "", "transfer", "revert", "allocate", "all"
        )?;
        for (outcome, name) in Outcome::ALL {
            if self.stats.of(outcome, None) == 0 {
                continue;
            }
            write!(f, "  {name:<34}")?;
            for kind in kinds {
                write!(f, "{:>9}", self.stats.of(outcome, Some(kind)))?;
            }
            writeln!(f, "{:>9}", self.stats.of(outcome, None))?;
        }
        let faults = |own: bool| {
            let all = self.stats.faults.iter();
            all.filter(|((of_movement, _), _)| *of_movement == own)
                .map(|((_, name), count)| (*name, *count))
                .collect()
        };
        let disruptions = self.stats.disruptions.iter();
        let disruptions = disruptions.map(|(name, count)| (*name, *count)).collect();
        writeln!(f, "\n  faults met by movements  {}", list(faults(true)))?;
        writeln!(f, "  faults met by reads      {}", list(faults(false)))?;
        writeln!(f, "  disruptions              {}", list(disruptions))?;
        let others = [
            ("asked again", self.stats.reconfirmations),
            ("wrong decisions", self.stats.wrong_decisions),
        ];
        writeln!(f, "  other                    {}\n", list(others.to_vec()))?;
        self.conditions(f)?;
        for kind in ViolationKind::ALL {
            let count = self
                .violations
                .iter()
                .filter(|violation| violation.kind == kind)
                .count();
            writeln!(f, "  {kind:<34}{count:>9}")?;
        }
        for violation in &self.violations {
            self.violation(violation, f)?;
        }
        Ok(())
    }
}

fn list(counts: Vec<(&str, usize)>) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    let words = counts.iter().map(|(name, count)| format!("{name} {count}"));
    words.collect::<Vec<_>>().join(", ")
}
