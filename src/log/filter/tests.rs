//! Compares the filter with a simple model.

use super::*;
use crate::log::entry::tests::entry;
use crate::log::samples::{any_entries, any_entry};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn text(text: &str) -> Filter {
    Filter {
        text: Some(text.to_owned()),
        ..Filter::default()
    }
}

#[test]
fn words_match_any_field() {
    let transfer = entry(json!({}));
    for found in [
        "beta",
        "CO BETA",
        "ct-2026 0.20/MIN",
        "4002",
        "4",
        "admin@example.com",
        "Reseller Admin",
        " ",
    ] {
        assert!(text(found).matches(&transfer), "{found}");
    }
    for missing in ["beta gamma", "success", "coct", "59.813"] {
        assert!(!text(missing).matches(&transfer), "{missing}");
    }
}

#[test]
fn blank_text_is_an_empty_filter() {
    assert!(text("  ").is_empty());
    assert!(!text("a").is_empty());
    let broken = Filter {
        broken: true,
        ..Filter::default()
    };
    assert!(!broken.is_empty());
    assert!(broken.matches(&entry(json!({}))));
}

#[test]
fn kind_names_round_trip() {
    for kind in KindFilter::ALL {
        assert_eq!(KindFilter::named(kind.name()), Some(kind));
    }
    assert_eq!(KindFilter::named("Transfer"), None);
}

#[test]
fn a_child_is_listed_with_its_newest_name() {
    let named = |id: i64, name: serde_json::Value| {
        entry(json!({"id": id, "to_organization": {"id": 4002, "name": name}}))
    };
    let rows = [
        named(1, json!("Old")),
        named(3, json!(null)),
        named(2, json!("New")),
    ];
    let expected = vec![(4002, "New".to_owned())];
    assert_eq!(Choices::of(&rows).children, expected);
    let unnamed = vec![(4002, "4002".to_owned())];
    assert_eq!(Choices::of(&rows[1..2]).children, unnamed);
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let word = select(vec![
        "alpha", "ÜBER", "co", "CT-", "min", "7", "ann", "zz", "@",
    ]);
    let texts = proptest::collection::vec(word, 0..3).prop_map(|words| words.join("  "));
    (
        option::of(select(KindFilter::ALL.to_vec())),
        option::of(2i64..7),
        option::of(select(vec!["success", "Success", "failed"]).prop_map(str::to_owned)),
        option::of(select(vec!["Ann", "bo@example.com"]).prop_map(str::to_owned)),
        option::of(texts),
        any::<bool>(),
    )
        .prop_map(|(kind, child, status, person, text, broken)| Filter {
            kind,
            child,
            status,
            person,
            text,
            broken,
        })
}

/// A straightforward implementation of the filter.
fn model(filter: &Filter, entry: &LogEntry) -> bool {
    let mut texts = vec![entry.id.to_string()];
    texts.extend(entry.reference.iter().map(|text| text.to_string()));
    texts.extend(entry.notes.iter().map(|text| text.to_string()));
    if let Some(child) = entry.child() {
        texts.push(child.id.to_string());
        texts.extend(child.name.clone());
    }
    if let Some(person) = &entry.person {
        texts.extend(person.name.clone());
        texts.extend(person.email.clone());
    }
    let search = folded(filter.text.as_deref().unwrap_or_default());
    let found = |word: &str| texts.iter().any(|text| folded(text).contains(word));
    let kind = match (&filter.kind, &entry.kind) {
        (None, _) => true,
        (Some(KindFilter::Transfer), kind) => *kind == Kind::Transfer,
        (Some(KindFilter::Revert), kind) => *kind == Kind::Revert,
        (Some(KindFilter::Channels), kind) => *kind == Kind::Channels,
        (Some(KindFilter::Other), Kind::Other(_) | Kind::Unspecified) => true,
        (Some(KindFilter::Other), _) => false,
    };
    kind && (filter.child.is_none() || filter.child == entry.child().map(|child| child.id))
        && (filter.status.is_none() || filter.status.as_deref() == entry.status.as_deref())
        && (filter.person.is_none() || filter.person.as_deref() == entry.performed_by())
        && search.split_whitespace().all(found)
}

proptest! {
    #[test]
    fn matches_agrees_with_the_model(filter in any_filter(), entry in any_entry()) {
        prop_assert_eq!(filter.matches(&entry), model(&filter, &entry));
    }

    #[test]
    fn matching_agrees_with_the_model(filter in any_filter(), entries in any_entries()) {
        let expected: Vec<u32> = (0..entries.len())
            .filter(|index| model(&filter, &entries[*index]))
            .map(|index| index as u32)
            .collect();
        prop_assert_eq!(filter.matching(&entries), expected);
        if filter.is_empty() {
            prop_assert_eq!(filter.matching(&entries).len(), entries.len());
        }
    }

    /// Every entry is found by the choices offered for it.
    #[test]
    fn choices_contain_exactly_what_occurs(entries in any_entries()) {
        let choices = Choices::of(&entries);
        prop_assert!(choices.statuses.is_sorted() && choices.people.is_sorted());
        prop_assert!(choices.children.is_sorted_by(|a, b| (&a.1, a.0) < (&b.1, b.0)));
        for entry in &entries {
            let child = entry.child().map(|child| child.id);
            prop_assert!(child.is_none_or(|id| choices.children.iter().any(|choice| choice.0 == id)));
            prop_assert!(entry.status.iter().all(|status| choices.statuses.contains(&status.to_string())));
            prop_assert!(entry.performed_by().is_none_or(|name| choices.people.iter().any(|choice| choice == name)));
        }
        for (id, _) in &choices.children {
            let filter = Filter { child: Some(*id), ..Filter::default() };
            prop_assert!(!filter.matching(&entries).is_empty());
        }
    }
}
