//! Choosing a client or an organization by typing its name or id.

use crate::units::{Named, folded, inline_name, plain_id, tally};
use std::borrow::Cow;

/// The result of matching a typed text against the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The choice at this index of the list.
    Listed(usize),
    /// No choice in the list matches; the text may still be an id.
    Unlisted,
    /// Several choices match, at these indexes: they share a name, or the text is the id of one and the name of
    /// another.
    Several(Vec<usize>),
    /// Nothing was typed.
    Nothing,
}

/// The separator between a name and its id.
const SEPARATOR: &str = " · ";

/// Returns the labels to offer, one for each choice: its name and its id, so that each label selects only its own
/// choice.
pub fn labels(choices: &[Named]) -> Vec<String> {
    let tally = tally(choices);
    let unambiguous = |choice: &Named| {
        let mut label = label(choice);
        // A name may be equal to another choice's label.
        while tally.get(&folded(&label)).copied() > Some(usize::from(label == choice.0)) {
            label.push_str(SEPARATOR);
            label.push_str(&choice.0);
        }
        label
    };
    choices.iter().map(unambiguous).collect()
}

/// The longest name in a label, in characters. Some browsers can't show very wide options.
const LONGEST_NAME: usize = 200;

/// Returns a label such as `Acme Inc · 4001`, or only the id if there is no name.
pub fn label((id, name): &Named) -> String {
    // Shortened first, so that Unicode direction marks enclose the shortened name.
    match name
        .as_deref()
        .map(shortened)
        .as_deref()
        .and_then(inline_name)
    {
        Some(name) => format!("{name}{SEPARATOR}{id}"),
        None => id.clone(),
    }
}

fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((at, _)) => format!("{}…", &name[..at]).into(),
        None => name.into(),
    }
}

/// Returns what `text` selects: it may be a label, an id or a name, in any letter case and Unicode composition.
pub fn choose(text: &str, choices: &[Named]) -> Chosen {
    let query = folded(text);
    let query = query.trim();
    if query.is_empty() {
        return Chosen::Nothing;
    }
    let labels = if query.contains(SEPARATOR) {
        labels(choices)
    } else {
        Vec::new()
    };
    let matches_query = |text: &str| folded(text).trim() == query;
    let query_id = plain_id(query);
    let matches_choice = |index: usize| {
        let (id, name) = &choices[index];
        plain_id(&folded(id)) == query_id
            || name.as_deref().is_some_and(matches_query)
            || labels.get(index).is_some_and(|label| matches_query(label))
    };
    let mut indexes: Vec<usize> = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        let has_same_id = |other: &usize| choices[*other].0 == choice.0;
        if matches_choice(index) && !indexes.iter().any(has_same_id) {
            indexes.push(index);
        }
    }
    match indexes[..] {
        [] => Chosen::Unlisted,
        [index] => Chosen::Listed(index),
        _ => Chosen::Several(indexes),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
