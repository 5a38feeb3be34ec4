//! A failure in sentences: what happened, whether anything moved, and what to do.

use super::failure::{Effect, Failure, Why};

/// What the person was doing, which decides whether money is worth a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Only reading.
    Read,
    /// Asking for a preview.
    Preview,
    /// Moving something, for the first time.
    Move,
    /// Asking again for something that may have moved already: whatever the newest answer says, it does not
    /// speak for the attempts before it.
    Doubt,
}

/// What to show for a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// What happened.
    pub happened: String,
    /// Whether anything moved; nothing where nothing could.
    pub moved: Option<&'static str>,
    /// What to do next.
    pub todo: String,
    /// The backend's own words, where they add something.
    pub words: Option<String>,
    /// Status, code and request id, to quote to support.
    pub reference: Option<String>,
}

impl Telling {
    /// Puts `failure` into sentences.
    pub fn of(failure: &Failure, act: Act) -> Self {
        let moved = match (act, failure.effect()) {
            // A preview could not have moved anything: saying so would only make people wonder.
            (Act::Read | Act::Preview, _) => None,
            (Act::Move, Effect::Nothing) => Some("Nothing was moved."),
            (Act::Doubt, _) | (Act::Move, Effect::Unknown) => {
                Some("It is not known whether the movement was made.")
            }
        };
        let (happened, todo) = sentences(failure, act);
        let words = failure.message.clone().filter(|words| *words != happened);
        Self {
            happened,
            moved,
            todo,
            words,
            reference: reference(failure),
        }
    }
}

fn reference(failure: &Failure) -> Option<String> {
    let status = failure.status.map(|status| format!("status {status}"));
    let code = failure.code.as_ref().map(|code| format!("code {code}"));
    let id = failure
        .request_id
        .as_ref()
        .map(|id| format!("request {id}"));
    let detail = match &failure.why {
        Why::Unreadable(detail) => Some(detail.clone()),
        _ => None,
    };
    let parts: Vec<_> = [status, code, id, detail].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn sentences(failure: &Failure, act: Act) -> (String, String) {
    let (happened, todo) = plain_sentences(failure);
    let doubtful = act == Act::Doubt || (act == Act::Move && failure.effect() == Effect::Unknown);
    if doubtful {
        let todo = "Until that is known, do not make it by other means.";
        return (happened, todo.to_owned());
    }
    (happened, todo)
}

fn plain_sentences(failure: &Failure) -> (String, String) {
    if let Some((happened, todo)) = by_code(failure) {
        return (happened.to_owned(), todo.to_owned());
    }
    let again = "Try again in a moment.";
    let (happened, todo) = match failure.why {
        Why::SignedOut => ("You are signed out of this backend.", "Sign in again."),
        Why::Network => (
            "The backend could not be reached, or the connection broke.",
            again,
        ),
        Why::TimedOut => ("The backend did not answer in time.", again),
        Why::Interrupted => (
            "The page was closed before the backend's answer came.",
            again,
        ),
        Why::Unreadable(_) => ("The backend's answer could not be read.", again),
        Why::Server => ("The backend failed.", again),
        Why::Suspended => (
            "This key or its organization is suspended.",
            "Ask the vendor to lift the suspension.",
        ),
        Why::Unauthorized => (
            "The backend did not accept the key.",
            "Sign in again with a valid key, under Keys.",
        ),
        Why::Forbidden => (
            "This key may not do that.",
            "Sign in with a key that has the right.",
        ),
        Why::NotFound => (
            "What was asked for does not exist.",
            "Check the choice, or reload the list.",
        ),
        Why::MethodNotAllowed => (
            "The backend does not offer this.",
            "Check the base URL in config.json with whoever runs this portal.",
        ),
        Why::InFlight => (
            "The backend is still working on this submission.",
            "Wait a moment; ask again with the same key.",
        ),
        Why::KeyReused => (
            "The backend has seen this submission's key with other content.",
            "Start a new submission, and report this.",
        ),
        Why::Conflict => (
            "The organization's state does not allow this.",
            "It may be archived; choose another one.",
        ),
        Why::Invalid => (
            "The backend did not accept what the form says.",
            "Correct it and send again.",
        ),
        Why::Insufficient => (
            "The balance does not cover this.",
            "Move less, or top up first.",
        ),
        Why::RateLimited => return rate_limited(failure),
        Why::Declined => (
            "The backend declined.",
            "Read its words, correct the form, and send again.",
        ),
        Why::Unexpected => (
            "The backend gave an answer that its documents do not name.",
            again,
        ),
    };
    (happened.to_owned(), todo.to_owned())
}

fn rate_limited(failure: &Failure) -> (String, String) {
    let todo = match failure.retry_after {
        Some(1) => "Try again in a second.".to_owned(),
        Some(seconds) => format!("Try again in {seconds} seconds."),
        None => "Try again in about a minute.".to_owned(),
    };
    (
        "The backend had too many requests from this account.".to_owned(),
        todo,
    )
}

/// Sentences for the machine words that both vendors use (contract §1.9, §3.1, §4, §7).
fn by_code(failure: &Failure) -> Option<(&'static str, &'static str)> {
    Some(match failure.code.as_deref()? {
        "insufficient_balance" => (
            "Your balance does not cover these minutes.",
            "Move fewer minutes, or top up your balance first.",
        ),
        "insufficient_child_balance" => (
            "The child organization has fewer unused minutes than that.",
            "Take back fewer minutes.",
        ),
        "exceeds_transferred" => (
            "More would come back to you than was ever charged for this child organization.",
            "Take back fewer minutes.",
        ),
        "invalid_rate" => (
            "This rate is below what you pay per minute.",
            "Charge at least your own rate.",
        ),
        "not_found" | "NOT_FOUND" => (
            "This organization does not exist, or is not one of your children.",
            "Choose another one, or reload the list.",
        ),
        "forbidden" => (
            "This key does not belong to a reseller account.",
            "Sign in with a reseller's key.",
        ),
        "FORBIDDEN_SCOPE" => (
            "This key is not allowed to manage organizations.",
            "Sign in with a key that has the scope org:admin.",
        ),
        "BILLING_EXHAUSTED" => (
            "Your prepaid credits do not cover this.",
            "Allocate fewer credits, or buy prepaid credits first.",
        ),
        "CONFLICT" if failure.why == Why::Conflict => (
            "This organization's state does not allow it: it is archived.",
            "Choose another organization.",
        ),
        "IDEMPOTENCY_REQUIRED" => (
            "The submission arrived without its key.",
            "Report this; a proxy may be dropping the Idempotency-Key header.",
        ),
        "KILL_SWITCH" => (
            "This key or its organization is suspended.",
            "Ask the vendor to lift the suspension.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn failure(why: Why, code: Option<&str>) -> Failure {
        Failure {
            code: code.map(str::to_owned),
            status: Some(400),
            ..Failure::unanswered(why)
        }
    }

    #[test]
    fn an_unknown_end_is_never_told_as_failed() {
        for why in [
            Why::Network,
            Why::TimedOut,
            Why::Server,
            Why::Unexpected,
            Why::Unreadable("x".into()),
        ] {
            let telling = Telling::of(&failure(why, None), Act::Move);
            assert_eq!(
                telling.moved,
                Some("It is not known whether the movement was made.")
            );
            assert!(telling.todo.contains("Until that is known"), "{telling:?}");
        }
    }

    #[test]
    fn a_repeated_request_never_says_that_nothing_moved() {
        for why in [
            Why::RateLimited,
            Why::Unauthorized,
            Why::Suspended,
            Why::SignedOut,
        ] {
            let telling = Telling::of(&failure(why, None), Act::Doubt);
            assert_eq!(
                telling.moved,
                Some("It is not known whether the movement was made.")
            );
            assert!(telling.todo.contains("Until that is known"), "{telling:?}");
        }
    }

    #[test]
    fn a_definite_end_says_that_nothing_moved() {
        let telling = Telling::of(
            &failure(Why::Insufficient, Some("insufficient_balance")),
            Act::Move,
        );
        assert_eq!(telling.moved, Some("Nothing was moved."));
        assert!(telling.happened.contains("does not cover"));
        assert_eq!(
            telling.reference.as_deref(),
            Some("status 400 · code insufficient_balance")
        );
        assert_eq!(
            Telling::of(&failure(Why::Network, None), Act::Read).moved,
            None
        );
    }

    #[test]
    fn waiting_time_is_said_when_known() {
        let limited = Failure {
            retry_after: Some(60),
            ..failure(Why::RateLimited, None)
        };
        assert_eq!(
            Telling::of(&limited, Act::Read).todo,
            "Try again in 60 seconds."
        );
    }
}
