//! Choosing an organization by typing its name or id.

use std::collections::BTreeMap;

/// Something to choose from: an id, and a name where one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As typed and shown.
    pub id: String,
    /// As people know it.
    pub name: Option<String>,
}

/// What a typed text chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The choice at this place of the list.
    Listed(usize),
    /// No choice of the list; the text may still be an id.
    Unlisted,
    /// Several bear this name; only the label with the id tells them apart.
    Several,
    /// Nothing was typed.
    Nothing,
}

/// The texts to offer, one for each choice: the name where it is unique, otherwise with its id.
pub fn labels(choices: &[Choice]) -> Vec<String> {
    let mut bearers = BTreeMap::<String, usize>::new();
    for name in choices.iter().filter_map(|choice| choice.name.as_deref()) {
        *bearers.entry(folded(name)).or_default() += 1;
    }
    choices
        .iter()
        .map(|choice| match &choice.name {
            None => choice.id.clone(),
            Some(name) if bearers.get(&folded(name)) == Some(&1) => name.clone(),
            Some(name) => format!("{name} ({})", choice.id),
        })
        .collect()
}

/// A name as it is compared: people care neither for case nor for blanks around it.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// What `text` chooses: a label, an id, or a name that only one has, in any case.
pub fn choose(text: &str, choices: &[Choice]) -> Chosen {
    let text = text.trim();
    if text.is_empty() {
        return Chosen::Nothing;
    }
    let found = |test: &dyn Fn(&Choice) -> bool| {
        let mut places = choices
            .iter()
            .enumerate()
            .filter(|(_, choice)| test(choice))
            .map(|(place, _)| place);
        (places.next(), places.next())
    };
    if let (Some(place), _) = found(&|choice| choice.id == text) {
        return Chosen::Listed(place);
    }
    let wanted = folded(text);
    match found(&|choice| {
        choice
            .name
            .as_deref()
            .is_some_and(|name| folded(name) == wanted)
    }) {
        (Some(place), None) => return Chosen::Listed(place),
        (Some(_), Some(_)) => return Chosen::Several,
        _ => {}
    }
    let labelled = |choice: &Choice| {
        choice
            .name
            .as_ref()
            .is_some_and(|name| text == format!("{name} ({})", choice.id))
    };
    match found(&labelled) {
        (Some(place), _) => Chosen::Listed(place),
        _ => Chosen::Unlisted,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choices(list: &[(&str, Option<&str>)]) -> Vec<Choice> {
        list.iter()
            .map(|(id, name)| Choice {
                id: (*id).to_owned(),
                name: name.map(str::to_owned),
            })
            .collect()
    }

    #[test]
    fn names_ids_and_labels_choose() {
        let list = choices(&[
            ("4001", Some("Acme Inc")),
            ("4002", Some("Beta Co")),
            ("4003", Some("beta co")),
            ("7", None),
        ]);
        assert_eq!(
            labels(&list),
            ["Acme Inc", "Beta Co (4002)", "beta co (4003)", "7"]
        );
        assert_eq!(choose(" acme inc ", &list), Chosen::Listed(0));
        assert_eq!(choose("4002", &list), Chosen::Listed(1));
        assert_eq!(choose("beta co (4003)", &list), Chosen::Listed(2));
        assert_eq!(choose("Beta Co", &list), Chosen::Several);
        assert_eq!(choose("7", &list), Chosen::Listed(3));
        assert_eq!(choose("4999", &list), Chosen::Unlisted);
        assert_eq!(choose("  ", &list), Chosen::Nothing);
    }

    proptest! {
        /// Every label that is offered chooses just the one it stands for.
        #[test]
        fn labels_choose_their_own(names in proptest::collection::vec(proptest::option::of("[abAB]{1,2}"), 0..12)) {
            let list: Vec<Choice> = names
                .into_iter()
                .enumerate()
                .map(|(at, name)| Choice { id: (4000 + at).to_string(), name })
                .collect();
            for (place, label) in labels(&list).iter().enumerate() {
                prop_assert_eq!(choose(label, &list), Chosen::Listed(place));
            }
        }
    }
}
