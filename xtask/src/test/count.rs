//! Counts tests, by parsing the output of test programs.

use std::fmt;

/// The counts of a suite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Tests that were ignored, or suites that did not run.
    pub skipped: u32,
    /// Journeys that the engine cannot run, which libtest counts as passed; see [`Count::settled`].
    pub left_out: u32,
}

impl Count {
    /// Adds what a line of output reports: the summary of a test program, or a journey that was left out.
    pub fn add_line(&mut self, line: &str) {
        if let Some(count) = summary(line) {
            *self += count;
        }
        if line.contains("left out in ") && !line.contains("partly left out in ") {
            self.left_out += 1;
        }
    }

    /// Counts the journeys that were left out as skipped instead of passed.
    pub fn settled(self) -> Self {
        Self {
            passed: self.passed.saturating_sub(self.left_out),
            failed: self.failed,
            skipped: self.skipped + self.left_out,
            left_out: 0,
        }
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.left_out += other.left_out;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// Parses `test result: ok. 3 passed; 0 failed; 1 ignored; …`, which libtest and wasm-bindgen's runner both print.
fn summary(line: &str) -> Option<Count> {
    let plain = without_color(line);
    let (_, rest) = plain.split_once("test result: ")?;
    let (_, numbers) = rest.split_once(". ")?;
    let mut count = Count::default();
    for part in numbers.split(';') {
        let mut words = part.split_whitespace();
        let (Some(number), Some(word)) = (words.next(), words.next()) else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        match word {
            "passed" => count.passed = number,
            "failed" => count.failed = number,
            "ignored" => count.skipped = number,
            _ => {}
        }
    }
    Some(count)
}

fn without_color(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\x1b') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtests_summary_is_parsed() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.24s";
        assert_eq!(
            summary(line),
            Some(Count {
                passed: 12,
                failed: 2,
                skipped: 1,
                ..Count::default()
            })
        );
    }

    #[test]
    fn the_browser_runners_summary_is_parsed() {
        let line =
            "test result: ok. 4 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.61s";
        assert_eq!(
            summary(line),
            Some(Count {
                passed: 4,
                failed: 0,
                skipped: 0,
                ..Count::default()
            })
        );
    }

    #[test]
    fn colors_are_ignored() {
        let line = "test result: \x1b[32mok\x1b[m. 1 passed; 0 failed; 0 ignored";
        assert_eq!(
            summary(line),
            Some(Count {
                passed: 1,
                failed: 0,
                skipped: 0,
                ..Count::default()
            })
        );
    }

    #[test]
    fn other_lines_are_not_counted() {
        for line in [
            "running 3 tests",
            "test result::tests::reads ... ok",
            "2 passed; 1 failed",
        ] {
            assert_eq!(summary(line), None, "{line}");
        }
    }

    #[test]
    fn counts_add_up() {
        let mut count = Count::default();
        count.add_line("test result: ok. 2 passed; 0 failed; 0 ignored");
        count.add_line("noise");
        count.add_line("test result: FAILED. 1 passed; 1 failed; 3 ignored");
        assert_eq!(count.to_string(), "3 passed, 1 failed, 3 skipped");
    }

    #[test]
    fn journeys_that_were_left_out_count_as_skipped() {
        let mut count = Count::default();
        count.add_line("left out in webkit: bench.a: counts DOM nodes");
        count.add_line("partly left out in webkit: forced colors: it has none");
        count.add_line("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured");
        assert_eq!(count.settled().to_string(), "2 passed, 0 failed, 2 skipped");
    }
}
