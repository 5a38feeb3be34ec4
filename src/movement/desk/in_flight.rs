//! What is in flight, kept where the panic hook can read it when nothing else can be trusted any more.

use crate::movement::submission::Submission;
use crate::movement::submissions::Submissions;
use leptos::prelude::window;
use std::cell::RefCell;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Where it is marked that something may be unresolved: only then the next start needs the journal before anybody has
/// signed in. No figure and no key stands there.
const MARK: &str = "credit-desk.unresolved";

/// Whether something may be unresolved. It is also said where nothing can be kept.
pub(crate) fn is_marked() -> bool {
    match window().local_storage() {
        Ok(Some(storage)) => !matches!(storage.get_item(MARK), Ok(None)),
        _ => true,
    }
}

/// Marks whether something is unresolved. The mark goes only when the whole journal was read, since another tab may know
/// more than this one.
pub(crate) fn mark(book: &Submissions, whole: bool) {
    let is_left = book.open().next().is_some() || book.needs_acknowledgment().next().is_some();
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match (is_left, whole) {
            (true, _) => storage.set_item(MARK, "1"),
            (false, true) => storage.remove_item(MARK),
            (false, false) => Ok(()),
        };
    }
}

/// Notes what is unresolved in `book`: the other party only of what `shows` allows to be shown.
pub(crate) fn note(book: &Submissions, shows: impl Fn(&Submission) -> bool) {
    // At every change, though it mostly stands there already: another tab, which read the journal before this stood in
    // it, may just have taken the mark away.
    mark(book, false);
    let lines = book
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
    LINES.with(|held| {
        if let Ok(mut held) = held.try_borrow_mut() {
            *held = lines;
        }
    });
}

/// A line for every movement that is unresolved: kind, other party if it may be shown, key and state.
pub fn lines() -> Vec<String> {
    LINES.with(|held| {
        held.try_borrow()
            .map(|held| held.clone())
            .unwrap_or_default()
    })
}
