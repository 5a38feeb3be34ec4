//! Draws the faults and disruptions of a movement from the seed.

use fastrand::Rng;

use super::{
    condition::Condition,
    disruption::{Credential, Disruption, SettingsChange},
    fault::Fault,
    movement_kind::MovementKind,
    options::Setting,
    plan::{Plan, PlannedFault, Press},
};

const HOUR: i64 = 3_600_000;

impl Plan {
    /// Draws all faults, disruptions and conditions.
    pub(super) fn draw(&mut self, setting: Setting, random: &mut Rng) {
        match random.u8(..20) {
            0..5 => {}
            5..10 => self.draw_disturbances(random),
            _ => {
                let condition = Condition::of_movement(setting, self.kind, random);
                self.conditions.push(condition);
                self.draw_condition(condition, setting, random);
                self.tries_again = random.u8(..4) == 0;
            }
        }
        if self.is_under(Condition::SlowPreflight) {
            for _ in 0..2 {
                let fault = Fault::for_preflight(random);
                self.late.push(once(self.kind.preflight_route(), fault));
            }
        }
        self.disruptions.sort_by_key(|(at, _)| *at);
    }

    fn draw_condition(&mut self, condition: Condition, setting: Setting, random: &mut Rng) {
        let route = self.kind.route();
        let without_response = |random: &mut Rng| once(route, Fault::without_response(random));
        match condition {
            Condition::ClockJump => {
                if random.u8(..10) < 7 {
                    self.late.push(without_response(random));
                }
                self.disruptions.push((
                    random.u64(50..2500),
                    Disruption::SetClock(clock_jump(random)),
                ));
                if random.bool() {
                    let corrected = (random.u64(2500..6000), Disruption::SetClock(0));
                    self.disruptions.push(corrected);
                }
            }
            Condition::Sleep => {
                // Usually while the request is stuck.
                if random.u8(..10) < 7 {
                    self.late.push(once(route, Fault::past_timeout(random)));
                }
                let hours = [0, 0, 1, 9, 60][random.usize(..5)];
                let sleep = Disruption::Sleep(random.u64(3000..6000), hours * HOUR);
                self.disruptions.push((random.u64(50..1500), sleep));
            }
            Condition::SlowJournal => {
                self.journal_ms = random.u64(1000..8000);
                if random.bool() {
                    self.late.push(without_response(random));
                }
                if random.u8(..3) == 0 {
                    let choices = [
                        Disruption::Reload,
                        Disruption::NewTab,
                        Disruption::KillBrowser,
                    ];
                    let disruption = choices[random.usize(..3)];
                    self.disruptions.push((random.u64(200..9000), disruption));
                }
            }
            Condition::KeyRotation => {
                self.late.push(without_response(random));
                self.disruptions
                    .push((random.u64(100..3500), Disruption::RotateKey));
            }
            Condition::ChangedSettings => {
                self.late.push(without_response(random));
                let changes = [
                    SettingsChange::Replay,
                    SettingsChange::TrailingSlash,
                    SettingsChange::FullAddress,
                ];
                // The replay setting matters most, so it gets half of the cases.
                let change = changes[random.usize(..4).saturating_sub(1)];
                let at = random.u64(100..3500);
                self.disruptions
                    .push((at, Disruption::ChangeSettings(change)));
            }
            Condition::Colleague => self.draw_colleague(random),
            Condition::Repeat => {
                let fault = Fault::repeat(random);
                self.late.push(once(route, fault));
                if random.u8(..4) == 0 {
                    self.disruptions
                        .push((random.u64(..2500), Disruption::Reload));
                }
            }
            Condition::WrongDecision => self.draw_wrong_decision(setting, random),
            _ => {}
        }
    }

    /// A colleague makes exactly the same movement before, during or after this one, which is carried out, lost or
    /// declined.
    fn draw_colleague(&mut self, random: &mut Rng) {
        let route = self.kind.route();
        match random.u8(..10) {
            0..3 => self.late.push(once(route, Fault::DropBefore)),
            3..5 => self.late.push(once(route, Fault::Declined)),
            5..8 => self.late.push(once(route, Fault::without_response(random))),
            _ => {}
        }
        for _ in 0..if random.u8(..5) == 0 { 2 } else { 1 } {
            let credential = credential(random);
            match random.u8(..6) {
                0 => self.before.push(credential),
                1 | 2 => self.colleague_at(random.u64(..300), credential),
                _ => self.colleague_at(random.u64(300..2500), credential),
            }
        }
        self.checks_entries = random.u8(..3) > 0;
    }

    /// Makes the portal ask for a decision, which the user gets wrong.
    fn draw_wrong_decision(&mut self, setting: Setting, random: &mut Rng) {
        self.decides_wrongly = true;
        self.checks_entries = random.u8(..3) == 0;
        let route = self.kind.route();
        if setting == Setting::Replay || self.kind == MovementKind::Allocate {
            // If keys are replayed, a retry settles it, unless the API key was replaced.
            self.late.push(once(route, Fault::without_response(random)));
            self.disruptions
                .push((random.u64(100..1500), Disruption::RotateKey));
        } else if random.u8(..3) == 0 {
            self.late.push(once(route, Fault::Declined));
        } else {
            self.late.push(once(route, Fault::without_response(random)));
        }
        if random.bool() {
            let credential = credential(random);
            self.colleague_at(random.u64(..2000), credential);
        } else {
            self.late.push(PlannedFault {
                route: self.kind.log_route(),
                fault: Fault::log_unavailable(),
                count: 1000,
            });
        }
    }

    fn colleague_at(&mut self, at: u64, credential: Credential) {
        let amount = self.amount;
        self.disruptions
            .push((at, Disruption::Colleague(amount, credential)));
    }

    /// Draws ordinary faults and disruptions.
    fn draw_disturbances(&mut self, random: &mut Rng) {
        self.tries_again = random.u8(..3) == 0;
        self.press = match random.u8(..10) {
            0 | 1 => Press::DoubleClick,
            2 => Press::EnterAndClick,
            3 => Press::ClickAndEnter,
            _ => Press::Click,
        };
        while self.is_undisturbed() {
            if random.u8(..10) < 6 {
                for _ in 0..random.u8(1..=2) {
                    let fault = Fault::for_movement(random);
                    self.late.push(once(self.kind.route(), fault));
                }
            }
            if random.u8(..10) < 4 {
                for _ in 0..random.u8(1..=2) {
                    let planned = PlannedFault {
                        route: random
                            .choice(self.kind.read_routes())
                            .copied()
                            .unwrap_or("*"),
                        fault: Fault::for_read(random),
                        count: random.u64(1..=3),
                    };
                    let is_early = random.u8(..3) == 0;
                    let list = if is_early {
                        &mut self.early
                    } else {
                        &mut self.late
                    };
                    list.push(planned);
                }
            }
            if random.u8(..10) < 5 {
                for _ in 0..if random.u8(..5) == 0 { 2 } else { 1 } {
                    // Most movements finish quickly, so half of the disruptions happen early.
                    let latest = if random.bool() { 250 } else { 3000 };
                    self.disruptions
                        .push((random.u64(..latest), Disruption::any(random)));
                }
            }
        }
    }
}

fn once(route: &'static str, fault: Fault) -> PlannedFault {
    PlannedFault {
        route,
        fault,
        count: 1,
    }
}

fn credential(random: &mut Rng) -> Credential {
    if random.bool() {
        Credential::Same
    } else {
        Credential::Other
    }
}

/// Draws how far the clock is changed: minutes, hours or days, in either direction.
fn clock_jump(random: &mut Rng) -> i64 {
    const MINUTE: i64 = 60_000;
    let size = match random.u8(..3) {
        0 => random.i64(1..55) * MINUTE,
        1 => random.i64(1..20) * HOUR,
        _ => random.i64(1..12) * 24 * HOUR,
    };
    if random.bool() { size } else { -size }
}
