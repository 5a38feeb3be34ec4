//! Draws what goes wrong in a movement from the seed.

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
            5..10 => self.disturb(random),
            _ => {
                let condition = Condition::of_movement(setting, self.kind, random);
                self.conditions.push(condition);
                self.put_under(condition, setting, random);
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

    fn put_under(&mut self, condition: Condition, setting: Setting, random: &mut Rng) {
        let route = self.kind.route();
        let unanswered = |random: &mut Rng| once(route, Trouble::unanswered(random));
        match condition {
            Condition::ClockJump => {
                if random.u8(..10) < 7 {
                    self.late.push(unanswered(random));
                }
                self.upsets
                    .push((random.u64(50..2500), Upset::SetClock(jump(random))));
                if random.bool() {
                    let corrected = (random.u64(2500..6000), Upset::SetClock(0));
                    self.upsets.push(corrected);
                }
            }
            Condition::Sleep => {
                // Most often with the request stuck.
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
                // The replay setting is the one that matters: half of the time.
                let change = changes[random.usize(..4).saturating_sub(1)];
                let at = random.u64(100..3500);
                self.upsets.push((at, Upset::ChangeSettings(change)));
            }
            Condition::Colleague => self.meet_a_colleague(random),
            Condition::Repeat => {
                let trouble = Trouble::repeat(random);
                self.late.push(once(route, trouble));
                if random.u8(..4) == 0 {
                    self.upsets.push((random.u64(..2500), Upset::Reload));
                }
            }
            Condition::WrongDecision => self.tempt(setting, random),
            _ => {}
        }
    }

    /// A colleague makes the very same movement before, with or after this one, while it is carried out, lost or declined.
    fn meet_a_colleague(&mut self, random: &mut Rng) {
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

    /// Something to decide, on which the person decides wrongly.
    fn tempt(&mut self, setting: Setting, random: &mut Rng) {
        self.decides_wrongly = true;
        self.checks_entries = random.u8(..3) == 0;
        let route = self.kind.route();
        if setting == Setting::Replay || self.kind == Kind::Allocate {
            // Where keys are replayed, asking again settles it, unless the key was replaced.
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

    /// Ordinary faults and disruptions.
    fn disturb(&mut self, random: &mut Rng) {
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
                    // Most movements end quickly, so half of what happens, happens early.
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

/// How far the clock is set: minutes, hours or days, in either direction.
fn jump(random: &mut Rng) -> i64 {
    const MINUTE: i64 = 60_000;
    let size = match random.u8(..3) {
        0 => random.i64(1..55) * MINUTE,
        1 => random.i64(1..20) * HOUR,
        _ => random.i64(1..12) * 24 * HOUR,
    };
    if random.bool() { size } else { -size }
}
