//! When an unresolved submission is taken up again, and how. Pure: clock, chance and circumstances are handed in.

use super::machine::{Excess, State, Submission};
use super::reconcile::Doubt;
use crate::client::Failure;

/// Attempts that are made without anybody asking for them.
const ATTEMPTS: usize = 5;
/// How long after its confirmation a submission is sent again without anybody asking: later, a person may have
/// made it by other means, and the books are read first.
const BY_ITSELF: i64 = 10 * 60 * SECOND;
/// The longest pause between two readings of the books.
const PAUSE: i64 = 60 * SECOND;
const SECOND: i64 = 1000;
/// How long after its end a submission is still worth a look for more than was told.
const WORTH: i64 = 24 * 60 * 60 * SECOND;

/// What the next step depends on, besides the submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// The time, in milliseconds since 1970.
    pub now: i64,
    /// Whether a key for this backend is there.
    pub signed_in: bool,
    /// Whose.
    pub account: Option<String>,
    /// The backend's address as configured today.
    pub base_url: String,
    /// Whether the backend recognises a repeated key, and for how many hours.
    pub replays_for_hours: Option<u32>,
    /// See [`crate::config::Backend::settles_after_seconds`].
    pub settles_after_seconds: u32,
    /// Whether the browser has a network.
    pub online: bool,
    /// Whether there is a journal, or a person has accepted that there is none.
    pub may_send: bool,
    /// Whether a person, a new key or a network that came back asks for it now.
    pub urged: bool,
    /// Readings of the books so far, since this page drives the submission.
    pub readings: u32,
    /// When the newest of them ended.
    pub last_reading: i64,
    /// Chance, from 0 to 1000.
    pub chance: i64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it has come to its end.
    Nothing,
    /// Send it again, with the same key and bytes, at this time.
    Ask(i64),
    /// Read the backend's books, at this time.
    Read(i64),
    /// Wait for a key.
    NeedKey,
    /// Wait for the account it left with, and the backend it was meant for.
    NeedAccount,
    /// Wait for the network.
    Offline,
    /// Wait for a person.
    Person,
}

/// Why the same key must not be sent again, if it must not: the backend would take it for a new submission.
pub fn cannot_ask(submission: &Submission, now: &Circumstances) -> Option<&'static str> {
    if submission.base_url != now.base_url {
        return Some("It was sent to another address than the one configured today.");
    }
    if submission.account != now.account {
        return Some("It was sent with another account's key, which alone can ask for it again.");
    }
    // Nothing has moved yet, so nothing can be doubled.
    if !submission.is_doubtful() {
        return None;
    }
    let Some(hours) = now.replays_for_hours else {
        return Some("This backend does not recognise a submission by its key.");
    };
    let window = i64::from(hours) * 60 * 60 * SECOND;
    (now.now - submission.confirmed >= window)
        .then_some("It is too long ago: the backend no longer recognises the submission's key.")
}

/// What to do next about `submission`.
pub fn next(submission: &Submission, now: &Circumstances) -> Next {
    let doubt = match &submission.state {
        State::Unknown { doubt } => doubt.as_ref(),
        State::KeyNeeded => None,
        _ => return Next::Nothing,
    };
    if !now.signed_in {
        return Next::NeedKey;
    }
    if submission.base_url != now.base_url || submission.account != now.account {
        return Next::NeedAccount;
    }
    if !now.online {
        return Next::Offline;
    }
    let can_ask = now.may_send && cannot_ask(submission, now).is_none();
    if submission.state == State::KeyNeeded {
        // The wrong key may have met a repetition of what was carried out with a good one: only a backend that
        // recognises keys is asked without a look into its books.
        return match (now.urged, can_ask && now.replays_for_hours.is_some()) {
            (true, true) => Next::Ask(now.now),
            (true, false) => Next::Read(now.now),
            (false, _) => Next::NeedKey,
        };
    }
    if can_ask && now.urged {
        return Next::Ask(now.now);
    }
    let few = submission.attempts.len() < ATTEMPTS;
    let early = now.now - submission.confirmed < BY_ITSELF;
    if can_ask && few && early {
        let at = ask_at(submission, now.chance);
        // A backend that wants to be left alone for longer is read meanwhile.
        if at - submission.confirmed < BY_ITSELF {
            return Next::Ask(at);
        }
    }
    if now.urged {
        return Next::Read(now.now);
    }
    match doubt {
        Some((Doubt::Incomplete, _)) | None => Next::Read(read_at(submission, now)),
        Some(_) => Next::Person,
    }
}

/// When to look next whether the books hold more than was told of a submission that has come to its end; nothing
/// where that is known, cannot be, or is not for this account to see.
///
/// A repetition by the browser can land as late as anything that was sent. So the books are looked into once they can
/// no longer change, and at once where the balances that came back are not those of the quote.
pub fn count_at(submission: &Submission, now: &Circumstances) -> Option<i64> {
    if !can_hold_more(submission, now)
        || !now.signed_in
        || submission.base_url != now.base_url
        || submission.account != now.account
    {
        return None;
    }
    let settled = settled_at(submission, now.settles_after_seconds);
    let is_early = now.now < settled;
    if is_early && !differs(submission) {
        return Some(settled);
    }
    if now.readings == 0 {
        return Some(now.now);
    }
    let next = now.last_reading + pause(now.readings);
    Some(if is_early { next.min(settled) } else { next })
}

/// Whether the books may hold more than was told: the backend had no means against a repetition, or did not use them.
pub fn can_hold_more(submission: &Submission, now: &Circumstances) -> bool {
    let looked_for_the_key = match &submission.state {
        State::Done(_) | State::Found(_) => now.replays_for_hours.is_some(),
        State::Refused(no) => {
            now.replays_for_hours.is_some() && Failure::settles_earlier_attempts(no)
        }
        _ => return false,
    };
    let is_recent = submission
        .ended
        .is_some_and(|ended| now.now - ended < WORTH);
    !submission.counted && !looked_for_the_key && is_recent
}

/// Whether balances that came back give reason to look into the books before they settle.
fn differs(submission: &Submission) -> bool {
    let State::Done(receipt) = &submission.state else {
        return false;
    };
    let quote = &submission.quote;
    let unquoted = quote.own.is_none() && quote.child.is_none();
    let known = matches!(submission.excess, Excess::Once | Excess::More(_));
    !known && (unquoted || !receipt.differences(quote).is_empty())
}

/// One, two, four, eight seconds after the attempt before, a quarter more or less; later where the backend says so.
fn ask_at(submission: &Submission, chance: i64) -> i64 {
    let doublings = submission.attempts.len().saturating_sub(1).min(6) as u32;
    let pause = SECOND << doublings;
    let pause = pause * 3 / 4 + pause * chance.min(1000) / 2000;
    let ended = submission
        .attempts
        .last()
        .map(|last| last.ended.unwrap_or(last.at));
    let asked = submission.failure().and_then(|failure| failure.retry_after);
    let asked = asked.map_or(0, |seconds| i64::from(seconds) * SECOND);
    ended.unwrap_or(submission.confirmed) + pause.max(asked)
}

/// At once, then with growing pauses; but not long after the moment from which on absence proves something.
fn read_at(submission: &Submission, now: &Circumstances) -> i64 {
    if now.readings == 0 {
        return now.now;
    }
    let next = now.last_reading + pause(now.readings);
    let settled = settled_at(submission, now.settles_after_seconds);
    if now.last_reading < settled {
        next.min(settled)
    } else {
        next
    }
}

/// The pause after so many readings.
fn pause(readings: u32) -> i64 {
    (SECOND << readings.min(6)).min(PAUSE)
}

/// From when on the backend can no longer carry out what was sent.
pub fn settled_at(submission: &Submission, settles_after_seconds: u32) -> i64 {
    submission.last_attempt() + i64::from(settles_after_seconds) * SECOND
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
