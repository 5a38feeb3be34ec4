//! The real-world conditions a storm covers, by name.

use std::fmt;

use clap::ValueEnum;
use fastrand::Rng;

use super::{kind::Kind, options::Setting};

/// What is out of the ordinary, besides faults and disruptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Condition {
    // Of a desk: they hold for every movement on it. `is_of_desk` counts on their place.
    /// The clocks of the computer and the service differ, by minutes to days.
    ClockOff,
    /// Entries appear in the log late: before, or after, the service is said to have settled.
    LaggingLog,
    /// The log is sorted by times that are off.
    SkewedLog,
    /// The log's ids are in no order, and it has no notes.
    BareLog,
    /// The service rounds to cents, at rates with three decimals.
    Rounding,
    /// The APIs are on another origin, and their preflights are slow.
    SlowPreflight,
    /// Idempotency keys are known within one API key only.
    KeyScope,
    // Of one movement.
    /// The computer's clock is set while the request is under way.
    ClockJump,
    /// The computer sleeps while the request is under way.
    Sleep,
    /// The journal takes seconds to write.
    SlowJournal,
    /// The API key is replaced while it is not known what became of the request.
    KeyRotation,
    /// The configuration changes between a crash and the next opening.
    ChangedSettings,
    /// A colleague makes the same movement at the same time.
    Colleague,
    /// A proxy repeats the request.
    Repeat,
    /// The person decides wrongly where the portal asks.
    WrongDecision,
}

impl Condition {
    /// The conditions of a desk: none, one or two.
    pub fn of_desk(random: &mut Rng) -> Vec<Self> {
        let count = [0, 1, 1, 1, 2][random.usize(..5)];
        let possible = Self::all().filter(|one| one.is_of_desk());
        let mut drawn = random.choose_multiple(possible, count);
        drawn.sort_unstable();
        drawn
    }

    /// A condition of one movement.
    pub fn of_movement(setting: Setting, kind: Kind, random: &mut Rng) -> Self {
        // A service that heeds the key of a repeated request moves nothing: that is no news.
        let can_repeat = setting == Setting::Ignore && kind != Kind::Allocate;
        let is_possible = |one: &Self| !one.is_of_desk() && (can_repeat || *one != Self::Repeat);
        let possible: Vec<_> = Self::all().filter(is_possible).collect();
        random.choice(possible).unwrap_or(Self::Sleep)
    }

    /// Whether it holds for all movements on a desk.
    fn is_of_desk(self) -> bool {
        self <= Self::KeyScope
    }

    fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_takes_the_printed_names() {
        assert_eq!(Condition::ClockOff.to_string(), "clock-off");
        for condition in Condition::all() {
            assert_eq!(
                Condition::from_str(&condition.to_string(), false),
                Ok(condition)
            );
        }
    }

    #[test]
    fn only_a_service_that_ignores_keys_is_sent_repeats() {
        let random = &mut Rng::with_seed(1);
        let drawn: Vec<_> = (0..200)
            .map(|_| Condition::of_movement(Setting::Replay, Kind::Transfer, random))
            .collect();
        assert!(!drawn.contains(&Condition::Repeat));
    }
}
