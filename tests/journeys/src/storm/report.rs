//! The final report.

use std::{collections::BTreeSet, fmt, time::Duration};

use super::{
    kind::Kind,
    options::Setting,
    oracle::{Violation, ViolationKind},
    tally::{Outcome, Tally},
};

/// The result of a storm.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    setting: Setting,
    movements: usize,
    tally: Tally,
    violations: Vec<Violation>,
    pub(super) took: Duration,
}

/// The results of one worker.
#[derive(Debug, Default)]
pub struct Part {
    /// Its counts.
    pub tally: Tally,
    /// The violations it found.
    pub violations: Vec<Violation>,
}

impl Report {
    pub(super) fn new(seed: u64, setting: Setting, movements: usize) -> Self {
        Self {
            seed,
            setting,
            movements,
            tally: Tally::default(),
            violations: Vec::new(),
            took: Duration::ZERO,
        }
    }

    pub(super) fn add(&mut self, part: Part) {
        self.tally.add(part.tally);
        self.violations.extend(part.violations);
    }

    /// Whether there are no violations.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// Returns how many movements were shown as completed without being in doubt in between.
    pub fn done_at_once(&self) -> usize {
        self.tally.of(Outcome::AtOnce, None)
    }

    /// Returns how many movements were played to an outcome.
    pub fn played(&self) -> usize {
        self.tally.outcomes.values().sum()
    }

    /// Prints a line per condition: its count, the outcomes, and how many submissions had an alarm or equal evidence.
    fn conditions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = &self.tally;
        let all: BTreeSet<_> = tally.by_condition.keys().map(|(it, _)| *it).collect();
        writeln!(f, "  by condition")?;
        for condition in all {
            let count = |outcome| tally.by_condition.get(&(condition, outcome)).copied();
            let outcomes = Outcome::ALL
                .into_iter()
                .filter_map(|(outcome, name)| Some((name, count(outcome)?)));
            let others = [("alarms", &tally.alarms), ("equal evidence", &tally.equal)];
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
            violation.wrong, violation.number, self.seed, self.setting
        )?;
        writeln!(f, "  planned   {}", violation.plan)?;
        for line in violation.words.lines() {
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
        let kinds = [Kind::Transfer, Kind::Revert, Kind::Allocate];
        let seconds = self.took.as_secs_f64();
        writeln!(
            f,
            "\nStorm on {}: seed {}, {} movements ({} calm), {} submissions, {seconds:.0} s ({:.2} s per movement)",
            self.setting,
            self.seed,
            self.movements,
            self.tally.calm,
            self.tally.submissions,
            seconds / self.movements.max(1) as f64,
        )?;
        writeln!(
            f,
            "\n  {:<34}{:>9}{:>9}{:>9}{:>9}",
            "", "transfer", "revert", "allocate", "all"
        )?;
        for (outcome, name) in Outcome::ALL {
            if self.tally.of(outcome, None) == 0 {
                continue;
            }
            write!(f, "  {name:<34}")?;
            for kind in kinds {
                write!(f, "{:>9}", self.tally.of(outcome, Some(kind)))?;
            }
            writeln!(f, "{:>9}", self.tally.of(outcome, None))?;
        }
        let troubles = |own: bool| {
            let all = self.tally.troubles.iter();
            all.filter(|((of_movement, _), _)| *of_movement == own)
                .map(|((_, name), count)| (*name, *count))
                .collect()
        };
        let upsets = self.tally.upsets.iter();
        let upsets = upsets.map(|(name, count)| (*name, *count)).collect();
        writeln!(f, "\n  faults met by movements  {}", list(troubles(true)))?;
        writeln!(f, "  faults met by reads      {}", list(troubles(false)))?;
        writeln!(f, "  disruptions              {}", list(upsets))?;
        let others = [
            ("asked again", self.tally.asked_once_more),
            ("wrong decisions", self.tally.wrong_decisions),
        ];
        writeln!(f, "  other                    {}\n", list(others.to_vec()))?;
        self.conditions(f)?;
        for wrong in ViolationKind::ALL {
            let count = self
                .violations
                .iter()
                .filter(|violation| violation.wrong == wrong)
                .count();
            writeln!(f, "  {wrong:<34}{count:>9}")?;
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
