//! Pure: when to resend a submission, search the log for it, or check it once more. The caller passes in the time, the
//! randomness and everything else the decision depends on.

use crate::client::{Certainty, FailureKind};
use crate::movement::reconcile::{Doubt, SKEW};
use crate::movement::submission::{ExtraEntries, State, Submission};
use crate::units::clock::{Now, Steady};

/// The maximum number of attempts that are made automatically, including the first.
const MAX_AUTOMATIC_ATTEMPTS: usize = 5;
/// How long after confirmation a submission is resent automatically. Later, the user may have done it another way, so
/// the log is checked first.
const AUTOMATIC_RETRY_WINDOW: i64 = 10 * 60 * SECOND;
/// The longest pause between two log checks for an open submission.
const MAX_PAUSE: i64 = 60 * SECOND;
/// The shortest pause while the browser reports that it is offline, which may be wrong.
const MIN_OFFLINE_PAUSE: i64 = 15 * SECOND;
/// The longest pause between two log checks for a settled submission.
const MAX_WATCH_PAUSE: i64 = 30 * 60 * SECOND;
const SECOND: i64 = 1000;
const HOUR: i64 = 60 * 60 * SECOND;
/// How long the log is watched for a late entry of a settled submission, once the submission can no longer take
/// effect.
const WATCH_TIME: i64 = 24 * HOUR;
/// The same after a response that matches the preview: an entry may still show up in the log this late.
const WATCH_TIME_AFTER_MATCH: i64 = 2 * 60 * SECOND;
/// The maximum time at the end of a key's replay window that is left unused, as a safety margin.
const WINDOW_MARGIN: i64 = 10 * 60 * SECOND;

/// What the next step depends on, besides the submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryContext {
    /// The current time by every clock.
    pub now: Now,
    /// Whether there is a credential for this service.
    pub signed_in: bool,
    /// The signed-in account.
    pub account: Option<String>,
    /// A fingerprint of the credential, if known.
    pub credential: Option<String>,
    /// Whether the submission was confirmed for the configured service address.
    pub same_service: bool,
    /// For how many hours the service recognizes a repeated key; `None` if it doesn't.
    pub replays_for_hours: Option<u32>,
    /// See [`crate::config::Backend::settles_after_seconds`].
    pub settles_after_seconds: u32,
    /// The longest time that can have passed since confirmation, in milliseconds; `None` if unknown.
    pub longest_age: Option<i64>,
    /// Whether the browser reports that it is online.
    pub online: bool,
    /// Whether there is a journal, or the user accepted that there is none.
    pub may_send: bool,
    /// Whether the user or a new credential asks for a retry now.
    pub retry_now: bool,
    /// How many times the log was checked since this page started driving the submission.
    pub log_checks: u32,
    /// Whether the latest check failed.
    pub last_check_failed: bool,
    /// When the latest check ended.
    pub last_log_check: Steady,
    /// A random number from 0 to 1000, which varies the pauses between attempts.
    pub jitter: i64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing: it is settled.
    Nothing,
    /// Resend it at this time, with the same key and bytes.
    Retry(Steady),
    /// Check the log at this time.
    CheckLog(Steady),
    /// Wait for a credential.
    NeedKey,
    /// Wait for the account it was sent from and the service it was confirmed for.
    NeedAccount,
    /// Wait for the user to decide.
    NeedDecision,
}

/// Whether the submission belongs to the current account and service.
pub fn belongs_to_current_account(submission: &Submission, context: &RetryContext) -> bool {
    context.same_service && submission.account == context.account
}

/// Returns why the same key must not be sent again, if the service would or might treat it as a new submission.
pub fn resend_blocker(submission: &Submission, context: &RetryContext) -> Option<&'static str> {
    if !context.same_service {
        return Some("Sent to a different server address.");
    }
    if submission.account != context.account {
        return Some("Sent from another account; sign in to it to retry.");
    }
    // If nothing can have moved yet, a resend can't duplicate anything.
    let is_doubtful = match submission.state {
        // The attempt that is about to be made already counts as doubtful.
        State::Recording => submission.was_doubtful(),
        _ => submission.is_doubtful(),
    };
    if !is_doubtful {
        return None;
    }
    let (Some(hours), Some(promised)) = (context.replays_for_hours, submission.promised_hours)
    else {
        return Some(
            "The service may not recognize this request if repeated, so retrying isn't safe.",
        );
    };
    if submission.account.is_none() || submission.credential.is_none() {
        return Some(
            "The account or API key it was sent with isn't known, so retrying isn't safe.",
        );
    }
    if submission.credential != context.credential {
        return Some("This may not be the API key it was sent with, so retrying isn't safe.");
    }
    let window = i64::from(hours.min(promised)) * HOUR;
    let safe = window - WINDOW_MARGIN.min(window / 4);
    let is_safe = context.longest_age.is_some_and(|age| age < safe);
    (!is_safe).then_some("Too old to retry safely.")
}

/// Returns what to do next about `submission`.
pub fn next(submission: &Submission, context: &RetryContext) -> NextStep {
    let doubt = match &submission.state {
        State::Unknown { doubt } => doubt.as_ref(),
        State::KeyNeeded => None,
        _ => return NextStep::Nothing,
    };
    if !context.signed_in {
        return NextStep::NeedKey;
    }
    if !belongs_to_current_account(submission, context) {
        return NextStep::NeedAccount;
    }
    let (can_retry, now) = (
        context.may_send && resend_blocker(submission, context).is_none(),
        context.now.steady,
    );
    if submission.state == State::KeyNeeded {
        // The rejected request may be the browser's repeat of one that was carried out. Only a service that recognizes
        // keys gets a retry without a log check.
        return match (
            context.retry_now,
            can_retry && context.replays_for_hours.is_some(),
        ) {
            (true, true) => NextStep::Retry(now),
            (true, false) => NextStep::CheckLog(now),
            (false, _) => NextStep::NeedKey,
        };
    }
    if can_retry && context.retry_now {
        return NextStep::Retry(now);
    }
    let is_early = context
        .longest_age
        .is_some_and(|age| age < AUTOMATIC_RETRY_WINDOW);
    if can_retry && is_early {
        let at = retry_at(submission, context);
        // If the service asks for a longer wait, the log is checked in the meantime.
        if let Some(at) = at.filter(|at| at.since(now) < AUTOMATIC_RETRY_WINDOW) {
            return NextStep::Retry(at);
        }
    }
    if context.retry_now {
        return NextStep::CheckLog(now);
    }
    match doubt {
        Some((Doubt::Incomplete | Doubt::Unexplained, _)) | None => {
            NextStep::CheckLog(check_log_at(submission, context))
        }
        Some(_) => NextStep::NeedDecision,
    }
}

/// Returns when to check the log next for an unexpected entry of a settled submission; `None` if there can be none, or
/// if this account may not see it.
///
/// A repeat by the browser can arrive as late as anything that was sent. So the log is checked once it can no longer
/// change, and immediately if the returned balances differ from the preview; then at growing intervals for as long as
/// an entry could still show up.
pub fn count_at(submission: &Submission, context: &RetryContext) -> Option<Steady> {
    if !is_watched(submission, context)
        || !context.signed_in
        || !belongs_to_current_account(submission, context)
    {
        return None;
    }
    let now = context.now.steady;
    let is_early = !is_settled(submission, context);
    let settled = settled_at(submission, context);
    if is_early && !differs(submission) {
        return Some(settled);
    }
    if context.log_checks == 0 {
        return Some(now);
    }
    let wait = if context.last_check_failed {
        pause(context.log_checks)
    } else if is_early {
        pause(context.log_checks).max(5 * SECOND)
    } else {
        ((30 * SECOND) << context.log_checks.min(6)).min(MAX_WATCH_PAUSE)
    };
    let next = context.last_log_check.plus(wait);
    Some(if is_early { next.min(settled) } else { next })
}

/// Whether the log may still hold an entry of a settled submission that the user hasn't seen.
pub fn is_watched(submission: &Submission, context: &RetryContext) -> bool {
    if submission.is_open() || submission.counted {
        return false;
    }
    let replays = context.replays_for_hours.is_some() && submission.promised_hours.is_some();
    let is_answered = matches!(submission.state, State::Done(_));
    // An older version of the portal stored too little to recognize a late entry, and watched for a day.
    let is_old_record =
        submission.known.is_empty() && submission.confirmed_server.earliest.is_none();
    let is_watch_over = submission
        .ended
        .is_none_or(|ended| context.now.wall.saturating_sub(ended) > WATCH_TIME);
    let is_recognized = is_answered && replays;
    let is_over = is_old_record && is_watch_over;
    !is_recognized && !is_over
}

/// Whether a log check that starts now is the last one that a settled submission needs.
pub fn is_last_count(submission: &Submission, context: &RetryContext) -> bool {
    let horizon = match &submission.state {
        State::Done(_) if !differs(submission) => WATCH_TIME_AFTER_MATCH,
        _ => WATCH_TIME,
    };
    let settles = i64::from(context.settles_after_seconds) * SECOND;
    // If the server time is unknown, only the time this page has been open counts.
    let age = match context.now.server.shortest_since(submission.sent()) {
        Some(age) => age,
        None => context
            .now
            .steady
            .since(submission.quiet_since.unwrap_or_default()),
    };
    is_settled(submission, context) && age >= settles.saturating_add(horizon)
}

/// Whether the returned balances are a reason to check the log before it settles.
fn differs(submission: &Submission) -> bool {
    let State::Done(receipt) = &submission.state else {
        return false;
    };
    let quote = &submission.quote;
    let unquoted = quote.own.is_none() && quote.child.is_none();
    let known = matches!(
        submission.extra_entries,
        ExtraEntries::Once | ExtraEntries::More(_)
    );
    !known && (unquoted || !receipt.differences(quote).is_empty())
}

/// Returns when to resend: one, two, four, then eight seconds after the previous attempt, plus or minus a quarter;
/// later if the service says so. An answer that may have met an earlier attempt in flight is requested once more when
/// that is no longer possible. `None` if there were enough attempts.
fn retry_at(submission: &Submission, context: &RetryContext) -> Option<Steady> {
    // The same key may be resent while an attempt may still be in flight: the service recognizes it.
    let ended = submission.resumed_at.or(submission.quiet_since);
    let ended = ended.unwrap_or(context.now.steady);
    let failure = submission.failure();
    let retry_after = failure
        .and_then(|failure| failure.retry_after)
        .map_or(0, |seconds| i64::from(seconds) * SECOND);
    if submission.attempts.len() >= MAX_AUTOMATIC_ATTEMPTS {
        let last_alone = submission.attempts.last().is_some_and(|last| last.alone);
        let met_another = failure.is_some_and(|failure| {
            failure.certainty() == Certainty::Nothing || failure.kind == FailureKind::InFlight
        });
        let is_last =
            submission.attempts.len() == MAX_AUTOMATIC_ATTEMPTS && met_another && !last_alone;
        return is_last.then(|| settled_at(submission, context).max(ended.plus(retry_after)));
    }
    let doublings = submission.attempts.len().saturating_sub(1).min(6) as u32;
    let pause = SECOND << doublings;
    let pause = pause * 3 / 4 + pause * context.jitter.clamp(0, 1000) / 2000;
    let at = ended.plus(pause.max(retry_after));
    Some(if context.online {
        at
    } else {
        at.max(ended.plus(MIN_OFFLINE_PAUSE))
    })
}

/// Returns when to check the log: immediately, then with growing pauses, but soon after the moment when absence becomes
/// proof.
fn check_log_at(submission: &Submission, context: &RetryContext) -> Steady {
    if context.log_checks == 0 {
        return context.now.steady;
    }
    let wait = pause(context.log_checks);
    let wait = if context.online {
        wait
    } else {
        wait.max(MIN_OFFLINE_PAUSE)
    };
    let next = context.last_log_check.plus(wait);
    let settled = settled_at(submission, context);
    if context.last_log_check < settled {
        next.min(settled)
    } else {
        next
    }
}

/// The pause after this many log checks.
fn pause(log_checks: u32) -> i64 {
    (SECOND << log_checks.min(6)).min(MAX_PAUSE)
}

/// When the service can no longer carry out what was sent, on this page's steady clock. Counted from the end of the
/// last attempt, or from when this page took over if that end is unknown.
pub fn settled_at(submission: &Submission, context: &RetryContext) -> Steady {
    let wait = i64::from(context.settles_after_seconds) * SECOND;
    let has_ended = submission
        .attempts
        .last()
        .is_none_or(|last| last.ended.is_some());
    let by_page = match (submission.quiet_since, has_ended) {
        (Some(quiet), _) => quiet.plus(wait),
        // It ended before this page was opened.
        (None, true) => Steady(0).plus(wait),
        // Another page may be driving it.
        (None, false) if belongs_to_current_account(submission, context) => {
            return context.now.steady.plus(wait);
        }
        // Nothing sends it from here. A request that was in flight when this page opened has ended since.
        (None, false) => Steady(0).plus(2 * wait),
    };
    // For an earlier page's attempt, the server time may show that it was longer ago. The service's nodes may have
    // different clocks.
    let by_server = context.now.server.shortest_since(submission.sent());
    match by_server {
        Some(ago) if submission.quiet_since.is_none() && ago >= wait + SKEW => {
            by_page.min(context.now.steady)
        }
        _ => by_page,
    }
}

/// Whether the service can no longer carry out what was sent.
pub fn is_settled(submission: &Submission, context: &RetryContext) -> bool {
    settled_at(submission, context) <= context.now.steady
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
