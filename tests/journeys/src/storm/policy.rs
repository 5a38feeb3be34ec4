//! What a person does next, given what they see. Pure: the clock is handed in.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::{kind::Kind, screen::Screen, verdict::Verdict};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// With nothing new on the screen for so long, a person asks again.
const ASKS_AGAIN_AFTER: Duration = ms(2500);
/// A page that offers nothing for so long is loaded anew.
const LOADS_AGAIN_AFTER: Duration = ms(1000);
/// A screen that shows nothing to do for so long wants a key.
const GIVES_KEYS_AFTER: Duration = ms(1500);
/// So often a form is sent in vain before somebody gives the keys anew.
const FILLS_BEFORE_KEYS: u32 = 5;
/// With nothing new after confirming for so long, a person presses once more.
const CONFIRMS_AGAIN_AFTER: Duration = ms(4000);
/// Nobody decides before whatever is still under way has happened.
const DECIDES_AFTER: Duration = ms(super::trouble::LONGEST_DELAY_MS + 500);
/// So often a person asks again before deciding where the portal itself does not give up.
const ASKS_BEFORE_DECIDING: u32 = 3;

/// How a movement ended, as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Made, by the service's answer.
    Done,
    /// Made, by an entry of the log.
    Found,
    /// Refused: nothing moved.
    Refused,
    /// Searched for, and not there.
    Absent,
    /// A person decided that it was made.
    DecidedMade,
    /// A person decided that it was not.
    DecidedNot,
    /// It never became a submission.
    NeverSent,
    /// No end within the time a storm allows.
    Unresolved,
}

impl End {
    /// Whether it was shown as made.
    pub fn is_made(self) -> bool {
        matches!(self, Self::Done | Self::Found | Self::DecidedMade)
    }
}

impl From<Verdict> for End {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Answered => Self::Done,
            Verdict::Found => Self::Found,
            Verdict::MarkedMade => Self::DecidedMade,
            Verdict::Declined => Self::Refused,
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
    /// To load the form's screen from its address.
    Open,
    /// To go to a screen by a link.
    Follow(&'static str),
    /// To give the keys.
    SignIn,
    /// To fill the form and ask for its review.
    Fill,
    /// To press the button that moves money: for the first time, or because the review asks once more.
    Confirm { first: bool },
    /// To press another button.
    Press(&'static str, &'static str),
    /// To decide what the portal cannot.
    Decide,
    /// To look at the list of submissions, since the form's screen has nothing to say.
    LookAtActivity,
    /// Nothing more: the form's screen told the end.
    Ended(End),
    /// Nothing more: the page has stopped.
    Dead,
}

/// What a person remembers while they make a movement.
#[derive(Clone, Debug)]
pub struct Policy {
    kind: Kind,
    /// Keys of submissions that came to their end before.
    old: BTreeSet<String>,
    /// Since when the movement is confirmed.
    pub confirmed: Option<Instant>,
    seen: Screen,
    changed: Instant,
    acted: Option<(Action, Instant)>,
    asked: u32,
    fills: u32,
    /// Whether the person suspects that a key is not good any more.
    wants_keys: bool,
    /// Whether the person decides as soon as the portal lets them.
    pub decides_soon: bool,
}

impl Policy {
    /// At the beginning.
    pub fn new(kind: Kind, old: BTreeSet<String>, now: Instant) -> Self {
        Self {
            kind,
            old,
            confirmed: None,
            seen: Screen::default(),
            changed: now,
            acted: None,
            asked: 0,
            fills: 0,
            wants_keys: false,
            decides_soon: false,
        }
    }

    /// The person hears that a key was replaced.
    pub fn suspect_keys(&mut self) {
        self.wants_keys = true;
    }

    /// Begins anew: these submissions are over.
    pub fn start_over(&mut self, keys: impl IntoIterator<Item = String>) {
        self.old.extend(keys);
        self.confirmed = None;
        self.asked = 0;
        self.fills = 0;
    }

    /// Whether the form has been filled in vain, so that every field is better typed.
    pub fn is_filling_again(&self) -> bool {
        self.fills > 1
    }

    /// Whether a key belongs to this movement.
    pub fn is_mine(&self, key: &str) -> bool {
        !key.is_empty() && !self.old.contains(key)
    }

    /// Remembers a look. Gives whether there was anything new.
    pub fn sees(&mut self, screen: &Screen, now: Instant) -> bool {
        let is_new = self.seen != *screen;
        if is_new {
            self.seen = screen.clone();
            self.changed = now;
        }
        let says_nothing =
            screen.signed_in && screen.path == self.kind.screen() && screen.stage.is_none();
        self.wants_keys |= says_nothing && now - self.changed > GIVES_KEYS_AFTER;
        // However it came to be sent, it is.
        if self.confirmed.is_none() && screen.key.as_deref().is_some_and(|key| self.is_mine(key)) {
            self.confirmed = Some(now);
        }
        is_new
    }

    /// Remembers an act.
    pub fn did(&mut self, act: &Action, now: Instant) {
        match act {
            Action::Confirm { first: true } => self.confirmed = Some(now),
            Action::Fill => {
                self.fills += 1;
                self.wants_keys = self.fills.is_multiple_of(FILLS_BEFORE_KEYS);
            }
            Action::SignIn => self.wants_keys = false,
            Action::Press(".unknown", _) => self.asked += 1,
            _ => {}
        }
        if *act != Action::Wait {
            self.acted = Some((act.clone(), now));
        }
    }

    /// What to do next.
    pub fn next(&self, screen: &Screen, now: Instant) -> Action {
        let form = self.kind.screen();
        if screen.panic.is_some() {
            return Action::Dead;
        }
        if !screen.portal {
            return self.not_again_within(ms(300), Action::Open, now);
        }
        if screen.booting {
            return Action::Wait;
        }
        let wants_keys = self.wants_keys || screen.needs_key();
        let is_giving_keys =
            screen.sign_in && (!screen.signed_in || (screen.path == "/keys" && wants_keys));
        if is_giving_keys {
            return self.not_again_within(ms(600), Action::SignIn, now);
        }
        if !screen.signed_in {
            // A page that could not be loaded whole offers nothing at all.
            let is_stuck = !screen.sign_in && now - self.changed > LOADS_AGAIN_AFTER;
            return if is_stuck {
                self.not_again_within(LOADS_AGAIN_AFTER, Action::Open, now)
            } else {
                Action::Wait
            };
        }
        if wants_keys {
            return self.not_again_within(ms(1500), Action::Follow("/keys"), now);
        }
        if screen.path != form {
            return self.not_again_within(ms(400), Action::Follow(form), now);
        }
        match (screen.stage.as_deref(), screen.key.as_deref()) {
            (Some("receipt"), Some(key)) if self.is_mine(key) => {
                Action::Ended(if screen.found { End::Found } else { End::Done })
            }
            (Some("receipt"), _) => {
                self.not_again_within(ms(300), Action::Press(".receipt", "New "), now)
            }
            (Some("absent"), Some(key)) if self.is_mine(key) => Action::Ended(End::Absent),
            (Some("absent"), _) => self.not_again_within(
                ms(300),
                Action::Press(".absent", "Fill the form again"),
                now,
            ),
            (Some("unknown"), _) => self.doubt(screen, now),
            (Some("review"), _) => self.review(screen, now),
            (Some("form"), _) if !screen.banner.is_empty() => Action::Wait,
            (Some("form"), _) if self.confirmed.is_some() => Action::LookAtActivity,
            (Some("form"), _) => self.not_again_within(ms(500), Action::Fill, now),
            _ => Action::Wait,
        }
    }

    fn review(&self, screen: &Screen, now: Instant) -> Action {
        if screen.wants_acceptance {
            return self.not_again_within(ms(500), Action::Press(".review", "I accept this"), now);
        }
        if !screen.ready {
            return Action::Wait;
        }
        if self.confirmed.is_none() {
            return Action::Confirm { first: true };
        }
        let again = Action::Confirm { first: false };
        match &screen.asks {
            Some(why) if why.iter().any(|why| why == "taken") => {
                self.not_again_within(ms(2000), again, now)
            }
            Some(_) => self.not_again_within(ms(250), again, now),
            None if now - self.changed > CONFIRMS_AGAIN_AFTER => {
                self.not_again_within(CONFIRMS_AGAIN_AFTER, again, now)
            }
            None => Action::Wait,
        }
    }

    fn doubt(&self, screen: &Screen, now: Instant) -> Action {
        let quiet = now - self.changed;
        let can_decide = screen.offers("It was not made") && quiet > DECIDES_AFTER;
        let has_tried = self.decides_soon || self.asked >= ASKS_BEFORE_DECIDING;
        if can_decide && (screen.cannot_tell || has_tried) {
            return self.not_again_within(ms(1000), Action::Decide, now);
        }
        for text in ["Ask again now", "Read again now"] {
            if quiet > ASKS_AGAIN_AFTER && !screen.cannot_tell && screen.offers(text) {
                return self.not_again_within(
                    ASKS_AGAIN_AFTER,
                    Action::Press(".unknown", text),
                    now,
                );
            }
        }
        Action::Wait
    }

    /// Leaves the page some time to answer the last act of this kind.
    fn not_again_within(&self, pause: Duration, act: Action, now: Instant) -> Action {
        match &self.acted {
            Some((last, at)) if *last == act && now - *at < pause => Action::Wait,
            _ => act,
        }
    }
}

#[cfg(test)]
mod tests;
