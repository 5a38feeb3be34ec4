//! The real-world conditions that a storm covers, by name.

use std::fmt;

use clap::ValueEnum;
use fastrand::Rng;

use super::{movement_kind::MovementKind, options::Setting};

/// An unusual condition, apart from faults and disruptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Condition {
    // Conditions of a desk, which apply to every movement on it. `is_of_desk` relies on the order.
    /// The clocks of the computer and the service differ, by minutes to days.
    ClockOff,
    /// Entries appear in the log late: before or after the configured settling time of the service.
    LaggingLog,
    /// The log is sorted by inaccurate times.
    SkewedLog,
    /// The log's ids are in no order, and it has no notes.
    BareLog,
    /// The service rounds to cents, at rates with three decimals.
    Rounding,
    /// The APIs are on another origin, and their preflights are slow.
    SlowPreflight,
    /// Idempotency keys are recognized only for the same API key.
    KeyScope,
    // Conditions of one movement.
    /// The computer's clock is changed while the request is in progress.
    ClockJump,
    /// The computer sleeps while the request is in progress.
    Sleep,
    /// Writing the journal takes seconds.
    SlowJournal,
    /// The API key is replaced while the outcome of the request is unknown.
    KeyRotation,
    /// The configuration changes between a crash and the next time the portal is opened.
    ChangedSettings,
    /// A colleague makes the same movement at the same time.
    Colleague,
    /// A proxy repeats the request.
    Repeat,
    /// The user decides wrongly when the portal asks.
    WrongDecision,
}

impl Condition {
    /// Draws the conditions of a desk: none, one or two.
    pub fn of_desk(random: &mut Rng) -> Vec<Self> {
        let count = [0, 1, 1, 1, 2][random.usize(..5)];
        let possible = Self::all().filter(|condition| condition.is_of_desk());
        let mut drawn = random.choose_multiple(possible, count);
        drawn.sort_unstable();
        drawn
    }

    /// Draws a condition of one movement.
    pub fn of_movement(setting: Setting, kind: MovementKind, random: &mut Rng) -> Self {
        // If the service honors the key of a repeated request, nothing moves and there is nothing to test.
        let can_repeat = setting == Setting::Ignore && kind != MovementKind::Allocate;
        let is_possible = |condition: &Self| {
            !condition.is_of_desk() && (can_repeat || *condition != Self::Repeat)
        };
        let possible: Vec<_> = Self::all().filter(is_possible).collect();
        random.choice(possible).unwrap_or(Self::Sleep)
    }

    /// Whether it applies to all movements on a desk.
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
    fn repeats_are_drawn_only_if_the_service_ignores_keys() {
        let random = &mut Rng::with_seed(1);
        let drawn: Vec<_> = (0..200)
            .map(|_| Condition::of_movement(Setting::Replay, MovementKind::Transfer, random))
            .collect();
        assert!(!drawn.contains(&Condition::Repeat));
    }
}
