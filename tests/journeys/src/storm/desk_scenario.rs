//! What applies to every movement on a desk: how the service keeps its log, clocks and keys, and how the portal reaches
//! it.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{
    condition::Condition,
    options::{SETTLES_AFTER_SECONDS, Setting},
};

/// How many consecutive movements are made on one desk.
pub const MOVEMENTS_PER_DESK: usize = 6;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The conditions under which all movements of a desk are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskScenario {
    /// Unusual conditions.
    pub conditions: Vec<Condition>,
    /// How far the service's clock is ahead of this machine's, in milliseconds.
    pub server_clock_ms: i64,
    /// How far the browser's wall clock is ahead of this machine's, in milliseconds.
    pub page_clock_ms: i64,
    /// Whether responses have no `Date`.
    pub omits_date: bool,
    /// Whether a page of another origin may read `Date`.
    pub exposes_date: bool,
    /// How late entries appear in the log, in milliseconds.
    pub log_lag_ms: u64,
    /// How far the log's times are off, in milliseconds.
    pub log_skew_ms: u64,
    /// The kind of notes in the log.
    pub notes: &'static str,
}

impl DeskScenario {
    /// Returns the scenario of the desk on which this movement is made.
    pub fn of(seed: u64, setting: Setting, number: usize) -> Self {
        let desk = (number / MOVEMENTS_PER_DESK) as u64;
        let mixed = Rng::with_seed(!seed).u64(..) ^ ((setting as u64 + 1) << 40) ^ desk;
        let random = &mut Rng::with_seed(mixed);
        let mut drawn = Self {
            conditions: Condition::of_desk(random),
            notes: "plain",
            ..Self::default()
        };
        if drawn.is(Condition::ClockOff) {
            let off = clock_offset(random);
            // Either clock can be the right one.
            if random.bool() {
                drawn.server_clock_ms = off;
            } else {
                drawn.page_clock_ms = off;
            }
            drawn.omits_date = random.u8(..5) == 0;
        }
        if drawn.is(Condition::LaggingLog) {
            let settles = SETTLES_AFTER_SECONDS * 1000;
            drawn.log_lag_ms = if random.bool() {
                random.u64(500..settles - 1000)
            } else {
                random.u64(settles + 500..settles + 4000)
            };
        }
        if drawn.is(Condition::SkewedLog) {
            drawn.log_skew_ms = random.u64(1000..25_000);
        }
        if drawn.is(Condition::BareLog) {
            drawn.notes = if random.bool() { "none" } else { "empty" };
        }
        if drawn.is(Condition::SlowPreflight) {
            drawn.exposes_date = random.bool();
        }
        drawn
    }

    /// Whether a condition applies.
    pub fn is(&self, condition: Condition) -> bool {
        self.conditions.contains(&condition)
    }

    /// Whether entries appear in the log after the configured settling time.
    pub fn is_log_late(&self) -> bool {
        self.log_lag_ms > SETTLES_AFTER_SECONDS * 1000
    }

    /// Whether the portal can learn the time from the host that serves it.
    pub fn sends_date(&self) -> bool {
        !self.omits_date
    }

    /// Returns the sandbox's settings.
    pub fn settings(&self) -> Value {
        let choose = |condition, yes, no| if condition { yes } else { no };
        json!({
            "clock_offset_ms": self.server_clock_ms,
            "date_header": choose(self.omits_date, "omit", "send"),
            "expose_date": self.exposes_date,
            "log_lag_ms": self.log_lag_ms,
            "log_skew_ms": self.log_skew_ms,
            "log_ids": choose(self.is(Condition::BareLog), "scattered", "growing"),
            "notes": self.notes,
            "rounding": choose(self.is(Condition::Rounding), "cents", "exact"),
            "organizations_key_scope": choose(self.is(Condition::KeyScope), "api-key", "organization"),
        })
    }

    /// Returns a child's rate per minute, as in the service's list.
    pub fn rate(&self, child: &str) -> &'static str {
        match (child, self.is(Condition::Rounding)) {
            ("4001", false) => "0.09",
            ("4001", true) => "0.333",
            (_, false) => "0.2",
            (_, true) => "0.125",
        }
    }

    /// Returns where the portal finds the APIs of a sandbox at `address`: on another origin if preflights should
    /// happen.
    pub fn base_urls(&self, address: &str) -> Value {
        let host = if self.is(Condition::SlowPreflight) {
            address.replace("127.0.0.1", "localhost")
        } else {
            String::new()
        };
        let root = if host.is_empty() { "/" } else { &host };
        json!({
            "reseller_api": { "base_url": format!("{host}/api/v1") },
            "organizations_api": { "base_url": root },
        })
    }
}

/// Draws how far a clock is off: minutes, hours or days, in either direction; sometimes too little to be noticed.
fn clock_offset(random: &mut Rng) -> i64 {
    let size = match random.u8(..5) {
        0 => random.i64(30..95) * SECOND,
        1 | 2 => random.i64(3..55) * MINUTE,
        3 => random.i64(1..20) * HOUR,
        _ => random.i64(1..12) * DAY,
    };
    if random.bool() { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_has_the_same_scenario_for_all_its_movements() {
        for number in 0..MOVEMENTS_PER_DESK {
            assert_eq!(
                DeskScenario::of(7, Setting::Ignore, number),
                DeskScenario::of(7, Setting::Ignore, 0)
            );
        }
    }

    #[test]
    fn every_condition_of_a_desk_occurs() {
        let drawn: Vec<_> = (0..60)
            .map(|desk| DeskScenario::of(1, Setting::Replay, desk * MOVEMENTS_PER_DESK))
            .collect();
        assert!(drawn.iter().any(DeskScenario::is_log_late));
        assert!(drawn.iter().any(|it| it.server_clock_ms < 0));
        assert!(drawn.iter().any(|it| it.page_clock_ms > 0));
        assert!(drawn.iter().any(|it| it.conditions.is_empty()));
        assert!(drawn.iter().any(|it| it.is(Condition::SlowPreflight)));
    }

    #[test]
    fn another_origin_is_another_name_of_this_machine() {
        let scenario = DeskScenario {
            conditions: vec![Condition::SlowPreflight],
            ..DeskScenario::default()
        };
        let urls = scenario.base_urls("http://127.0.0.1:9");
        assert_eq!(
            urls["reseller_api"]["base_url"],
            "http://localhost:9/api/v1"
        );
        let urls = DeskScenario::default().base_urls("http://127.0.0.1:9");
        assert_eq!(urls["organizations_api"]["base_url"], "/");
    }
}
