//! What was measured at each size, and how it grows from one to the next.

use std::fmt;

use super::samples::{Samples, tenfold_factor};

/// What a measurement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds, shown as milliseconds.
    Time,
    /// Bytes, shown as MB.
    Bytes,
    /// So many a second.
    Rate,
    /// So many.
    Count,
}

/// One thing that was measured.
#[derive(Clone, Debug)]
struct Line {
    what: &'static str,
    unit: Unit,
    samples: Samples,
}

/// All that was measured at one size.
#[derive(Clone, Debug)]
pub struct Size {
    rows: u32,
    lines: Vec<Line>,
}

impl Size {
    /// Nothing was measured yet.
    pub fn new(rows: u32) -> Self {
        Self {
            rows,
            lines: Vec::new(),
        }
    }

    /// One more measurement. Things stand in the order in which they were measured first.
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

    /// How often each thing was measured.
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
    /// What was measured, and on what.
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
    /// Two columns a size: the figures, and how many times those of the size before.
    fn head(&self) -> Vec<String> {
        let mut cells = vec!["median (least … greatest)".to_owned()];
        for (at, size) in self.sizes.iter().enumerate() {
            cells.push(format!("{} rows", grouped(size.rows.into())));
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
                let figure = |value| shown(unit, value);
                format!(
                    "{} ({} … {})",
                    figure(spread.median),
                    figure(spread.least),
                    figure(spread.greatest)
                )
            }));
            let median = spread.map(|(_, spread)| spread.median);
            if at > 0 {
                let factor = before
                    .zip(median)
                    .and_then(|(one, two)| tenfold_factor(one, two));
                cells
                    .push(factor.map_or_else(String::new, |tenths| format!("× {}", tenth(tenths))));
            }
            before = median;
        }
        cells
    }
}

/// A figure with its unit.
pub fn shown(unit: Unit, value: u64) -> String {
    match unit {
        // Below this a tenth of a millisecond is more than noise.
        Unit::Time if value < 100_000 => format!("{} ms", tenth((value + 50) / 100)),
        Unit::Time => format!("{} ms", grouped((value + 500) / 1000)),
        // What travels; what is held is more.
        Unit::Bytes if value < 1_000_000 => format!("{} kB", tenth((value + 50) / 100)),
        Unit::Bytes => format!("{} MB", tenth((value + 50_000) / 100_000)),
        Unit::Rate => format!("{}/s", grouped(value)),
        Unit::Count => grouped(value),
    }
}

pub fn tenth(tenths: u64) -> String {
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}

/// 1234567 as 1,234,567.
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
    fn figures_are_shown_as_people_read_them() {
        assert_eq!(shown(Unit::Time, 16_649), "16.6 ms");
        assert_eq!(shown(Unit::Time, 99_999), "100.0 ms");
        assert_eq!(shown(Unit::Time, 1_234_500), "1,235 ms");
        assert_eq!(shown(Unit::Bytes, 12_340_000), "12.3 MB");
        assert_eq!(shown(Unit::Rate, 1_234_567), "1,234,567/s");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(100_000), "100,000");
    }

    #[test]
    fn each_size_is_compared_with_the_one_before() {
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
                "median (least … greatest) 1,000 rows 10,000 rows factor",
                "sort 2.0 ms (1.0 ms … 3.0 ms) 25.0 ms (25.0 ms … 25.0 ms) × 12.5",
                "group 400 ms (400 ms … 400 ms)",
            ]
        );
    }

    /// Without the room between the columns.
    fn plain(line: &str) -> String {
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
