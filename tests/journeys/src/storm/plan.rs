//! What happens in a movement, drawn from the seed.

use std::fmt;

use fastrand::Rng;

use super::{kind::Kind, options::Setting, trouble::Trouble};

/// How the button that moves money is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// With a click.
    Click,
    /// With two, as fast as can be.
    DoubleClick,
    /// With Enter, and a click at once.
    EnterAndClick,
    /// With a click, and Enter at once.
    ClickAndEnter,
}

/// What happens to the person, their browser or the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upset {
    /// The page is loaded anew.
    Reload,
    /// The tab is closed, and another opened.
    NewTab,
    /// Every process of the browser is killed.
    KillBrowser,
    /// No network for so many milliseconds.
    Offline(u64),
    /// The network again.
    Online,
    /// The server is killed, and started again after so many milliseconds.
    RestartBackend(u64),
    /// Signed out.
    SignOut,
    /// Back in the history.
    Back,
    /// Back and forward.
    BackAndForward,
    /// A colleague moves something too, by the same route to the same child: so much.
    Colleague(u32),
}

impl Upset {
    fn any(random: &mut Rng) -> Self {
        match random.u8(..11) {
            0 | 1 => Self::Reload,
            2 => Self::NewTab,
            3 => Self::KillBrowser,
            4 | 5 => Self::Offline(random.u64(300..4000)),
            6 => Self::RestartBackend(random.u64(..1500)),
            7 => Self::SignOut,
            8 => Self::Back,
            9 => Self::BackAndForward,
            _ => Self::Colleague(random.u32(1000..2000)),
        }
    }

    /// The name it is counted under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reload => "reload",
            Self::NewTab => "new tab",
            Self::KillBrowser => "killed browser",
            Self::Offline(_) => "offline",
            Self::Online => "online",
            Self::RestartBackend(_) => "killed backend",
            Self::SignOut => "sign-out",
            Self::Back => "back",
            Self::BackAndForward => "back and forward",
            Self::Colleague(_) => "colleague",
        }
    }
}

/// Trouble in waiting on a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    /// For whom.
    pub route: &'static str,
    /// What.
    pub trouble: Trouble,
    /// For how many requests.
    pub count: u64,
}

/// One movement as it is meant to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which of the storm.
    pub number: usize,
    /// What is to be moved.
    pub kind: Kind,
    /// To or from whom.
    pub child: &'static str,
    /// Minutes, or credits.
    pub amount: u32,
    /// How it is confirmed.
    pub press: Press,
    /// What goes wrong from the opening of the form on.
    pub early: Vec<Armed>,
    /// What goes wrong from the confirmation on.
    pub late: Vec<Armed>,
    /// What happens so many milliseconds after the confirmation.
    pub upsets: Vec<(u64, Upset)>,
    /// Whether the person tries once more if it was not made.
    pub insists: bool,
}

impl Plan {
    /// The plan of this number: the same whenever it is asked for.
    pub fn new(seed: u64, setting: Setting, number: usize) -> Self {
        let mixed = Rng::with_seed(seed).u64(..) ^ ((setting as u64 + 1) << 40) ^ number as u64;
        let random = &mut Rng::with_seed(mixed);
        let kind = match random.u8(..4) {
            0 | 1 => Kind::Transfer,
            2 => Kind::Revert,
            _ => Kind::Allocate,
        };
        let child = match kind {
            Kind::Allocate => "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80",
            Kind::Transfer | Kind::Revert => random.choice(["4001", "4002"]).unwrap_or("4002"),
        };
        // Some are alike, so that the log does not always tell one from another.
        let amount = match random.u8(..8) {
            0 => 20,
            _ => random.u32(1..400),
        };
        let mut plan = Self {
            number,
            kind,
            child,
            amount,
            press: Press::Click,
            early: Vec::new(),
            late: Vec::new(),
            upsets: Vec::new(),
            insists: false,
        };
        let is_calm = random.u8(..10) < 4;
        if !is_calm && random.u8(..15) == 0 {
            plan.meet_a_twin(setting, random);
        } else if !is_calm {
            plan.disturb(random);
        }
        plan
    }

    /// The answer is lost, and a colleague does the very same. Where keys mean nothing, only a person can tell the two apart;
    /// and where neither key nor answer speaks for a movement that did *not* happen, nobody could, so this one does.
    fn meet_a_twin(&mut self, setting: Setting, random: &mut Rng) {
        let trouble = match setting {
            Setting::Replay => Trouble::of_movement(random),
            Setting::Ignore => Trouble::made_and_late(random),
        };
        self.late.push(Armed {
            route: self.kind.route(),
            trouble,
            count: 1,
        });
        self.upsets
            .push((random.u64(300..1500), Upset::Colleague(self.amount)));
    }

    fn disturb(&mut self, random: &mut Rng) {
        self.insists = random.u8(..3) == 0;
        self.press = match random.u8(..10) {
            0 | 1 => Press::DoubleClick,
            2 => Press::EnterAndClick,
            3 => Press::ClickAndEnter,
            _ => Press::Click,
        };
        while self.early.is_empty() && self.late.is_empty() && self.upsets.is_empty() {
            if random.u8(..10) < 6 {
                for _ in 0..random.u8(1..=2) {
                    self.late.push(Armed {
                        route: self.kind.route(),
                        trouble: Trouble::of_movement(random),
                        count: 1,
                    });
                }
            }
            if random.u8(..10) < 4 {
                for _ in 0..random.u8(1..=2) {
                    let armed = Armed {
                        route: random.choice(self.kind.readings()).copied().unwrap_or("*"),
                        trouble: Trouble::of_reading(random),
                        count: random.u64(1..=3),
                    };
                    let list = if random.u8(..3) == 0 {
                        &mut self.early
                    } else {
                        &mut self.late
                    };
                    list.push(armed);
                }
            }
            if random.u8(..10) < 5 {
                for _ in 0..if random.u8(..5) == 0 { 2 } else { 1 } {
                    // Most movements are over soon: half of what happens, happens soon.
                    let at = if random.bool() {
                        random.u64(..250)
                    } else {
                        random.u64(..3000)
                    };
                    self.upsets.push((at, Upset::any(random)));
                }
                self.upsets.sort_by_key(|(at, _)| *at);
            }
        }
    }

    /// Whether nothing goes wrong.
    pub fn is_calm(&self) -> bool {
        self.early.is_empty() && self.late.is_empty() && self.upsets.is_empty()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.kind {
            Kind::Allocate => "credits",
            Kind::Transfer | Kind::Revert => "minutes",
        };
        write!(
            f,
            "{} {} {unit}, {}, {:?}",
            self.kind.name(),
            self.amount,
            self.child,
            self.press
        )?;
        for (when, list) in [("early", &self.early), ("late", &self.late)] {
            for armed in list {
                write!(
                    f,
                    "; {when} {} x{} on {}",
                    armed.trouble, armed.count, armed.route
                )?;
            }
        }
        for (at, upset) in &self.upsets {
            write!(f, "; {upset:?} at {at} ms")?;
        }
        if self.insists {
            f.write_str("; insists")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_plans_again() {
        for number in 0..50 {
            let plan = Plan::new(7, Setting::Ignore, number);
            assert_eq!(plan, Plan::new(7, Setting::Ignore, number));
            assert_ne!(
                plan.to_string(),
                Plan::new(8, Setting::Ignore, number).to_string()
            );
        }
        // Written down: a seed that once found something must go on finding it.
        assert_eq!(
            Plan::new(1, Setting::Replay, 2).to_string(),
            "transfer 137 minutes, 4002, EnterAndClick; late delay of 2245 ms after the commit x1 on \
             POST /api/v1/reseller/credits/transfer; Reload at 1012 ms"
        );
    }

    #[test]
    fn two_in_five_are_calm() {
        let calm = (0..1000)
            .filter(|number| Plan::new(3, Setting::Replay, *number).is_calm())
            .count();
        assert!((350..450).contains(&calm), "{calm}");
    }
}
