//! The measurements at each size, and how they grow from one size to the next.

use std::fmt;

use super::samples::{Samples, factor_in_tenths};

/// The unit of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds, shown as milliseconds.
    Time,
    /// Bytes, shown as kB or MB.
    Bytes,
    /// Per second.
    Rate,
    /// A count.
    Count,
}

/// One measured quantity.
#[derive(Clone, Debug)]
struct Line {
    what: &'static str,
    unit: Unit,
    samples: Samples,
}

/// The measurements at one size.
#[derive(Clone, Debug)]
pub struct Size {
    rows: u32,
    lines: Vec<Line>,
}

impl Size {
    /// Creates an empty set of measurements.
    pub fn new(rows: u32) -> Self {
        Self {
            rows,
            lines: Vec::new(),
        }
    }

    /// Adds a measurement. Quantities are listed in the order they were first measured.
    pub fn add(&mut self, what: &'static str, unit: Unit, value: u64) {
        let known = self.lines.iter().position(|line| line.what == what);
        let at = known.unwrap_or_else(|| {
            self.lines.push(Line {
                what,
                unit,
                samples: Samples::default(),
            });
            self.lines.len() - 1
        });
        self.lines[at].samples.add(value);
    }

    /// Returns how many times each quantity was measured.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let count = |line: &Line| (line.what, line.samples.count());
        self.lines.iter().map(count)
    }

    fn line(&self, what: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.what == what)
    }
}

/// All sizes of a benchmark.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was measured, and with which browser.
    pub title: String,
    /// The sizes, smallest first.
    pub sizes: Vec<Size>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", self.title)?;
        let mut table = vec![self.head()];
        let mut names: Vec<&'static str> = Vec::new();
        for (name, _) in self.sizes.iter().flat_map(Size::counts) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        table.extend(names.into_iter().map(|name| self.row(name)));
        let columns = table.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = table.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..columns).map(width).collect();
        for row in &table {
            f.write_str(" ")?;
            for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
                match at {
                    0 => write!(f, " {cell:<width$}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl Report {
    /// Two columns per size: the measurements, and the factor relative to the previous size.
    fn head(&self) -> Vec<String> {
        let mut cells = vec!["median (least … greatest)".to_owned()];
        for (at, size) in self.sizes.iter().enumerate() {
            cells.push(format!("{} entries", grouped(size.rows.into())));
            if at > 0 {
                cells.push("factor".to_owned());
            }
        }
        cells
    }

    fn row(&self, what: &str) -> Vec<String> {
        let mut cells = vec![what.to_owned()];
        let mut before = None;
        for (at, size) in self.sizes.iter().enumerate() {
            let line = size.line(what);
            let spread = line.and_then(|line| Some((line.unit, line.samples.spread()?)));
            cells.push(spread.map_or_else(String::new, |(unit, spread)| {
                let format = |value| format_value(unit, value);
                format!(
                    "{} ({} … {})",
                    format(spread.median),
                    format(spread.min),
                    format(spread.max)
                )
            }));
            let median = spread.map(|(_, spread)| spread.median);
            if at > 0 {
                let factor = before
                    .zip(median)
                    .and_then(|(base, value)| factor_in_tenths(base, value));
                cells.push(
                    factor
                        .map_or_else(String::new, |tenths| format!("× {}", format_tenths(tenths))),
                );
            }
            before = median;
        }
        cells
    }
}

/// Formats a value with its unit.
pub fn format_value(unit: Unit, value: u64) -> String {
    match unit {
        // Below this a tenth of a millisecond is more than noise.
        Unit::Time if value < 100_000 => format!("{} ms", format_tenths((value + 50) / 100)),
        Unit::Time => format!("{} ms", grouped((value + 500) / 1000)),
        // Small sizes are transfers; memory is larger.
        Unit::Bytes if value < 1_000_000 => format!("{} kB", format_tenths((value + 50) / 100)),
        Unit::Bytes => format!("{} MB", format_tenths((value + 50_000) / 100_000)),
        Unit::Rate => format!("{}/s", grouped(value)),
        Unit::Count => grouped(value),
    }
}

pub fn format_tenths(tenths: u64) -> String {
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}

/// Formats 1234567 as 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_formatted_with_their_units() {
        assert_eq!(format_value(Unit::Time, 16_649), "16.6 ms");
        assert_eq!(format_value(Unit::Time, 99_999), "100.0 ms");
        assert_eq!(format_value(Unit::Time, 1_234_500), "1,235 ms");
        assert_eq!(format_value(Unit::Bytes, 12_340_000), "12.3 MB");
        assert_eq!(format_value(Unit::Rate, 1_234_567), "1,234,567/s");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(100_000), "100,000");
    }

    #[test]
    fn each_size_is_compared_with_the_previous_one() {
        let mut small = Size::new(1000);
        let mut large = Size::new(10_000);
        for value in [3_000, 1_000, 2_000] {
            small.add("sort", Unit::Time, value);
        }
        large.add("sort", Unit::Time, 25_000);
        large.add("group", Unit::Time, 400_000);
        let report = Report {
            title: "A log".to_owned(),
            sizes: vec![small, large],
        };
        let lines: Vec<String> = report.to_string().lines().map(plain).collect();
        assert_eq!(
            lines,
            [
                "",
                "A log",
                "median (least … greatest) 1,000 entries 10,000 entries factor",
                "sort 2.0 ms (1.0 ms … 3.0 ms) 25.0 ms (25.0 ms … 25.0 ms) × 12.5",
                "group 400 ms (400 ms … 400 ms)",
            ]
        );
    }

    /// Removes the padding between columns.
    fn plain(line: &str) -> String {
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
