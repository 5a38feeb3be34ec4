//! The end of a run: a line for each ring, then the sum.

use std::time::Duration;

use super::count::Count;
use crate::{
    flags::Ring,
    say::{self, Took},
};

/// How one ring went.
#[derive(Clone, Debug)]
pub struct Row {
    /// The ring.
    pub ring: Ring,
    /// What came out.
    pub count: Count,
    /// How long it took; none, if it did not run.
    pub took: Option<Duration>,
}

impl Row {
    /// A ring that was left out because an earlier one failed. It counts as one skipped: how many tests it holds is not known.
    pub fn not_run(ring: Ring) -> Self {
        Self {
            ring,
            count: Count {
                skipped: 1,
                ..Count::default()
            },
            took: None,
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
        "{:<9} {:>7} {:>7} {:>8} {:>13}",
        "ring", "passed", "failed", "skipped", "time"
    )];
    let mut sum = Count::default();
    for Row { ring, count, took } in rows {
        let time = took.map_or_else(|| "not run".to_owned(), |took| Took(took).to_string());
        lines.push(format!(
            "{:<9} {:>7} {:>7} {:>8} {time:>13}",
            ring.name(),
            count.passed,
            count.failed,
            count.skipped
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
            skipped: 0,
        };
        let rows = [
            Row {
                ring: Ring::Fmt,
                count: count(1, 0),
                took: Some(Duration::from_millis(400)),
            },
            Row {
                ring: Ring::Native,
                count: count(80, 2),
                took: Some(Duration::from_secs(61)),
            },
            Row::not_run(Ring::Journeys),
        ];
        let lines = lines(&rows);
        assert_eq!(lines.last().unwrap(), "81 passed, 2 failed, 1 skipped");
        assert!(lines[3].contains("not run"), "{lines:?}");
    }
}
