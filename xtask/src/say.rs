//! Lines for the person who waits.

use std::{
    env, fmt,
    io::{IsTerminal as _, Write as _, stdout},
    time::{Duration, Instant},
};

/// Says that a job has begun; [`Job::done`] adds how long it took.
pub fn job(text: impl fmt::Display) -> Job {
    line(&text);
    Job {
        begun: Instant::now(),
    }
}

/// Says one thing.
pub fn line(text: impl fmt::Display) {
    println!("{text}");
    // A pipe would hold the line back until long after the job it announces.
    _ = stdout().flush();
}

/// Says one thing that should stand out between the output of other programs.
pub fn heading(text: impl fmt::Display) {
    if colours() {
        line(format_args!("\n\x1b[1m{text}\x1b[0m"))
    } else {
        line(format_args!("\n{text}"))
    }
}

fn colours() -> bool {
    stdout().is_terminal() && env::var_os("NO_COLOR").is_none()
}

/// Something that takes a while.
#[derive(Debug)]
#[must_use]
pub struct Job {
    begun: Instant,
}

impl Job {
    /// Says that it is over.
    pub fn done(self, text: impl fmt::Display) {
        line(format_args!("{text} ({})", Took(self.begun.elapsed())));
    }
}

/// A duration as a person says it: `0.8 s`, `42 s`, `3 min 05 s`.
#[derive(Clone, Copy, Debug)]
pub struct Took(pub Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0.as_secs() {
            0..10 => format!("{:.1} s", self.0.as_secs_f32()),
            seconds @ 10..60 => format!("{seconds} s"),
            seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
        };
        f.pad(&text)
    }
}

/// A size with its thousands apart: `155 648`.
#[derive(Clone, Copy, Debug)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
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
    fn durations_read_well() {
        let shown = |millis| Took(Duration::from_millis(millis)).to_string();
        assert_eq!(
            [shown(840), shown(42_900), shown(185_000)],
            ["0.8 s", "42 s", "3 min 05 s"]
        );
    }

    #[test]
    fn sizes_are_grouped() {
        let shown = |size| Bytes(size).to_string();
        assert_eq!(
            [shown(7), shown(1000), shown(155_648), shown(1_234_567)],
            ["7", "1 000", "155 648", "1 234 567"]
        );
    }
}
