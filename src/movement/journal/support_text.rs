//! Describes a submission for a service's support: everything that is known about it. A submission has no credential,
//! so the text has none.

use crate::client::{Failure, address};
use crate::movement::reconcile::LedgerEntry;
use crate::movement::submission::{Attempt, ExtraEntries, State, Submission};
use crate::units::utc_moment;

/// Returns the support text of a submission.
pub fn support_text(submission: &Submission) -> String {
    let mut lines = vec![
        format!("Idempotency-Key: {}", submission.key),
        format!(
            "POST {}",
            address(&submission.base_url, &submission.movement.path())
        ),
        format!("Body: {}", submission.body),
        format!(
            "Account: {}",
            submission.account.as_deref().unwrap_or("Unknown")
        ),
        format!("Confirmed: {}", utc_moment(submission.confirmed)),
    ];
    let attempts = submission.attempts.iter().enumerate();
    lines.extend(attempts.map(|(index, attempt)| attempt_line(index + 1, attempt)));
    let at = submission.ended.map(utc_moment);
    let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
    lines.push(format!("State: {}{at}", submission.state.name()));
    lines.extend(evidence(&submission.state));
    if !submission.foreign.is_empty() {
        let ids = submission.foreign.join(", ");
        lines.push(format!("Marked as a colleague's: {ids}"));
    }
    if let ExtraEntries::More(more) = &submission.extra_entries {
        lines.push(format!("Entries that may match: {}", more.len()));
        lines.extend(more.iter().map(entry_line));
    }
    lines.push(format!("Credit Desk {}", env!("CARGO_PKG_VERSION")));
    lines.join("\n")
}

fn attempt_line(number: usize, attempt: &Attempt) -> String {
    let from = utc_moment(attempt.at);
    let answered = attempt.ended.map_or_else(
        || "never answered".to_owned(),
        |at| format!("answered {}", utc_moment(at)),
    );
    let how = match (&attempt.failure, attempt.ended) {
        (Some(failure), _) => failure_text(failure),
        (None, Some(_)) => "success".to_owned(),
        (None, None) => "in progress".to_owned(),
    };
    let service = match (attempt.server.earliest, attempt.server.latest) {
        (None, None) => String::new(),
        (earliest, latest) => {
            let time = |time: Option<i64>| time.map_or_else(|| "?".to_owned(), utc_moment);
            format!(" (service time {} to {})", time(earliest), time(latest))
        }
    };
    format!("Attempt {number}: {from}, {answered}{service}: {how}")
}

fn failure_text(failure: &Failure) -> String {
    let part = |name: &str, text: Option<String>| text.map(|text| format!("{name} {text}"));
    let parts = [
        Some(format!("{:?}", failure.kind)),
        part("status", failure.status.map(|status| status.to_string())),
        part("code", failure.code.clone()),
        part("request", failure.request_id.clone()),
        part("message", failure.message.clone()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn entry_line(entry: &LedgerEntry) -> String {
    let written = entry.written.as_deref().unwrap_or_default();
    let notes = entry.notes.as_deref().unwrap_or_default();
    format!("Entry {}, {written}, {notes}", entry.id)
}

fn evidence(state: &State) -> Vec<String> {
    match state {
        State::Found(found) => vec![entry_line(found)],
        State::Unknown {
            doubt: Some((doubt, entries)),
        } => std::iter::once(format!("Doubt: {doubt:?}"))
            .chain(entries.iter().map(entry_line))
            .collect(),
        State::Done(receipt) => receipt
            .transaction
            .iter()
            .map(|id| format!("Transaction: {id}"))
            .collect(),
        State::Decided { entry_id, .. } => entry_id
            .iter()
            .map(|id| format!("Entry chosen by a user: {id}"))
            .collect(),
        _ => Vec::new(),
    }
}
