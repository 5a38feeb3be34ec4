use super::*;
use proptest::prelude::*;

/// Composes characters the way the browser does.
pub fn compose_for_tests() {
    use unicode_normalization::UnicodeNormalization;
    normalize_with(|text| text.nfc().collect());
}

#[test]
fn folded_ignores_case_and_composition() {
    compose_for_tests();
    for (a, b) in [
        ("Caf\u{e9}", "CAFE\u{301}"),
        ("Z\u{fc}rich", "zu\u{308}rich"),
        (
            "\u{39f}\u{394}\u{39f}\u{3a3}",
            "\u{3bf}\u{3b4}\u{3bf}\u{3c2}",
        ),
        ("\u{202e}Acme\u{200b}", "acme"),
        ("\u{ac00}", "\u{1100}\u{1161}"),
    ] {
        assert_eq!(folded(a), folded(b), "{a} {b}");
    }
    assert_ne!(folded("Zurich"), folded("Z\u{fc}rich"));
}

#[test]
fn inline_name_does_not_affect_surrounding_text() {
    assert_eq!(inline_name("\u{202e}evil\u{2066}"), Some("evil".to_owned()));
    assert_eq!(
        inline_name("\u{5d0}\u{5d1}"),
        Some("\u{2068}\u{5d0}\u{5d1}\u{2069}".to_owned())
    );
    compose_for_tests();
    assert_eq!(inline_name(" \u{200b} "), None);
    assert_eq!(
        inline_name(" Cafe\u{301}\n 2"),
        Some("Caf\u{e9} 2".to_owned())
    );
}

#[test]
fn titles_add_the_id_to_ambiguous_names() {
    let named = |id: &str, name: Option<&str>| (id.to_owned(), name.map(str::to_owned));
    let list = [
        named("1", Some("Acme Inc")),
        named("2", Some("Beta Co")),
        named("3", Some("beta co")),
        named("4", None),
        named("5", Some("4")),
        named("6", Some("77")),
        named("org_a", Some("Gamma (2)")),
        named("7", Some("org_a")),
    ];
    assert_eq!(
        titles(&list),
        [
            "Acme Inc",
            "Beta Co (2)",
            "beta co (3)",
            "4",
            "4 (5)",
            "77 (6)",
            "Gamma (2) (org_a)",
            "org_a (7)"
        ]
    );
}

proptest! {
    #[test]
    fn folded_is_idempotent(text in "\\PC{0,12}") {
        compose_for_tests();
        let once = folded(&text);
        prop_assert_eq!(folded(&once), once.clone());
    }
}
