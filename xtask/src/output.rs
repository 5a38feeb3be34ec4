//! Messages for the user on the terminal.

use std::{
    env, fmt,
    io::{IsTerminal as _, Write as _, stdout},
    time::{Duration, Instant},
};

/// Announces a job that takes a while; [`Job::done`] prints how long it took.
pub fn job(text: impl fmt::Display) -> Job {
    line(&text);
    Job {
        started: Instant::now(),
    }
}

/// Prints a line.
pub fn line(text: impl fmt::Display) {
    println!("{text}");
    // Flushed, because a pipe would otherwise hold the line back until long after the job that it announces.
    _ = stdout().flush();
}

/// Prints a line that stands out from the output of other programs.
pub fn heading(text: impl fmt::Display) {
    if supports_color() {
        line(format_args!("\n\x1b[1m{text}\x1b[0m"))
    } else {
        line(format_args!("\n{text}"))
    }
}

fn supports_color() -> bool {
    stdout().is_terminal() && env::var_os("NO_COLOR").is_none()
}

/// A job that takes a while.
#[derive(Debug)]
#[must_use]
pub struct Job {
    started: Instant,
}

impl Job {
    /// Prints that the job is done, and how long it took.
    pub fn done(self, text: impl fmt::Display) {
        line(format_args!("{text} ({})", Elapsed(self.started.elapsed())));
    }
}

/// Formats a duration for people: `0.8 s`, `42 s`, `3 min 05 s`.
#[derive(Clone, Copy, Debug)]
pub struct Elapsed(pub Duration);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0.as_secs() {
            0..10 => format!("{:.1} s", self.0.as_secs_f32()),
            seconds @ 10..60 => format!("{seconds} s"),
            seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
        };
        f.pad(&text)
    }
}

/// Formats a number with its thousands separated: `155 648`.
#[derive(Clone, Copy, Debug)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(' ');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        let text = |millis| Elapsed(Duration::from_millis(millis)).to_string();
        assert_eq!(
            [text(840), text(42_900), text(185_000)],
            ["0.8 s", "42 s", "3 min 05 s"]
        );
    }

    #[test]
    fn thousands_are_separated() {
        let text = |size| Bytes(size).to_string();
        assert_eq!(
            [text(7), text(1000), text(155_648), text(1_234_567)],
            ["7", "1 000", "155 648", "1 234 567"]
        );
    }
}
