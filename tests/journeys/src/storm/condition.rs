//! The real-world conditions a storm covers, by name.

use std::fmt;

use clap::ValueEnum;
use fastrand::Rng;

use super::{kind::Kind, options::Setting};

/// What is out of the ordinary, besides faults and disruptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Condition {
    // Of a desk: they hold for every movement on it.
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

use Condition::*;

/// The conditions a desk can be under.
const OF_DESK: [Condition; 7] = [
    ClockOff,
    LaggingLog,
    SkewedLog,
    BareLog,
    Rounding,
    SlowPreflight,
    KeyScope,
];

/// The conditions a movement can be under.
const OF_MOVEMENT: [Condition; 8] = [
    ClockJump,
    Sleep,
    SlowJournal,
    KeyRotation,
    ChangedSettings,
    Colleague,
    Repeat,
    WrongDecision,
];

impl Condition {
    /// The conditions of a desk: none, one or two.
    pub fn of_desk(random: &mut Rng) -> Vec<Self> {
        let count = [0, 1, 1, 1, 2][random.usize(..5)];
        let mut drawn = random.choose_multiple(OF_DESK, count);
        drawn.sort_unstable();
        drawn
    }

    /// A condition of one movement.
    pub fn of_movement(setting: Setting, kind: Kind, random: &mut Rng) -> Self {
        // A service that heeds the key of a repeated request moves nothing: that is no news.
        let can_repeat = setting == Setting::Ignore && kind != Kind::Allocate;
        let possible: Vec<_> = OF_MOVEMENT
            .into_iter()
            .filter(|one| can_repeat || *one != Repeat)
            .collect();
        random.choice(possible).unwrap_or(Sleep)
    }

    /// Its name, as `--condition` takes it.
    pub fn name(self) -> &'static str {
        match self {
            ClockOff => "clock-off",
            LaggingLog => "lagging-log",
            SkewedLog => "skewed-log",
            BareLog => "bare-log",
            Rounding => "rounding",
            SlowPreflight => "slow-preflight",
            KeyScope => "key-scope",
            ClockJump => "clock-jump",
            Sleep => "sleep",
            SlowJournal => "slow-journal",
            KeyRotation => "key-rotation",
            ChangedSettings => "changed-settings",
            Colleague => "colleague",
            Repeat => "repeat",
            WrongDecision => "wrong-decision",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_takes_the_printed_names() {
        for condition in OF_DESK.into_iter().chain(OF_MOVEMENT) {
            assert_eq!(Condition::from_str(condition.name(), false), Ok(condition));
        }
    }

    #[test]
    fn only_a_service_that_ignores_keys_is_sent_repeats() {
        let random = &mut Rng::with_seed(1);
        let drawn: Vec<_> = (0..200)
            .map(|_| Condition::of_movement(Setting::Replay, Kind::Transfer, random))
            .collect();
        assert!(!drawn.contains(&Repeat));
    }
}
