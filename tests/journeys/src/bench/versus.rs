//! The portal's measurements compared with the hand-written page's, and their limits.

use std::fmt;

use super::{
    report::{Unit, format_tenths, format_value},
    samples::{Samples, factor_in_tenths},
};

/// Which of the two pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The portal.
    Portal,
    /// The hand-written page.
    Plain,
}

/// One quantity measured on both pages, or on the portal only.
#[derive(Clone, Debug)]
struct Line {
    what: &'static str,
    unit: Unit,
    portal: Samples,
    plain: Samples,
    /// Limit for the portal relative to the hand-written page, in tenths.
    limit: Option<u64>,
}

/// The measurements under one condition.
#[derive(Clone, Debug)]
pub struct Table {
    title: String,
    lines: Vec<Line>,
}

impl Table {
    /// Creates an empty table.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
        }
    }

    /// Adds a measurement. Quantities are listed in the order they were first measured.
    pub fn add(&mut self, what: &'static str, side: Side, unit: Unit, value: u64) {
        let line = self.line(what, unit);
        match side {
            Side::Portal => line.portal.add(value),
            Side::Plain => line.plain.add(value),
        }
    }

    /// Limits the portal's value to `tenths` tenths of the hand-written page's.
    pub fn limit(&mut self, what: &str, tenths: u64) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.what == what) {
            line.limit = Some(tenths);
        }
    }

    /// Returns how many times each quantity was measured on the portal.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let count = |line: &Line| (line.what, line.portal.count());
        self.lines.iter().map(count)
    }

    fn line(&mut self, what: &'static str, unit: Unit) -> &mut Line {
        let known = self.lines.iter().position(|line| line.what == what);
        let at = known.unwrap_or_else(|| {
            self.lines.push(Line {
                what,
                unit,
                portal: Samples::default(),
                plain: Samples::default(),
                limit: None,
            });
            self.lines.len() - 1
        });
        &mut self.lines[at]
    }
}

impl Line {
    fn cells(&self) -> [String; 5] {
        let cell = |samples: &Samples| {
            samples.spread().map_or_else(String::new, |spread| {
                let format = |value| format_value(self.unit, value);
                let (min, max) = (spread.min, spread.max);
                match min == max {
                    true => format(min),
                    false => format!(
                        "{} ({} … {})",
                        format(spread.median),
                        format(min),
                        format(max)
                    ),
                }
            })
        };
        let medians = self.plain.spread().zip(self.portal.spread());
        let factor =
            medians.and_then(|(plain, portal)| factor_in_tenths(plain.median, portal.median));
        // Not the rounded factor, which could pass just above the limit.
        let is_within = |limit: u64| {
            medians.map(|(plain, portal)| {
                u128::from(portal.median) * 10 <= u128::from(plain.median) * u128::from(limit)
            })
        };
        let verdict = self.limit.and_then(|limit| {
            let word = if is_within(limit)? { "pass" } else { "SHORT" };
            Some(format!("≤ × {}: {word}", format_tenths(limit)))
        });
        [
            self.what.to_owned(),
            cell(&self.portal),
            cell(&self.plain),
            factor.map_or_else(String::new, |tenths| format!("× {}", format_tenths(tenths))),
            verdict.unwrap_or_default(),
        ]
    }
}

/// The complete comparison.
#[derive(Clone, Debug)]
pub struct Versus {
    /// What was measured, with which browser, and how.
    pub title: String,
    /// One table per condition.
    pub tables: Vec<Table>,
}

impl fmt::Display for Versus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", self.title)?;
        for table in &self.tables {
            let head = [
                "median (least … greatest)",
                "portal",
                "hand-written page",
                "factor",
                "limit",
            ];
            let mut rows = vec![head.map(str::to_owned)];
            rows.extend(table.lines.iter().map(Line::cells));
            let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
            let widths = [0, 1, 2, 3, 4].map(|column| width(column).unwrap_or(0));
            writeln!(f, "\n{}", table.title)?;
            for [what, portal, plain, factor, limit] in &rows {
                let line = format!(
                    "  {what:<a$}  {portal:>b$}  {plain:>c$}  {factor:>d$}  {limit}",
                    a = widths[0],
                    b = widths[1],
                    c = widths[2],
                    d = widths[3],
                );
                writeln!(f, "{}", line.trim_end())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(report: &Versus) -> Vec<String> {
        let text = report.to_string();
        let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(plain).collect()
    }

    #[test]
    fn limits_apply_to_exact_medians_not_rounded_factors() {
        let mut table = Table::new("As it is");
        for (portal, plain) in [(13_000, 10_000), (99_000, 90_000), (1_000, 1_000)] {
            table.add("flip", Side::Portal, Unit::Time, portal);
            table.add("flip", Side::Plain, Unit::Time, plain);
        }
        table.limit("flip", 13);
        table.add("row", Side::Portal, Unit::Time, 13_001);
        table.add("row", Side::Plain, Unit::Time, 10_000);
        table.limit("row", 13);
        table.add("form", Side::Portal, Unit::Time, 5_000);
        table.limit("form", 13);
        let report = Versus {
            title: "A load".to_owned(),
            tables: vec![table],
        };
        assert_eq!(
            lines(&report),
            [
                "",
                "A load",
                "",
                "As it is",
                "median (least … greatest) portal hand-written page factor limit",
                "flip 13.0 ms (1.0 ms … 99.0 ms) 10.0 ms (1.0 ms … 90.0 ms) × 1.3 ≤ × 1.3: pass",
                "row 13.0 ms 10.0 ms × 1.3 ≤ × 1.3: SHORT",
                "form 5.0 ms",
            ]
        );
    }
}
