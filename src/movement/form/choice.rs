//! Choosing a client or an organization by typing its name or id.

use crate::units::{Named, folded, inline_name, plain_id, tally};
use std::borrow::Cow;

/// What a typed text chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The choice at this place of the list.
    Listed(usize),
    /// No choice of the list; the text may still be an id.
    Unlisted,
    /// The text fits several, at these places: they share a name, or it is the id of one and the name of another.
    Several(Vec<usize>),
    /// Nothing was typed.
    Nothing,
}

/// Between a name and its id.
const DOT: &str = " · ";

/// The texts to offer, one for each choice: its name and its id, so that each chooses only its own.
pub fn labels(choices: &[Named]) -> Vec<String> {
    let tally = tally(choices);
    let unambiguous = |choice: &Named| {
        let mut label = label(choice);
        // Somebody may be named like another's label.
        while tally.get(&folded(&label)).copied() > Some(usize::from(label == choice.0)) {
            label.push_str(DOT);
            label.push_str(&choice.0);
        }
        label
    };
    choices.iter().map(unambiguous).collect()
}

/// The longest name in a label, in characters: some browsers can't show a list of options of any width.
const LONGEST_NAME: usize = 200;

/// `Acme Inc · 4001`, or only the id.
pub fn label((id, name): &Named) -> String {
    // Shortened first: what is added for the direction of a name belongs around the rest.
    match name
        .as_deref()
        .map(shortened)
        .as_deref()
        .and_then(inline_name)
    {
        Some(name) => format!("{name}{DOT}{id}"),
        None => id.clone(),
    }
}

fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((at, _)) => format!("{}…", &name[..at]).into(),
        None => name.into(),
    }
}

/// What `text` chooses: a label, an id, or a name, in any case and however its letters are composed.
pub fn choose(text: &str, choices: &[Named]) -> Chosen {
    let wanted = folded(text);
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Chosen::Nothing;
    }
    let labels = if wanted.contains(DOT) {
        labels(choices)
    } else {
        Vec::new()
    };
    let is_requested = |text: &str| folded(text).trim() == wanted;
    let wanted_id = plain_id(wanted);
    let fits = |place: usize| {
        let (id, name) = &choices[place];
        plain_id(&folded(id)) == wanted_id
            || name.as_deref().is_some_and(is_requested)
            || labels.get(place).is_some_and(|label| is_requested(label))
    };
    let mut places: Vec<usize> = Vec::new();
    for (place, choice) in choices.iter().enumerate() {
        let is_known = |place: &usize| choices[*place].0 == choice.0;
        if fits(place) && !places.iter().any(is_known) {
            places.push(place);
        }
    }
    match places[..] {
        [] => Chosen::Unlisted,
        [place] => Chosen::Listed(place),
        _ => Chosen::Several(places),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
