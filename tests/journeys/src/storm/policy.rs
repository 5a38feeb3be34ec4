//! What a user does next, given what they see. Pure: the clock is passed in.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::{movement_kind::MovementKind, screen::Screen, verdict::Verdict};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// With nothing new on the screen for this long, the user retries.
const RETRIES_AFTER: Duration = ms(2500);
/// A page that offers nothing for this long is reloaded.
const RELOADS_AFTER: Duration = ms(1000);
/// A screen without anything to do for this long needs a key.
const ENTERS_KEYS_AFTER: Duration = ms(1500);
/// After this many failed attempts to fill the form, the user enters the keys again.
const FILLS_BEFORE_KEYS: u32 = 5;
/// With nothing new for this long after confirming, the user presses again.
const CONFIRMS_AGAIN_AFTER: Duration = ms(4000);
/// Nobody decides before everything in progress has happened.
const DECIDES_AFTER: Duration = ms(super::fault::LONGEST_DELAY_MS + 500);
/// How often the user retries before deciding, if the portal itself doesn't give up.
const RETRIES_BEFORE_DECIDING: u32 = 3;

/// The outcome of a movement, as shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShownOutcome {
    /// Completed, by the service's response.
    Done,
    /// Completed, by an entry of the log.
    Found,
    /// Declined: nothing moved.
    Declined,
    /// Searched for, and not in the log.
    Absent,
    /// A user decided that it was completed.
    DecidedMade,
    /// A user decided that it was not.
    DecidedNot,
    /// It never became a submission.
    NeverSent,
    /// No outcome within the time that a storm allows.
    Unresolved,
}

impl ShownOutcome {
    /// Whether it was shown as completed.
    pub fn is_made(self) -> bool {
        matches!(self, Self::Done | Self::Found | Self::DecidedMade)
    }
}

impl From<Verdict> for ShownOutcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Answered => Self::Done,
            Verdict::Found => Self::Found,
            Verdict::MarkedMade => Self::DecidedMade,
            Verdict::Declined => Self::Declined,
            Verdict::Absent => Self::Absent,
            Verdict::MarkedNotMade => Self::DecidedNot,
        }
    }
}

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing, for now.
    Wait,
    /// Load the form's screen by its address.
    Open,
    /// Go to a screen by a link.
    Follow(&'static str),
    /// Enter the keys.
    SignIn,
    /// Fill the form and open its review.
    Fill,
    /// Press the button that moves money: for the first time, or because the review asks again.
    Confirm { first: bool },
    /// Press another button.
    Press(&'static str, &'static str),
    /// Decide what the portal can't.
    Decide,
    /// Look at the list of submissions, because the form's screen shows nothing about it.
    LookAtActivity,
    /// Stop: the form's screen showed the outcome.
    Ended(ShownOutcome),
    /// Stop: the page has crashed.
    Crashed,
}

/// What a user remembers while making a movement.
#[derive(Clone, Debug)]
pub struct Policy {
    kind: MovementKind,
    /// Keys of submissions that were resolved before.
    resolved: BTreeSet<String>,
    /// When the movement was confirmed.
    pub confirmed: Option<Instant>,
    last_screen: Screen,
    changed: Instant,
    last_action: Option<(Action, Instant)>,
    retries: u32,
    fills: u32,
    /// Whether the user suspects that a key is no longer valid.
    wants_keys: bool,
    /// Whether the user decides as soon as the portal allows it.
    pub decides_soon: bool,
}

impl Policy {
    /// Creates the state at the start of a movement.
    pub fn new(kind: MovementKind, resolved: BTreeSet<String>, now: Instant) -> Self {
        Self {
            kind,
            resolved,
            confirmed: None,
            last_screen: Screen::default(),
            changed: now,
            last_action: None,
            retries: 0,
            fills: 0,
            wants_keys: false,
            decides_soon: false,
        }
    }

    /// Makes the user suspect that a key is no longer valid.
    pub fn suspect_keys(&mut self) {
        self.wants_keys = true;
    }

    /// Starts over: these submissions are resolved.
    pub fn start_over(&mut self, keys: impl IntoIterator<Item = String>) {
        self.resolved.extend(keys);
        self.confirmed = None;
        self.retries = 0;
        self.fills = 0;
    }

    /// Whether the form has been filled in before without success, so that every field should be typed.
    pub fn is_filling_again(&self) -> bool {
        self.fills > 1
    }

    /// Whether a key belongs to this movement.
    pub fn is_mine(&self, key: &str) -> bool {
        !key.is_empty() && !self.resolved.contains(key)
    }

    /// Records a look at the screen. Returns whether anything is new.
    pub fn observe(&mut self, screen: &Screen, now: Instant) -> bool {
        let is_new = self.last_screen != *screen;
        if is_new {
            self.last_screen = screen.clone();
            self.changed = now;
        }
        let says_nothing =
            screen.signed_in && screen.path == self.kind.path() && screen.stage.is_none();
        self.wants_keys |= says_nothing && now - self.changed > ENTERS_KEYS_AFTER;
        // A submission on the screen counts as confirmed, however it was sent.
        if self.confirmed.is_none() && screen.key.as_deref().is_some_and(|key| self.is_mine(key)) {
            self.confirmed = Some(now);
        }
        is_new
    }

    /// Records an action.
    pub fn record(&mut self, action: &Action, now: Instant) {
        match action {
            Action::Confirm { first: true } => self.confirmed = Some(now),
            Action::Fill => {
                self.fills += 1;
                self.wants_keys = self.fills.is_multiple_of(FILLS_BEFORE_KEYS);
            }
            Action::SignIn => self.wants_keys = false,
            Action::Press(".unknown", _) => self.retries += 1,
            _ => {}
        }
        if *action != Action::Wait {
            self.last_action = Some((action.clone(), now));
        }
    }

    /// Returns what to do next.
    pub fn next(&self, screen: &Screen, now: Instant) -> Action {
        let form = self.kind.path();
        if screen.panic.is_some() {
            return Action::Crashed;
        }
        if !screen.portal {
            return self.throttled(ms(300), Action::Open, now);
        }
        if screen.booting {
            return Action::Wait;
        }
        let wants_keys = self.wants_keys || screen.needs_key();
        let enters_keys =
            screen.sign_in && (!screen.signed_in || (screen.path == "/keys" && wants_keys));
        if enters_keys {
            return self.throttled(ms(600), Action::SignIn, now);
        }
        if !screen.signed_in {
            // A page that couldn't be fully loaded offers nothing at all.
            let is_stuck = !screen.sign_in && now - self.changed > RELOADS_AFTER;
            return if is_stuck {
                self.throttled(RELOADS_AFTER, Action::Open, now)
            } else {
                Action::Wait
            };
        }
        if wants_keys {
            return self.throttled(ms(1500), Action::Follow("/keys"), now);
        }
        if screen.path != form {
            return self.throttled(ms(400), Action::Follow(form), now);
        }
        match (screen.stage.as_deref(), screen.key.as_deref()) {
            (Some("receipt"), Some(key)) if self.is_mine(key) => Action::Ended(if screen.found {
                ShownOutcome::Found
            } else {
                ShownOutcome::Done
            }),
            (Some("receipt"), _) => self.throttled(ms(300), Action::Press(".receipt", "New "), now),
            (Some("absent"), Some(key)) if self.is_mine(key) => Action::Ended(ShownOutcome::Absent),
            (Some("absent"), _) => {
                self.throttled(ms(300), Action::Press(".absent", "Try again"), now)
            }
            (Some("unknown"), _) => self.next_in_doubt(screen, now),
            (Some("review"), _) => self.next_in_review(screen, now),
            (Some("form"), _) if !screen.banner.is_empty() => Action::Wait,
            (Some("form"), _) if self.confirmed.is_some() => Action::LookAtActivity,
            (Some("form"), _) => self.throttled(ms(500), Action::Fill, now),
            _ => Action::Wait,
        }
    }

    fn next_in_review(&self, screen: &Screen, now: Instant) -> Action {
        if screen.wants_acceptance {
            return self.throttled(ms(500), Action::Press(".review", "Continue anyway"), now);
        }
        if !screen.ready {
            return Action::Wait;
        }
        if self.confirmed.is_none() {
            return Action::Confirm { first: true };
        }
        let confirm = Action::Confirm { first: false };
        match &screen.asks {
            Some(reasons) if reasons.iter().any(|reason| reason == "taken") => {
                self.throttled(ms(2000), confirm, now)
            }
            Some(_) => self.throttled(ms(250), confirm, now),
            None if now - self.changed > CONFIRMS_AGAIN_AFTER => {
                self.throttled(CONFIRMS_AGAIN_AFTER, confirm, now)
            }
            None => Action::Wait,
        }
    }

    fn next_in_doubt(&self, screen: &Screen, now: Instant) -> Action {
        let quiet = now - self.changed;
        let can_decide = screen.offers("Mark as not completed") && quiet > DECIDES_AFTER;
        let has_tried = self.decides_soon || self.retries >= RETRIES_BEFORE_DECIDING;
        if can_decide && (screen.cannot_tell || has_tried) {
            return self.throttled(ms(1000), Action::Decide, now);
        }
        for text in ["Retry now", "Check again"] {
            if quiet > RETRIES_AFTER && !screen.cannot_tell && screen.offers(text) {
                return self.throttled(RETRIES_AFTER, Action::Press(".unknown", text), now);
            }
        }
        Action::Wait
    }

    /// Gives the page time to respond to the last action of the same kind.
    fn throttled(&self, pause: Duration, action: Action, now: Instant) -> Action {
        match &self.last_action {
            Some((last, at)) if *last == action && now - *at < pause => Action::Wait,
            _ => action,
        }
    }
}

#[cfg(test)]
mod tests;
