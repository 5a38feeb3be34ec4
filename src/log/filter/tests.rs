//! What is kept, against a plain model.

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
fn words_are_found_wherever_they_stand() {
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
        assert!(text(found).fits(&transfer), "{found}");
    }
    for missing in ["beta gamma", "success", "coct", "59.813"] {
        assert!(!text(missing).fits(&transfer), "{missing}");
    }
}

#[test]
fn a_blank_text_is_no_filter() {
    assert!(text("  ").is_empty());
    assert!(!text("a").is_empty());
    let broken = Filter {
        broken: true,
        ..Filter::default()
    };
    assert!(!broken.is_empty());
    assert!(broken.fits(&entry(json!({}))));
}

#[test]
fn kinds_are_read_back_by_their_names() {
    for kind in KindFilter::ALL {
        assert_eq!(KindFilter::named(kind.name()), Some(kind));
    }
    assert_eq!(KindFilter::named("Transfer"), None);
}

#[test]
fn a_child_stands_under_its_newest_name() {
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

/// The same, said plainly.
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
    let all = folded(filter.text.as_deref().unwrap_or_default());
    let found = |word: &str| texts.iter().any(|text| folded(text).contains(word));
    let kind = match (&filter.kind, &entry.kind) {
        (None, _) => true,
        (Some(KindFilter::Transfer), kind) => *kind == Kind::Transfer,
        (Some(KindFilter::Revert), kind) => *kind == Kind::Revert,
        (Some(KindFilter::Channels), kind) => *kind == Kind::Channels,
        (Some(KindFilter::Other), Kind::Other(_) | Kind::Unsaid) => true,
        (Some(KindFilter::Other), _) => false,
    };
    kind && (filter.child.is_none() || filter.child == entry.child().map(|child| child.id))
        && (filter.status.is_none() || filter.status.as_deref() == entry.status.as_deref())
        && (filter.person.is_none() || filter.person.as_deref() == entry.by())
        && all.split_whitespace().all(found)
}

proptest! {
    #[test]
    fn what_fits_is_what_the_plain_model_keeps(filter in any_filter(), entry in any_entry()) {
        prop_assert_eq!(filter.fits(&entry), model(&filter, &entry));
    }

    #[test]
    fn kept_are_the_rows_that_fit(filter in any_filter(), entries in any_entries()) {
        let plain: Vec<u32> = (0..entries.len())
            .filter(|at| model(&filter, &entries[*at]))
            .map(|at| at as u32)
            .collect();
        prop_assert_eq!(filter.kept(&entries), plain);
        if filter.is_empty() {
            prop_assert_eq!(filter.kept(&entries).len(), entries.len());
        }
    }

    /// Every row is found again by what the choices offer for it.
    #[test]
    fn the_choices_are_what_occurs(entries in any_entries()) {
        let choices = Choices::of(&entries);
        prop_assert!(choices.statuses.is_sorted() && choices.people.is_sorted());
        prop_assert!(choices.children.is_sorted_by(|a, b| (&a.1, a.0) < (&b.1, b.0)));
        for entry in &entries {
            let child = entry.child().map(|child| child.id);
            prop_assert!(child.is_none_or(|id| choices.children.iter().any(|held| held.0 == id)));
            prop_assert!(entry.status.iter().all(|held| choices.statuses.contains(&held.to_string())));
            prop_assert!(entry.by().is_none_or(|by| choices.people.iter().any(|held| held == by)));
        }
        for (id, _) in &choices.children {
            let one = Filter { child: Some(*id), ..Filter::default() };
            prop_assert!(!one.kept(&entries).is_empty());
        }
    }
}
