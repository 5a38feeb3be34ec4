//! A movement in progress, and its result.

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

/// The result of a movement.
#[derive(Debug)]
pub struct PlayResult {
    /// The outcome, as far as the user could see.
    pub end: End,
    /// Whether the outcome was in doubt in between.
    pub was_doubted: bool,
    /// Whether the page has crashed.
    pub is_dead: bool,
    /// How often the review asked again.
    pub asked_once_more: usize,
    /// The faults that requests met, and whether the request was the movement's own.
    pub troubles: Vec<(bool, &'static str)>,
    /// What happened to the user, the browser and the server.
    pub upsets: Vec<&'static str>,
}

/// A movement in progress.
#[derive(Debug)]
pub struct Story<'a> {
    /// What is meant to happen.
    pub plan: &'a Plan,
    /// What the user remembers.
    pub policy: Policy,
    /// When it started.
    pub started: Instant,
    /// Disruptions still to come, with the time after the confirmation.
    pub upsets: VecDeque<(Duration, Upset)>,
    /// Faults that may still be pending.
    pub armed: Vec<Armed>,
    /// Whether the late faults are pending.
    pub is_late: bool,
    /// Whether nothing goes wrong anymore.
    pub is_quiet: bool,
    /// Whether the outcome was shown, so that the remaining disruptions happen at once.
    pub is_hurried: bool,
    insisted: bool,
    /// When the button that moves money was last pressed.
    pub pressed: Option<SystemTime>,
    /// The fingerprints of the API keys whose performer the portal knew at that time.
    pub known_credentials: BTreeSet<String>,
    /// Submissions whose entries the user has checked.
    pub checked: BTreeSet<String>,
    /// Whether the configuration must be restored.
    pub is_reconfigured: bool,
    /// How many times in a row the page couldn't be read.
    pub misses: usize,
    /// The result so far.
    pub result: PlayResult,
}

impl<'a> Story<'a> {
    /// Creates the state at the start of a movement.
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
            started: now,
            upsets: upsets
                .map(|(at, upset)| (Duration::from_millis(*at), *upset))
                .collect(),
            armed: Vec::new(),
            is_late: false,
            is_quiet: false,
            is_hurried: false,
            insisted: false,
            pressed: None,
            known_credentials: BTreeSet::new(),
            checked: BTreeSet::new(),
            is_reconfigured: false,
            misses: 0,
            result: PlayResult {
                end: End::Unresolved,
                was_doubted: false,
                is_dead: false,
                asked_once_more: 0,
                troubles: Vec::new(),
                upsets: Vec::new(),
            },
        }
    }

    /// Returns the disruption that is due, if any.
    pub fn due(&mut self) -> Option<Upset> {
        let since = self.policy.confirmed?.elapsed();
        let (at, _) = self.upsets.front()?;
        if *at > since && !self.is_hurried {
            return None;
        }
        self.upsets.pop_front().map(|(_, upset)| upset)
    }

    /// Whether the user tries again.
    pub fn insists_after(&mut self, end: End) -> bool {
        let insists =
            self.plan.insists && !self.insisted && !end.is_made() && end != End::Unresolved;
        self.insisted |= insists;
        insists
    }
}
