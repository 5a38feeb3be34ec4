//! What is printed at the end.

use std::{fmt, time::Duration};

use super::{
    judge::{Violation, Wrong},
    kind::Kind,
    options::Setting,
    tally::{Outcome, Tally},
};

/// A storm that is over.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    setting: Setting,
    movements: usize,
    tally: Tally,
    violations: Vec<Violation>,
    pub(super) took: Duration,
}

/// What one worker has to report.
#[derive(Debug, Default)]
pub struct Part {
    /// Its counts.
    pub tally: Tally,
    /// What it found.
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

    /// Whether nothing happened that must not.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// How many movements were told as made without a doubt in between.
    pub fn done_at_once(&self) -> usize {
        self.tally.of(Outcome::AtOnce, None)
    }

    /// How many movements were played to an end.
    pub fn played(&self) -> usize {
        self.tally.outcomes.values().sum()
    }

    fn violation(&self, violation: &Violation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{}: movement {} of seed {} on {}",
            violation.wrong, violation.number, self.seed, self.setting
        )?;
        writeln!(f, "  planned   {}", violation.plan)?;
        for line in violation.words.lines() {
            writeln!(f, "  told      {line}")?;
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
            "  again     cargo xtask storm --setting {} --seed {} --only {}",
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
            "\nStorm on {}: seed {}, {} movements ({} calm), {} submissions, {seconds:.0} s ({:.2} s a movement)",
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
        let list = |counts: Vec<(&str, usize)>| match counts.is_empty() {
            true => "none".to_owned(),
            false => counts
                .iter()
                .map(|(name, count)| format!("{name} {count}"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let troubles = |own: bool| {
            let all = self.tally.troubles.iter();
            all.filter(|((of_movement, _), _)| *of_movement == own)
                .map(|((_, name), count)| (*name, *count))
                .collect()
        };
        let upsets = self.tally.upsets.iter();
        let upsets = upsets.map(|(name, count)| (*name, *count)).collect();
        writeln!(f, "\n  faults met by movements  {}", list(troubles(true)))?;
        writeln!(f, "  faults met by readings   {}", list(troubles(false)))?;
        writeln!(f, "  disruptions              {}", list(upsets))?;
        let others = [
            ("asked once more", self.tally.asked_once_more),
            ("told of an excess", self.tally.excesses),
        ];
        writeln!(f, "  besides                  {}\n", list(others.to_vec()))?;
        for wrong in Wrong::ALL {
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
