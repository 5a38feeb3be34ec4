//! The plan of a movement, drawn from the seed.

use std::{fmt, time::Duration};

use fastrand::Rng;

use super::{
    condition::Condition,
    desk_scenario::DeskScenario,
    disruption::{Credential, Disruption},
    fault::Fault,
    movement_kind::MovementKind,
    options::Setting,
};

/// How the button that moves money is pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Press {
    /// A click.
    #[default]
    Click,
    /// Two clicks, as fast as possible.
    DoubleClick,
    /// Enter, immediately followed by a click.
    EnterAndClick,
    /// A click, immediately followed by Enter.
    ClickAndEnter,
}

/// A fault that affects the next requests on a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedFault {
    /// The route.
    pub route: &'static str,
    /// The fault.
    pub fault: Fault,
    /// The number of requests it affects.
    pub count: u64,
}

/// The plan of one movement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Its number in the storm.
    pub number: usize,
    /// The kind of movement.
    pub kind: MovementKind,
    /// The recipient, or the source of a revert.
    pub child: &'static str,
    /// Minutes, or credits.
    pub amount: u32,
    /// Unusual conditions on the desk and in this movement.
    pub conditions: Vec<Condition>,
    /// The scenario of the desk it is made on.
    pub scenario: DeskScenario,
    /// How it is confirmed.
    pub press: Press,
    /// Faults from the moment the form opens.
    pub early: Vec<PlannedFault>,
    /// Faults from the moment of the confirmation.
    pub late: Vec<PlannedFault>,
    /// Colleagues who make the same movement just before the confirmation.
    pub before: Vec<Credential>,
    /// Disruptions, with their time after the confirmation in milliseconds.
    pub disruptions: Vec<(u64, Disruption)>,
    /// How many milliseconds the journal takes to write.
    pub journal_ms: u64,
    /// Whether the user tries again if it wasn't completed.
    pub tries_again: bool,
    /// Whether the user decides wrongly when the portal asks.
    pub decides_wrongly: bool,
    /// Whether the user checks an entry that the portal found in the log.
    pub checks_entries: bool,
}

impl Plan {
    /// Creates the plan with this number. The same seed always gives the same plan.
    pub fn new(seed: u64, setting: Setting, number: usize) -> Self {
        let mixed = Rng::with_seed(seed).u64(..) ^ ((setting as u64 + 1) << 40) ^ number as u64;
        let random = &mut Rng::with_seed(mixed);
        let scenario = DeskScenario::of(seed, setting, number);
        let kind = match random.u8(..4) {
            0 | 1 => MovementKind::Transfer,
            2 => MovementKind::Revert,
            _ => MovementKind::Allocate,
        };
        let child = match kind {
            MovementKind::Allocate => "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80",
            MovementKind::Transfer | MovementKind::Revert => {
                random.choice(["4001", "4002"]).unwrap_or("4002")
            }
        };
        // Some amounts are equal, so that the log doesn't always distinguish them.
        let amount = match random.u8(..8) {
            0 => 20,
            _ => random.u32(1..400),
        };
        let mut plan = Self {
            number,
            kind,
            child,
            amount,
            conditions: scenario.conditions.clone(),
            scenario,
            ..Self::default()
        };
        plan.draw(setting, random);
        plan
    }

    /// Whether there are no faults and no disruptions.
    pub fn is_undisturbed(&self) -> bool {
        self.early.is_empty()
            && self.late.is_empty()
            && self.disruptions.is_empty()
            && self.before.is_empty()
            && self.journal_ms == 0
    }

    /// Whether a condition applies.
    pub fn is_under(&self, condition: Condition) -> bool {
        self.conditions.contains(&condition)
    }

    /// Returns how long the movement may take before it counts as unresolved.
    pub fn limit(&self) -> Duration {
        // A balance that the log doesn't explain keeps the portal waiting for two minutes: entries may be late, and
        // colleagues' movements explain nothing for certain.
        let has_colleague =
            |(_, disruption): &(u64, Disruption)| matches!(disruption, Disruption::Colleague(..));
        let is_unexplained = self.scenario.log_lag_ms > 0
            || !self.before.is_empty()
            || self.disruptions.iter().any(has_colleague);
        Duration::from_secs(if is_unexplained { 170 } else { 70 })
    }

    /// Returns the rate per minute, as the form fills it in.
    pub fn rate(&self) -> &'static str {
        self.scenario.rate(self.child)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.kind {
            MovementKind::Allocate => "credits",
            MovementKind::Transfer | MovementKind::Revert => "minutes",
        };
        write!(
            f,
            "{} {} {unit}, {}, {:?}",
            self.kind.name(),
            self.amount,
            self.child,
            self.press
        )?;
        for condition in &self.conditions {
            write!(f, "; {condition}")?;
        }
        if self.scenario.server_clock_ms != 0 {
            write!(f, "; service's clock {} ms", self.scenario.server_clock_ms)?;
        }
        if self.scenario.page_clock_ms != 0 {
            write!(f, "; page's clock {} ms", self.scenario.page_clock_ms)?;
        }
        if self.scenario.log_lag_ms != 0 {
            write!(f, "; log lags {} ms", self.scenario.log_lag_ms)?;
        }
        if self.scenario.log_skew_ms != 0 {
            write!(f, "; log skews {} ms", self.scenario.log_skew_ms)?;
        }
        for (when, list) in [("early", &self.early), ("late", &self.late)] {
            for planned in list {
                write!(
                    f,
                    "; {when} {} x{} on {}",
                    planned.fault, planned.count, planned.route
                )?;
            }
        }
        for credential in &self.before {
            write!(f, "; colleague before ({credential:?})")?;
        }
        if self.journal_ms > 0 {
            write!(f, "; journal takes {} ms", self.journal_ms)?;
        }
        for (at, disruption) in &self.disruptions {
            write!(f, "; {disruption:?} at {at} ms")?;
        }
        for (is, what) in [
            (self.tries_again, "tries again"),
            (self.decides_wrongly, "decides wrongly"),
            (self.checks_entries, "checks entries"),
        ] {
            if is {
                write!(f, "; {what}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_plans() {
        for number in 0..50 {
            let plan = Plan::new(7, Setting::Ignore, number);
            assert_eq!(plan, Plan::new(7, Setting::Ignore, number));
            assert_ne!(
                plan.to_string(),
                Plan::new(8, Setting::Ignore, number).to_string()
            );
        }
        // A seed that once found something must keep finding it.
        assert_eq!(
            Plan::new(1, Setting::Replay, 2).to_string(),
            "transfer 137 minutes, 4002, Click; lagging-log; slow-journal; log lags 6453 ms; late drop after x1 on \
             POST /api/v1/reseller/credits/transfer; journal takes 1300 ms"
        );
    }

    #[test]
    fn about_a_quarter_are_undisturbed() {
        let undisturbed = (0..1000)
            .filter(|number| Plan::new(3, Setting::Replay, *number).is_undisturbed())
            .count();
        assert!((150..300).contains(&undisturbed), "{undisturbed}");
    }
}
