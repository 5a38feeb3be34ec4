//! Draws from the seed what goes wrong in a movement.

use fastrand::Rng;

use super::{
    condition::Condition,
    kind::Kind,
    options::Setting,
    plan::{Armed, Plan, Press},
    trouble::Trouble,
    upset::{Change, Credential, Upset},
};

const HOUR: i64 = 3_600_000;

impl Plan {
    /// Draws everything that goes wrong.
    pub(super) fn draw(&mut self, setting: Setting, random: &mut Rng) {
        match random.u8(..20) {
            0..5 => {}
            5..10 => self.draw_disturbances(random),
            _ => {
                let condition = Condition::of_movement(setting, self.kind, random);
                self.conditions.push(condition);
                self.draw_condition(condition, setting, random);
                self.insists = random.u8(..4) == 0;
            }
        }
        if self.is_under(Condition::SlowPreflight) {
            for _ in 0..2 {
                let trouble = Trouble::of_preflight(random);
                self.late.push(once(self.kind.preflight(), trouble));
            }
        }
        self.upsets.sort_by_key(|(at, _)| *at);
    }

    fn draw_condition(&mut self, condition: Condition, setting: Setting, random: &mut Rng) {
        let route = self.kind.route();
        let unanswered = |random: &mut Rng| once(route, Trouble::unanswered(random));
        match condition {
            Condition::ClockJump => {
                if random.u8(..10) < 7 {
                    self.late.push(unanswered(random));
                }
                self.upsets
                    .push((random.u64(50..2500), Upset::SetClock(clock_jump(random))));
                if random.bool() {
                    let corrected = (random.u64(2500..6000), Upset::SetClock(0));
                    self.upsets.push(corrected);
                }
            }
            Condition::Sleep => {
                // Usually while the request is stuck.
                if random.u8(..10) < 7 {
                    self.late.push(once(route, Trouble::stuck(random)));
                }
                let hours = [0, 0, 1, 9, 60][random.usize(..5)];
                let sleep = Upset::Sleep(random.u64(3000..6000), hours * HOUR);
                self.upsets.push((random.u64(50..1500), sleep));
            }
            Condition::SlowJournal => {
                self.journal_ms = random.u64(1000..8000);
                if random.bool() {
                    self.late.push(unanswered(random));
                }
                if random.u8(..3) == 0 {
                    let upset = [Upset::Reload, Upset::NewTab, Upset::KillBrowser];
                    let upset = upset[random.usize(..3)];
                    self.upsets.push((random.u64(200..9000), upset));
                }
            }
            Condition::KeyRotation => {
                self.late.push(unanswered(random));
                self.upsets.push((random.u64(100..3500), Upset::RotateKey));
            }
            Condition::ChangedSettings => {
                self.late.push(unanswered(random));
                let changes = [Change::Replay, Change::TrailingSlash, Change::FullAddress];
                // The replay setting matters most, so it gets half of the cases.
                let change = changes[random.usize(..4).saturating_sub(1)];
                let at = random.u64(100..3500);
                self.upsets.push((at, Upset::ChangeSettings(change)));
            }
            Condition::Colleague => self.draw_colleague(random),
            Condition::Repeat => {
                let trouble = Trouble::repeat(random);
                self.late.push(once(route, trouble));
                if random.u8(..4) == 0 {
                    self.upsets.push((random.u64(..2500), Upset::Reload));
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
            0..3 => self.late.push(once(route, Trouble::DropBefore)),
            3..5 => self.late.push(once(route, Trouble::Declined)),
            5..8 => self.late.push(once(route, Trouble::unanswered(random))),
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

    /// Creates something to decide, on which the user decides wrongly.
    fn draw_wrong_decision(&mut self, setting: Setting, random: &mut Rng) {
        self.decides_wrongly = true;
        self.checks_entries = random.u8(..3) == 0;
        let route = self.kind.route();
        if setting == Setting::Replay || self.kind == Kind::Allocate {
            // If keys are replayed, a retry settles it, unless the API key was replaced.
            self.late.push(once(route, Trouble::unanswered(random)));
            self.upsets.push((random.u64(100..1500), Upset::RotateKey));
        } else if random.u8(..3) == 0 {
            self.late.push(once(route, Trouble::Declined));
        } else {
            self.late.push(once(route, Trouble::unanswered(random)));
        }
        if random.bool() {
            let credential = credential(random);
            self.colleague_at(random.u64(..2000), credential);
        } else {
            self.late.push(Armed {
                route: self.kind.log(),
                trouble: Trouble::unreadable(),
                count: 1000,
            });
        }
    }

    fn colleague_at(&mut self, at: u64, credential: Credential) {
        let amount = self.amount;
        self.upsets.push((at, Upset::Colleague(amount, credential)));
    }

    /// Draws ordinary faults and disruptions.
    fn draw_disturbances(&mut self, random: &mut Rng) {
        self.insists = random.u8(..3) == 0;
        self.press = match random.u8(..10) {
            0 | 1 => Press::DoubleClick,
            2 => Press::EnterAndClick,
            3 => Press::ClickAndEnter,
            _ => Press::Click,
        };
        while self.is_calm() {
            if random.u8(..10) < 6 {
                for _ in 0..random.u8(1..=2) {
                    let trouble = Trouble::of_movement(random);
                    self.late.push(once(self.kind.route(), trouble));
                }
            }
            if random.u8(..10) < 4 {
                for _ in 0..random.u8(1..=2) {
                    let armed = Armed {
                        route: random.choice(self.kind.readings()).copied().unwrap_or("*"),
                        trouble: Trouble::of_reading(random),
                        count: random.u64(1..=3),
                    };
                    let is_early = random.u8(..3) == 0;
                    let list = if is_early {
                        &mut self.early
                    } else {
                        &mut self.late
                    };
                    list.push(armed);
                }
            }
            if random.u8(..10) < 5 {
                for _ in 0..if random.u8(..5) == 0 { 2 } else { 1 } {
                    // Most movements finish quickly, so half of the disruptions happen early.
                    let latest = if random.bool() { 250 } else { 3000 };
                    self.upsets.push((random.u64(..latest), Upset::any(random)));
                }
            }
        }
    }
}

fn once(route: &'static str, trouble: Trouble) -> Armed {
    Armed {
        route,
        trouble,
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
