//! A movement under way, and what came of it.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant, SystemTime},
};

use super::{
    oracle::Submission,
    plan::{Armed, Plan},
    policy::{End, Policy},
    upset::Upset,
};

/// What came of a movement.
#[derive(Debug)]
pub struct Account {
    /// How it ended, as far as the person could see.
    pub end: End,
    /// Whether there was a doubt in between.
    pub was_doubted: bool,
    /// Whether the page has stopped.
    pub is_dead: bool,
    /// How often the review asked once more.
    pub asked_once_more: usize,
    /// The troubles that requests met, and whether the movement's own did.
    pub troubles: Vec<(bool, &'static str)>,
    /// What happened to person, browser and server.
    pub upsets: Vec<&'static str>,
}

/// A movement under way.
#[derive(Debug)]
pub struct Story<'a> {
    /// What is meant to happen.
    pub plan: &'a Plan,
    /// What the person remembers.
    pub policy: Policy,
    /// Since when.
    pub begun: Instant,
    /// What is still to happen, and how long after the confirmation.
    pub upsets: VecDeque<(Duration, Upset)>,
    /// Trouble that may still be waiting.
    pub armed: Vec<Armed>,
    /// Whether the late trouble is armed.
    pub is_late: bool,
    /// Whether nothing goes wrong any more.
    pub is_peaceful: bool,
    /// Whether the end was shown, so that what is still to happen happens now.
    pub is_hurried: bool,
    insisted: bool,
    /// When the button that moves money was last pressed.
    pub pressed: Option<SystemTime>,
    /// The API keys whose performer the portal knew then, by their fingerprints.
    pub known_credentials: BTreeSet<String>,
    /// Entries that the person has looked up, by the submissions that rest on them.
    pub checked: BTreeSet<String>,
    /// Whether the configuration has to be put back.
    pub is_reconfigured: bool,
    /// How often in a row the page could not be read.
    pub misses: usize,
    /// What came of it so far.
    pub account: Account,
}

impl<'a> Story<'a> {
    /// At its beginning.
    pub fn new(plan: &'a Plan, earlier: &[Submission]) -> Self {
        let old: BTreeSet<String> = earlier
            .iter()
            .map(|submission| submission.key.clone())
            .collect();
        let now = Instant::now();
        let upsets = plan.upsets.iter();
        let mut policy = Policy::new(plan.kind, old, now);
        policy.decides_soon = plan.decides_wrongly;
        Self {
            plan,
            policy,
            begun: now,
            upsets: upsets
                .map(|(at, upset)| (Duration::from_millis(*at), *upset))
                .collect(),
            armed: Vec::new(),
            is_late: false,
            is_peaceful: false,
            is_hurried: false,
            insisted: false,
            pressed: None,
            known_credentials: BTreeSet::new(),
            checked: BTreeSet::new(),
            is_reconfigured: false,
            misses: 0,
            account: Account {
                end: End::Unresolved,
                was_doubted: false,
                is_dead: false,
                asked_once_more: 0,
                troubles: Vec::new(),
                upsets: Vec::new(),
            },
        }
    }

    /// What happens now.
    pub fn due(&mut self) -> Option<Upset> {
        let since = self.policy.confirmed?.elapsed();
        let (at, _) = self.upsets.front()?;
        if *at > since && !self.is_hurried {
            return None;
        }
        self.upsets.pop_front().map(|(_, upset)| upset)
    }

    /// Whether the person tries once more.
    pub fn insists_after(&mut self, end: End) -> bool {
        let insists =
            self.plan.insists && !self.insisted && !end.is_made() && end != End::Unresolved;
        self.insisted |= insists;
        insists
    }
}
