//! What is in flight, kept where the panic hook can read it when nothing else can be trusted any more.

use super::book::Book;
use std::cell::RefCell;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes what is unresolved in `book`.
pub(super) fn note(book: &Book) {
    let lines = book
        .open()
        .map(|open| {
            let kind = open.movement.kind().name();
            let party = open.movement.name();
            let state = open.state.name();
            format!("{kind} · {party} · key {} · {state}", open.key)
        })
        .collect();
    LINES.with(|held| {
        if let Ok(mut held) = held.try_borrow_mut() {
            *held = lines;
        }
    });
}

/// A line for every movement that is unresolved: kind, other party, key and state.
pub fn lines() -> Vec<String> {
    LINES.with(|held| {
        held.try_borrow()
            .map(|held| held.clone())
            .unwrap_or_default()
    })
}
