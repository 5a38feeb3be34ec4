//! The summary at the end of a run: a line for each suite, then the total.

use std::{fmt, time::Duration};

use super::count::Count;
use crate::output::{self, Elapsed};

/// The result of a suite, or of one engine in the last suite.
#[derive(Clone, Debug)]
pub struct Row {
    /// The suite, and the engine if there is one.
    pub name: String,
    /// The test counts.
    pub count: Count,
    /// How long it took; `None` if it did not run.
    pub elapsed: Option<Duration>,
}

impl Row {
    /// Creates the row of a suite that ran.
    pub fn new(name: &str, count: Count, elapsed: Duration) -> Self {
        Self {
            name: name.to_owned(),
            count,
            elapsed: Some(elapsed),
        }
    }

    /// Creates the row of a suite that did not run because an earlier one failed. It counts as one skipped test,
    /// because its number of tests is unknown.
    pub fn not_run(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            count: Count {
                skipped: 1,
                ..Count::default()
            },
            elapsed: None,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.count)?;
        match self.elapsed {
            Some(elapsed) => write!(f, " ({})", Elapsed(elapsed)),
            None => Ok(()),
        }
    }
}

/// Prints the table; the last line contains only the total.
pub fn print(rows: &[Row]) {
    output::line("");
    for line in lines(rows) {
        output::line(line);
    }
}

fn lines(rows: &[Row]) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<17} {:>7} {:>7} {:>8} {:>13}",
        "suite", "passed", "failed", "skipped", "time"
    )];
    let mut sum = Count::default();
    for Row {
        name,
        count,
        elapsed,
    } in rows
    {
        let time = elapsed.map_or_else(
            || "not run".to_owned(),
            |elapsed| Elapsed(elapsed).to_string(),
        );
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
    fn the_last_line_is_the_total() {
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
