//! Describes a failure to the user: what happened, whether anything moved, and what to do next.

use crate::client::failure::{Certainty, Failure, FailureKind};

/// What the user was doing. Decides whether the message mentions credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Loading data.
    Read,
    /// Loading a preview.
    Preview,
    /// Sending a movement for the first time.
    Move,
    /// Resending a movement that may already have been carried out. The newest response may not cover the earlier
    /// attempts.
    Resend,
}

/// What to show for a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorMessage {
    /// What happened.
    pub text: String,
    /// Whether anything moved; `None` if nothing could have.
    pub moved: Option<&'static str>,
    /// What to do next.
    pub action: String,
    /// The service's own message, if it adds something.
    pub service_message: Option<String>,
    /// Status, code and request id, for support.
    pub reference: Option<String>,
}

impl ErrorMessage {
    /// Returns the message for `failure`.
    pub fn of(failure: &Failure, operation: Operation) -> Self {
        let moved = match (operation, failure.certainty()) {
            // A preview can't move anything, and saying so would only confuse users.
            (Operation::Read | Operation::Preview, _) => None,
            (Operation::Move, Certainty::Nothing) => Some("No credits moved."),
            (Operation::Resend, _) | (Operation::Move, Certainty::Unknown) => {
                Some("We don't know yet whether this went through.")
            }
        };
        let (text, action) = sentences(failure, operation);
        let service_message = failure
            .message
            .clone()
            .filter(|message| message.trim_end_matches('.') != text.trim_end_matches('.'));
        Self {
            text,
            moved,
            action,
            service_message,
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
    let detail = match &failure.kind {
        FailureKind::Unreadable(detail) => Some(detail.clone()),
        _ => None,
    };
    let parts: Vec<_> = [status, code, id, detail].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn sentences(failure: &Failure, operation: Operation) -> (String, String) {
    let (text, action) = plain_sentences(failure);
    let is_uncertain = operation == Operation::Resend
        || (operation == Operation::Move && failure.certainty() == Certainty::Unknown);
    if is_uncertain {
        let action = "Don't repeat it until we do.";
        return (text, action.to_owned());
    }
    (text, action)
}

fn plain_sentences(failure: &Failure) -> (String, String) {
    if let Some((text, action)) = by_code(failure) {
        return (text.to_owned(), action.to_owned());
    }
    let retry = "Try again in a moment.";
    let (text, action) = match failure.kind {
        FailureKind::SignedOut => ("Your session ended.", "Sign in again."),
        FailureKind::Network => ("Can't reach the service.", retry),
        FailureKind::TimedOut => ("The service timed out.", retry),
        FailureKind::Interrupted => ("The page closed before we got a response.", retry),
        FailureKind::Unreadable(_) => ("Unreadable response.", retry),
        FailureKind::Server => ("Service error.", retry),
        FailureKind::Suspended => (
            "This key or its organization is suspended.",
            "Contact the provider.",
        ),
        FailureKind::Unauthorized => ("Invalid API key.", "Enter a valid key under API keys."),
        FailureKind::Forbidden => ("You don't have permission.", "Use a key with permission."),
        FailureKind::NotFound => ("Not found.", "Check your selection or refresh."),
        FailureKind::MethodNotAllowed => (
            "Not supported by this service.",
            "Ask your administrator to check the address in config.json.",
        ),
        FailureKind::InFlight => ("Still processing.", "Wait a moment, then check again."),
        FailureKind::KeyReused => (
            "This idempotency key was already used for another request.",
            "Start over, and report this to your administrator.",
        ),
        FailureKind::Conflict => (
            "This organization's status doesn't allow it.",
            "It may be archived. Choose another one.",
        ),
        FailureKind::Invalid => ("Some details aren't valid.", "Fix them and resubmit."),
        FailureKind::Insufficient => ("Insufficient balance.", "Reduce the amount or top up."),
        FailureKind::RateLimited => return rate_limited(failure),
        FailureKind::Declined => ("Declined.", "See the message, fix it and resubmit."),
        FailureKind::Unexpected => ("Unexpected response.", retry),
    };
    (text.to_owned(), action.to_owned())
}

fn rate_limited(failure: &Failure) -> (String, String) {
    let action = match failure.retry_after {
        Some(1) => "Try again in a second.".to_owned(),
        Some(seconds) => format!("Try again in {seconds} seconds."),
        None => "Try again in about a minute.".to_owned(),
    };
    ("Too many requests.".to_owned(), action)
}

/// Returns the sentences for the error codes of both services (contract §1.9, §3.1, §4, §7).
fn by_code(failure: &Failure) -> Option<(&'static str, &'static str)> {
    Some(match failure.code.as_deref()? {
        "insufficient_balance" => ("Insufficient balance.", "Reduce the amount or top up."),
        "insufficient_child_balance" => (
            "This client doesn't have that many unused minutes.",
            "Enter fewer minutes.",
        ),
        "exceeds_transferred" => (
            "Exceeds what this client was charged.",
            "Enter fewer minutes.",
        ),
        "invalid_rate" => ("Rate can't be below your cost.", "Enter a higher rate."),
        "not_found" | "NOT_FOUND" => (
            "Client or organization not found.",
            "Choose another one or refresh.",
        ),
        "forbidden" => (
            "This key isn't for a reseller account.",
            "Use a reseller key.",
        ),
        "FORBIDDEN_SCOPE" => (
            "This key can't manage organizations.",
            "Use a key with the org:admin scope.",
        ),
        "BILLING_EXHAUSTED" => (
            "Insufficient prepaid credits.",
            "Reduce the amount or buy prepaid credits.",
        ),
        "CONFLICT" if failure.kind == FailureKind::Conflict => (
            "This organization is archived.",
            "Choose another organization.",
        ),
        "IDEMPOTENCY_REQUIRED" => (
            "The request arrived without its idempotency key.",
            "A proxy may be dropping the Idempotency-Key header. Contact your administrator.",
        ),
        "KILL_SWITCH" => (
            "This key or its organization is suspended.",
            "Contact the provider.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn failure(kind: FailureKind, code: Option<&str>) -> Failure {
        Failure {
            code: code.map(str::to_owned),
            status: Some(400),
            ..Failure::unanswered(kind)
        }
    }

    #[test]
    fn an_unknown_outcome_is_never_reported_as_failed() {
        for kind in [
            FailureKind::Network,
            FailureKind::TimedOut,
            FailureKind::Server,
            FailureKind::Unexpected,
            FailureKind::Unreadable("x".into()),
        ] {
            let message = ErrorMessage::of(&failure(kind, None), Operation::Move);
            assert_eq!(
                message.moved,
                Some("We don't know yet whether this went through.")
            );
            assert!(message.action.contains("until we do"), "{message:?}");
        }
    }

    #[test]
    fn a_resent_request_never_reports_that_nothing_moved() {
        for kind in [
            FailureKind::RateLimited,
            FailureKind::Unauthorized,
            FailureKind::Suspended,
            FailureKind::SignedOut,
        ] {
            let message = ErrorMessage::of(&failure(kind, None), Operation::Resend);
            assert_eq!(
                message.moved,
                Some("We don't know yet whether this went through.")
            );
            assert!(message.action.contains("until we do"), "{message:?}");
        }
    }

    #[test]
    fn a_definite_failure_reports_that_nothing_moved() {
        let message = ErrorMessage::of(
            &failure(FailureKind::Insufficient, Some("insufficient_balance")),
            Operation::Move,
        );
        assert_eq!(message.moved, Some("No credits moved."));
        assert!(message.text.contains("Insufficient balance"));
        assert_eq!(
            message.reference.as_deref(),
            Some("status 400 · code insufficient_balance")
        );
        assert_eq!(
            ErrorMessage::of(&failure(FailureKind::Network, None), Operation::Read).moved,
            None
        );
    }

    #[test]
    fn the_retry_time_is_shown_if_known() {
        let limited = Failure {
            retry_after: Some(60),
            ..failure(FailureKind::RateLimited, None)
        };
        assert_eq!(
            ErrorMessage::of(&limited, Operation::Read).action,
            "Try again in 60 seconds."
        );
    }
}
