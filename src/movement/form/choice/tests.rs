use super::*;
use crate::units::titles;
use proptest::prelude::*;

fn choices(list: &[(&str, Option<&str>)]) -> Vec<Named> {
    list.iter()
        .map(|(id, name)| ((*id).to_owned(), name.map(str::to_owned)))
        .collect()
}

#[test]
fn names_ids_and_labels_select_a_choice() {
    let list = choices(&[
        ("4001", Some("Acme Inc")),
        ("4002", Some("Beta Co")),
        ("4003", Some("beta co")),
        ("7", None),
    ]);
    assert_eq!(
        labels(&list),
        ["Acme Inc · 4001", "Beta Co · 4002", "beta co · 4003", "7"]
    );
    assert_eq!(choose(" acme inc ", &list), Chosen::Listed(0));
    assert_eq!(choose("4002", &list), Chosen::Listed(1));
    assert_eq!(choose("Beta Co · 4003", &list), Chosen::Listed(2));
    assert_eq!(choose("Beta Co", &list), Chosen::Several(vec![1, 2]));
    assert_eq!(choose("7", &list), Chosen::Listed(3));
    assert_eq!(choose("4999", &list), Chosen::Unlisted);
    assert_eq!(choose("  ", &list), Chosen::Nothing);
}

#[test]
fn a_name_that_looks_like_an_id_is_ambiguous() {
    let list = choices(&[
        ("4001", Some("Acme Inc")),
        ("4002", Some("4001")),
        ("4003", Some("Acme Inc · 4001")),
    ]);
    assert_eq!(choose("4001", &list), Chosen::Several(vec![0, 1]));
    assert_eq!(choose("4002", &list), Chosen::Listed(1));
    assert_eq!(choose("4001 · 4002", &list), Chosen::Listed(1));
    assert_eq!(labels(&list)[0], "Acme Inc · 4001 · 4001");
    assert_eq!(choose("Acme Inc · 4001 · 4001", &list), Chosen::Listed(0));
    assert_eq!(choose("Acme Inc", &list), Chosen::Listed(0));
}

#[test]
fn names_match_regardless_of_composition_and_direction() {
    crate::units::compose_for_tests();
    let list = choices(&[
        ("1", Some("Cafe\u{301} Zu\u{308}rich")),
        ("2", Some("\u{202e}Moc.live")),
        ("3", Some("\u{200b}")),
    ]);
    assert_eq!(choose("Caf\u{e9} Z\u{fc}rich", &list), Chosen::Listed(0));
    assert_eq!(choose("CAFE\u{301} Z\u{dc}RICH", &list), Chosen::Listed(0));
    assert_eq!(choose("moc.live", &list), Chosen::Listed(1));
    assert_eq!(labels(&list)[1..], ["Moc.live · 2", "3"]);
}

fn names() -> impl Strategy<Value = Vec<Option<String>>> {
    let name = prop_oneof![
        "[abAB]{1,2}",
        "[0-3]",
        "[abAB] · [0-3]( · [0-3])?",
        "[0-3] · [0-3]",
        "[abAB] [(][0-3][)]( [(][0-3][)])?",
        " ?[abé\u{301}\u{202e}\u{5d0}] ?",
    ];
    proptest::collection::vec(proptest::option::of(name), 0..5)
}

proptest! {
    /// Every offered label selects exactly its own choice, whatever the names are.
    #[test]
    fn every_label_selects_its_own_choice(names in names()) {
        crate::units::compose_for_tests();
        let list: Vec<Named> = names
            .into_iter()
            .enumerate()
            .map(|(id, name)| (id.to_string(), name))
            .collect();
        for (index, label) in labels(&list).iter().enumerate() {
            prop_assert_eq!(choose(label, &list), Chosen::Listed(index), "{} in {:?}", label, &list);
        }
        let mut titles = titles(&list);
        titles.sort();
        titles.dedup_by_key(|title| folded(title));
        prop_assert_eq!(titles.len(), list.len(), "{:?}", list);
    }

    /// A text that is the id of one choice and the name of another selects neither.
    #[test]
    fn an_ambiguous_text_selects_no_choice(names in names(), at in 0usize..5) {
        crate::units::compose_for_tests();
        let list: Vec<Named> = names
            .into_iter()
            .enumerate()
            .map(|(id, name)| (id.to_string(), name))
            .collect();
        let Some((_, Some(text))) = list.get(at) else { return Ok(()) };
        let others = list.iter().enumerate().filter(|(index, (id, name))| {
            *index != at && (id == text.trim() || name.as_ref() == Some(text))
        });
        if others.count() > 0 {
            prop_assert!(!matches!(choose(text, &list), Chosen::Listed(_)), "{} in {:?}", text, &list);
        }
    }
}

#[test]
fn ids_match_in_every_notation() {
    const BARE: &str = "d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
    let list = choices(&[
        ("4001", Some("Acme Inc")),
        (&format!("org_{BARE}"), Some("Northwind")),
        ("org_99999999-8b9c-4d0e-9f2a-3b4c5d6e7f80", Some(BARE)),
    ]);
    assert_eq!(choose("04001", &list), Chosen::Listed(0));
    assert_eq!(choose("+4001", &list), Chosen::Listed(0));
    assert_eq!(choose(BARE, &list), Chosen::Several(vec![1, 2]));
    assert_eq!(choose(&BARE.to_uppercase(), &list[..2]), Chosen::Listed(1));
    let title = titles(&list).swap_remove(2);
    assert!(title.ends_with("(org_99999999-8b9c-4d0e-9f2a-3b4c5d6e7f80)"));
}

#[test]
fn labels_shorten_very_long_names() {
    crate::units::compose_for_tests();
    for letter in ["W", "م"] {
        let name = letter.repeat(3000);
        let list = choices(&[("4001", Some(&name)), ("4002", Some("Beta Co"))]);
        let label = labels(&list).swap_remove(0);
        assert!(label.chars().count() < 220, "{label}");
        let count = |mark: char| label.matches(mark).count();
        assert_eq!(count('\u{2068}'), count('\u{2069}'), "{label:?}");
        assert_eq!(choose(&label, &list), Chosen::Listed(0));
        assert_eq!(choose(&name, &list), Chosen::Listed(0));
    }
}
