//! The end of a run: a line for each ring, then the sum.

use std::{fmt, time::Duration};

use super::count::Count;
use crate::say::{self, Took};

/// How one ring went, or one engine in the last one.
#[derive(Clone, Debug)]
pub struct Row {
    /// What ran.
    pub name: String,
    /// What came out.
    pub count: Count,
    /// How long it took; none, if it did not run.
    pub took: Option<Duration>,
}

impl Row {
    /// One that ran.
    pub fn new(name: &str, count: Count, took: Duration) -> Self {
        Self {
            name: name.to_owned(),
            count,
            took: Some(took),
        }
    }

    /// A ring that was left out because an earlier one failed. It counts as one skipped: how many tests it holds is not known.
    pub fn not_run(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            count: Count {
                skipped: 1,
                ..Count::default()
            },
            took: None,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.count)?;
        match self.took {
            Some(took) => write!(f, " ({})", Took(took)),
            None => Ok(()),
        }
    }
}

/// Prints it; the sum is the very last line, alone.
pub fn print(rows: &[Row]) {
    say::line("");
    for line in lines(rows) {
        say::line(line);
    }
}

fn lines(rows: &[Row]) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<17} {:>7} {:>7} {:>8} {:>13}",
        "ring", "passed", "failed", "skipped", "time"
    )];
    let mut sum = Count::default();
    for Row { name, count, took } in rows {
        let time = took.map_or_else(|| "not run".to_owned(), |took| Took(took).to_string());
        lines.push(format!(
            "{:<17} {:>7} {:>7} {:>8} {time:>13}",
            name, count.passed, count.failed, count.skipped
        ));
        sum += *count;
    }
    lines.push(sum.to_string());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_sum_alone() {
        let count = |passed, failed| Count {
            passed,
            failed,
            ..Count::default()
        };
        let rows = [
            Row::new("fmt", count(1, 0), Duration::from_millis(400)),
            Row::new("native", count(80, 2), Duration::from_secs(61)),
            Row::not_run("journeys"),
        ];
        let lines = lines(&rows);
        assert_eq!(lines.last().unwrap(), "81 passed, 2 failed, 1 skipped");
        assert!(lines[3].contains("not run"), "{lines:?}");
    }
}
