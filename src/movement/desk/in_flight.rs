//! Unresolved submissions, stored where the panic hook can read them when nothing else can be trusted.

use crate::movement::submission::Submission;
use crate::movement::submissions::Submissions;
use leptos::prelude::window;
use std::cell::RefCell;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The storage key that marks that something may be unresolved. Only then does the next start need the journal before
/// sign-in. The mark holds no amounts and no keys.
const MARK: &str = "credit-desk.unresolved";

/// Whether something may be unresolved. Also true if the browser has no local storage.
pub(crate) fn is_marked() -> bool {
    match window().local_storage() {
        Ok(Some(storage)) => !matches!(storage.get_item(MARK), Ok(None)),
        _ => true,
    }
}

/// Marks whether something is unresolved. The mark is removed only if the `whole` journal was read, because another tab
/// may know more than this one.
pub(crate) fn mark(submissions: &Submissions, whole: bool) {
    let is_unresolved =
        submissions.open().next().is_some() || submissions.needs_acknowledgment().next().is_some();
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match (is_unresolved, whole) {
            (true, _) => storage.set_item(MARK, "1"),
            (false, true) => storage.remove_item(MARK),
            (false, false) => Ok(()),
        };
    }
}

/// Records the unresolved submissions. The other party is included only where `shows` allows it.
pub(crate) fn note(submissions: &Submissions, shows: impl Fn(&Submission) -> bool) {
    // Set on every change, even if it is already set: another tab may have just removed it, having read the journal
    // before this submission was in it.
    mark(submissions, false);
    let lines = submissions
        .open()
        .map(|open| {
            let kind = open.movement.kind().name();
            let party = match shows(open) {
                true => format!("{} · ", open.movement.name()),
                false => String::new(),
            };
            let state = open.state.name();
            format!("{kind} · {party}key {} · {state}", open.key)
        })
        .collect();
    LINES.with(|cell| {
        if let Ok(mut stored) = cell.try_borrow_mut() {
            *stored = lines;
        }
    });
}

/// Returns a line for every unresolved submission: kind, other party if it may be shown, key and state.
pub fn lines() -> Vec<String> {
    LINES.with(|cell| {
        cell.try_borrow()
            .map(|lines| lines.clone())
            .unwrap_or_default()
    })
}
