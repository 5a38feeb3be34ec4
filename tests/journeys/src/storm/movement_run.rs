//! A movement in progress, and its result.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant, SystemTime},
};

use super::{
    disruption::Disruption,
    oracle::Submission,
    plan::{Plan, PlannedFault},
    policy::{Policy, ShownOutcome},
};

/// The result of a movement.
#[derive(Debug)]
pub struct MovementResult {
    /// The outcome, as far as the user could see.
    pub outcome: ShownOutcome,
    /// Whether the outcome was unknown at some point.
    pub was_in_doubt: bool,
    /// Whether the page has crashed.
    pub has_crashed: bool,
    /// How often the review asked for another confirmation.
    pub reconfirmations: usize,
    /// The faults that occurred, and whether each affected the movement's own request.
    pub faults: Vec<(bool, &'static str)>,
    /// The disruptions that occurred.
    pub disruptions: Vec<&'static str>,
}

/// A movement in progress.
#[derive(Debug)]
pub struct MovementRun<'a> {
    /// The plan that it follows.
    pub plan: &'a Plan,
    /// What the user remembers, and how they decide what to do next.
    pub policy: Policy,
    /// When it started.
    pub started: Instant,
    /// The remaining disruptions, with the time after the confirmation.
    pub disruptions: VecDeque<(Duration, Disruption)>,
    /// Faults that may still be pending.
    pub pending_faults: Vec<PlannedFault>,
    /// Whether the faults that start at the confirmation have started.
    pub late_faults_started: bool,
    /// Whether all faults and disruptions have been stopped.
    pub disturbances_stopped: bool,
    /// Whether the outcome was shown, so that the remaining disruptions happen at once.
    pub outcome_shown: bool,
    has_tried_again: bool,
    /// When the button that moves money was last pressed.
    pub pressed: Option<SystemTime>,
    /// The fingerprints of the API keys whose performer the portal knew at that time.
    pub known_credentials: BTreeSet<String>,
    /// Submissions whose entries the user has checked.
    pub checked_entries: BTreeSet<String>,
    /// Whether the configuration must be restored.
    pub is_reconfigured: bool,
    /// How many times in a row the page couldn't be read.
    pub failed_reads: usize,
    /// The result so far.
    pub result: MovementResult,
}

impl<'a> MovementRun<'a> {
    /// Creates the state at the start of a movement.
    pub fn new(plan: &'a Plan, earlier: &[Submission]) -> Self {
        let old: BTreeSet<String> = earlier
            .iter()
            .map(|submission| submission.key.clone())
            .collect();
        let now = Instant::now();
        let disruptions = plan.disruptions.iter();
        let mut policy = Policy::new(plan.kind, old, now);
        policy.decides_soon = plan.decides_wrongly;
        Self {
            plan,
            policy,
            started: now,
            disruptions: disruptions
                .map(|(at, disruption)| (Duration::from_millis(*at), *disruption))
                .collect(),
            pending_faults: Vec::new(),
            late_faults_started: false,
            disturbances_stopped: false,
            outcome_shown: false,
            has_tried_again: false,
            pressed: None,
            known_credentials: BTreeSet::new(),
            checked_entries: BTreeSet::new(),
            is_reconfigured: false,
            failed_reads: 0,
            result: MovementResult {
                outcome: ShownOutcome::Unresolved,
                was_in_doubt: false,
                has_crashed: false,
                reconfirmations: 0,
                faults: Vec::new(),
                disruptions: Vec::new(),
            },
        }
    }

    /// Returns the disruption that is due, if any.
    pub fn due(&mut self) -> Option<Disruption> {
        let since = self.policy.confirmed?.elapsed();
        let (at, _) = self.disruptions.front()?;
        if *at > since && !self.outcome_shown {
            return None;
        }
        self.disruptions
            .pop_front()
            .map(|(_, disruption)| disruption)
    }

    /// Whether the user tries again after this outcome. True at most once.
    pub fn tries_again_after(&mut self, outcome: ShownOutcome) -> bool {
        let tries_again = self.plan.tries_again
            && !self.has_tried_again
            && !outcome.is_made()
            && outcome != ShownOutcome::Unresolved;
        self.has_tried_again |= tries_again;
        tries_again
    }
}
