//! Pure: when a submission is sent again, looked for, or checked once more. Clock, chance and circumstances are handed
//! in.

use crate::client::{Certainty, FailureKind};
use crate::movement::reconcile::{Doubt, SKEW};
use crate::movement::submission::{ExtraEntries, State, Submission};
use crate::units::clock::{Now, Steady};

/// Attempts that are made without anybody asking for them.
const ATTEMPTS: usize = 5;
/// How long after its confirmation a submission is sent again without anybody asking: later, a person may have done it by
/// other means, and the log is read first.
const AUTOMATIC: i64 = 10 * 60 * SECOND;
/// The longest pause between two readings of the log for an open submission.
const PAUSE: i64 = 60 * SECOND;
/// The shortest pause where the browser believes that it is offline, which it may be wrong about.
const OFFLINE_PAUSE: i64 = 15 * SECOND;
/// The longest pause between two readings of the log for a submission that has settled.
const WATCH_PAUSE: i64 = 30 * 60 * SECOND;
const SECOND: i64 = 1000;
const HOUR: i64 = 60 * 60 * SECOND;
/// How long the log is watched for a late entry of a settled submission, once it can no longer take effect.
const WATCH: i64 = 24 * HOUR;
/// The same after an answer that matches the preview: an entry may still reach the log that late.
const LATE: i64 = 2 * 60 * SECOND;
/// How much of a key's window is left unused at its end, at most.
const WINDOW_MARGIN: i64 = 10 * 60 * SECOND;

/// What the next step depends on, besides the submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryContext {
    /// This moment by every clock.
    pub now: Now,
    /// Whether a key for this service is there.
    pub signed_in: bool,
    /// Whose.
    pub account: Option<String>,
    /// A fingerprint of the credential, where that is known.
    pub credential: Option<String>,
    /// Whether the configured address is the one that the submission is meant for.
    pub same_service: bool,
    /// Whether the service recognizes a repeated key, and for how many hours.
    pub replays_for_hours: Option<u32>,
    /// See [`crate::config::Backend::settles_after_seconds`].
    pub settles_after_seconds: u32,
    /// The longest time, in milliseconds, that can have passed since the confirmation; `None` where nobody knows.
    pub longest_age: Option<i64>,
    /// Whether the browser believes that it has a network.
    pub online: bool,
    /// Whether there is a journal, or a person has accepted that there is none.
    pub may_send: bool,
    /// Whether a person or a new key asks for it now.
    pub retry_now_keys: bool,
    /// Readings of the log so far, since this page drives the submission.
    pub readings: u32,
    /// Whether the newest of them failed.
    pub unread: bool,
    /// When the newest of them ended.
    pub last_reading: Steady,
    /// Chance, from 0 to 1000.
    pub chance: i64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing: it has settled.
    Nothing,
    /// Send it again, with the same key and bytes, at this time.
    Retry(Steady),
    /// Read the log, at this time.
    CheckLog(Steady),
    /// Wait for a key.
    NeedKey,
    /// Wait for the account it was sent from, and the service it was meant for.
    NeedAccount,
    /// Wait for a person.
    NeedDecision,
}

/// Whether the submission belongs to the account and the service that are in use.
pub fn is_at_home(submission: &Submission, now: &RetryContext) -> bool {
    now.same_service && submission.account == now.account
}

/// Why the same key must not be sent again, if it must not: the service would take it for a new submission, or might.
pub fn cannot_ask(submission: &Submission, now: &RetryContext) -> Option<&'static str> {
    if !now.same_service {
        return Some("Sent to a different server address.");
    }
    if submission.account != now.account {
        return Some("Sent from another account; sign in to it to retry.");
    }
    // Nothing has moved yet, so nothing can be doubled.
    let is_doubtful = match submission.state {
        // The attempt that is about to be made is in doubt already.
        State::Recording => submission.was_doubtful(),
        _ => submission.is_doubtful(),
    };
    if !is_doubtful {
        return None;
    }
    let (Some(hours), Some(promised)) = (now.replays_for_hours, submission.promised_hours) else {
        return Some(
            "The service may not recognize this request if repeated, so retrying isn't safe.",
        );
    };
    if submission.account.is_none() || submission.credential.is_none() {
        return Some(
            "The account or API key it was sent with isn't known, so retrying isn't safe.",
        );
    }
    if submission.credential != now.credential {
        return Some("This may not be the API key it was sent with, so retrying isn't safe.");
    }
    let window = i64::from(hours.min(promised)) * HOUR;
    let safe = window - WINDOW_MARGIN.min(window / 4);
    let is_safe = now.longest_age.is_some_and(|age| age < safe);
    (!is_safe).then_some("Too old to retry safely.")
}

/// What to do next about `submission`.
pub fn next(submission: &Submission, now: &RetryContext) -> NextStep {
    let doubt = match &submission.state {
        State::Unknown { doubt } => doubt.as_ref(),
        State::KeyNeeded => None,
        _ => return NextStep::Nothing,
    };
    if !now.signed_in {
        return NextStep::NeedKey;
    }
    if !is_at_home(submission, now) {
        return NextStep::NeedAccount;
    }
    let (can_ask, this) = (
        now.may_send && cannot_ask(submission, now).is_none(),
        now.now.steady,
    );
    if submission.state == State::KeyNeeded {
        // What was rejected may be the browser's repetition of a request that was carried out: only a service that
        // recognizes keys is asked without a look into its log.
        return match (
            now.retry_now_keys,
            can_ask && now.replays_for_hours.is_some(),
        ) {
            (true, true) => NextStep::Retry(this),
            (true, false) => NextStep::CheckLog(this),
            (false, _) => NextStep::NeedKey,
        };
    }
    if can_ask && now.retry_now_keys {
        return NextStep::Retry(this);
    }
    let is_early = now.longest_age.is_some_and(|age| age < AUTOMATIC);
    if can_ask && is_early {
        let at = ask_at(submission, now);
        // If the service asks for a longer wait, its log is read in the meantime.
        if let Some(at) = at.filter(|at| at.since(this) < AUTOMATIC) {
            return NextStep::Retry(at);
        }
    }
    if now.retry_now_keys {
        return NextStep::CheckLog(this);
    }
    match doubt {
        Some((Doubt::Incomplete | Doubt::Unexplained, _)) | None => {
            NextStep::CheckLog(read_at(submission, now))
        }
        Some(_) => NextStep::NeedDecision,
    }
}

/// When to check the log next for an unexpected entry of a settled submission; `None` if there can be none,
/// or if this account may not see it.
///
/// A repetition by the browser can land as late as anything that was sent. So the log is read once it can no longer
/// change, and at once where the balances that came back are not those of the preview; then at growing intervals, as long
/// as an entry could still come into it.
pub fn count_at(submission: &Submission, now: &RetryContext) -> Option<Steady> {
    if !is_watched(submission, now) || !now.signed_in || !is_at_home(submission, now) {
        return None;
    }
    let this = now.now.steady;
    let is_early = !is_settled(submission, now);
    let settled = settled_at(submission, now);
    if is_early && !differs(submission) {
        return Some(settled);
    }
    if now.readings == 0 {
        return Some(this);
    }
    let wait = if now.unread {
        pause(now.readings)
    } else if is_early {
        pause(now.readings).max(5 * SECOND)
    } else {
        ((30 * SECOND) << now.readings.min(6)).min(WATCH_PAUSE)
    };
    let next = now.last_reading.plus(wait);
    Some(if is_early { next.min(settled) } else { next })
}

/// Whether the log may yet hold something of a settled submission that was not shown.
pub fn is_watched(submission: &Submission, now: &RetryContext) -> bool {
    if submission.is_open() || submission.counted {
        return false;
    }
    let replays = now.replays_for_hours.is_some() && submission.promised_hours.is_some();
    let is_answered = matches!(submission.state, State::Done(_));
    // An older version of the portal noted too little to recognize a late entry, and watched for a day.
    let is_old_record =
        submission.known.is_empty() && submission.confirmed_server.earliest.is_none();
    let is_past = submission
        .ended
        .is_none_or(|ended| now.now.wall.saturating_sub(ended) > WATCH);
    let is_recognized = is_answered && replays;
    let is_over = is_old_record && is_past;
    !is_recognized && !is_over
}

/// Whether a reading of the log that begins now is the last one that a settled submission needs.
pub fn is_last_count(submission: &Submission, now: &RetryContext) -> bool {
    let horizon = match &submission.state {
        State::Done(_) if !differs(submission) => LATE,
        _ => WATCH,
    };
    let settles = i64::from(now.settles_after_seconds) * SECOND;
    // Without the service's time, only the time for which this page has been open counts.
    let age = match now.now.server.shortest_since(submission.sent()) {
        Some(age) => age,
        None => now
            .now
            .steady
            .since(submission.quiet_since.unwrap_or_default()),
    };
    is_settled(submission, now) && age >= settles.saturating_add(horizon)
}

/// Whether balances that came back give reason to read the log before it settles.
fn differs(submission: &Submission) -> bool {
    let State::Done(receipt) = &submission.state else {
        return false;
    };
    let quote = &submission.quote;
    let unquoted = quote.own.is_none() && quote.child.is_none();
    let known = matches!(
        submission.excess,
        ExtraEntries::Once | ExtraEntries::More(_)
    );
    !known && (unquoted || !receipt.differences(quote).is_empty())
}

/// One, two, four, eight seconds after the attempt before, a quarter more or less; later where the service says so. An
/// answer that may have met an earlier attempt in flight is asked for once more when that can no longer be. `None` where
/// there were attempts enough.
fn ask_at(submission: &Submission, now: &RetryContext) -> Option<Steady> {
    // The same key may be sent again while an attempt may still be under way: the service recognizes it.
    let ended = submission.resumed_at.or(submission.quiet_since);
    let ended = ended.unwrap_or(now.now.steady);
    let failure = submission.failure();
    let waits = failure
        .and_then(|failure| failure.retry_after)
        .map_or(0, |seconds| i64::from(seconds) * SECOND);
    if submission.attempts.len() >= ATTEMPTS {
        let last_alone = submission.attempts.last().is_some_and(|last| last.alone);
        let met_another = failure.is_some_and(|failure| {
            failure.certainty() == Certainty::Nothing || failure.kind == FailureKind::InFlight
        });
        let is_last = submission.attempts.len() == ATTEMPTS && met_another && !last_alone;
        return is_last.then(|| settled_at(submission, now).max(ended.plus(waits)));
    }
    let doublings = submission.attempts.len().saturating_sub(1).min(6) as u32;
    let pause = SECOND << doublings;
    let pause = pause * 3 / 4 + pause * now.chance.clamp(0, 1000) / 2000;
    let at = ended.plus(pause.max(waits));
    Some(if now.online {
        at
    } else {
        at.max(ended.plus(OFFLINE_PAUSE))
    })
}

/// At once, then with growing pauses; but not long after the moment from which on absence proves something.
fn read_at(submission: &Submission, now: &RetryContext) -> Steady {
    if now.readings == 0 {
        return now.now.steady;
    }
    let wait = pause(now.readings);
    let wait = if now.online {
        wait
    } else {
        wait.max(OFFLINE_PAUSE)
    };
    let next = now.last_reading.plus(wait);
    let settled = settled_at(submission, now);
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

/// From when on the service can no longer carry out what was sent, on this page's steady clock: counted from the end of
/// the last attempt, or from when this page took over, where that is not known.
pub fn settled_at(submission: &Submission, now: &RetryContext) -> Steady {
    let wait = i64::from(now.settles_after_seconds) * SECOND;
    let has_ended = submission
        .attempts
        .last()
        .is_none_or(|last| last.ended.is_some());
    let by_page = match (submission.quiet_since, has_ended) {
        (Some(quiet), _) => quiet.plus(wait),
        // It ended before this page was opened.
        (None, true) => Steady(0).plus(wait),
        // Another page may have it in hand.
        (None, false) if is_at_home(submission, now) => return now.now.steady.plus(wait),
        // Nobody sends it from here; a request that was under way when this page was opened has ended since.
        (None, false) => Steady(0).plus(2 * wait),
    };
    // For an earlier page's attempt, the service's clock may know that it was longer ago. Its nodes' clocks may differ.
    let by_server = now.now.server.shortest_since(submission.sent());
    match by_server {
        Some(ago) if submission.quiet_since.is_none() && ago >= wait + SKEW => {
            by_page.min(now.now.steady)
        }
        _ => by_page,
    }
}

/// Whether the service can no longer carry out what was sent.
pub fn is_settled(submission: &Submission, now: &RetryContext) -> bool {
    settled_at(submission, now) <= now.now.steady
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
