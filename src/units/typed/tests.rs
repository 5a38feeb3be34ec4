use super::*;
use proptest::prelude::*;

const GERMAN: Separators = Separators {
    decimal: ',',
    group: '.',
};
const FRENCH: Separators = Separators {
    decimal: ',',
    group: '\u{202f}',
};

fn read(text: &str, separators: Separators) -> Result<String, TypedError> {
    typed_decimal(text, separators).map(|value| value.to_string())
}

#[test]
fn plain_and_local_forms_are_taken() {
    for (text, separators, shown) in [
        ("20", Separators::PLAIN, "20"),
        (" 0.20 ", Separators::PLAIN, "0.2"),
        (".5", Separators::PLAIN, "0.5"),
        ("1,234.56", Separators::PLAIN, "1234.56"),
        ("1,234,567", Separators::PLAIN, "1234567"),
        ("12,34,567", Separators::PLAIN, "1234567"),
        ("0,2", GERMAN, "0.2"),
        ("0.2", GERMAN, "0.2"),
        ("1.234,56", GERMAN, "1234.56"),
        ("1.234.567", GERMAN, "1234567"),
        ("0,200", GERMAN, "0.2"),
        ("1 234", Separators::PLAIN, "1234"),
        ("1\u{202f}234,5", FRENCH, "1234.5"),
        ("1'234.5", Separators::PLAIN, "1234.5"),
        (
            "12345678901234567890.123456",
            Separators::PLAIN,
            "12345678901234567890.123456",
        ),
        ("1.2345", GERMAN, "1.2345"),
    ] {
        assert_eq!(read(text, separators), Ok(shown.to_owned()), "{text}");
    }
}

#[test]
fn what_could_mean_two_things_is_refused() {
    assert_eq!(
        read("1,234", Separators::PLAIN),
        Err(TypedError::Ambiguous {
            grouped: "1234".into(),
            fraction: "1.234".into()
        })
    );
    assert!(matches!(
        read("1.234", GERMAN),
        Err(TypedError::Ambiguous { .. })
    ));
    // Nothing is grouped behind a leading zero, so this one is plain.
    assert_eq!(read("0.234", GERMAN), Ok("0.234".to_owned()));
    assert_eq!(read("1.234", Separators::PLAIN), Ok("1.234".to_owned()));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "abc", "1e3", "0x10", ".", ",", "1.2.3", "1,2", "12,34", "1,234.", "6,95", "--5", "1 2",
        "$5", "1..2", "5%", "1,234,56", "٣",
    ] {
        assert_eq!(
            read(text, Separators::PLAIN),
            Err(TypedError::NotANumber),
            "{text}"
        );
    }
    assert_eq!(read("  ", Separators::PLAIN), Err(TypedError::Empty));
    assert_eq!(read("1.234,567.8", GERMAN), Err(TypedError::NotANumber));
}

#[test]
fn each_kind_of_figure_has_its_bounds() {
    let plain = Separators::PLAIN;
    assert_eq!(typed_minutes("20", plain), Ok(Minutes::new(20)));
    assert_eq!(typed_minutes("20.0", plain), Ok(Minutes::new(20)));
    assert_eq!(typed_minutes("20.5", plain), Err(TypedError::NotWhole));
    assert_eq!(typed_minutes("0", plain), Err(TypedError::NotPositive));
    assert_eq!(typed_minutes("-5", plain), Err(TypedError::NotPositive));
    assert_eq!(typed_credits("9007199254740991", plain), Ok(Credits::MAX));
    assert_eq!(
        typed_credits("9007199254740992", plain),
        Err(TypedError::TooLarge)
    );
    assert_eq!(
        typed_minutes("99999999999999999999999999999999", plain),
        Err(TypedError::TooLarge)
    );
    assert_eq!(typed_rate("0.0000001", plain), Err(TypedError::TooFine));
    assert_eq!(
        typed_rate("0.2", plain).map(|r| r.to_string()),
        Ok("0.2".to_owned())
    );
}

proptest! {
    #[test]
    fn anything_may_be_typed(text in ".{0,40}") {
        let _ = typed_decimal(&text, Separators::PLAIN);
        let _ = typed_decimal(&text, GERMAN);
    }

    /// A figure written in a locale's full form (two groups or more, or with a fraction) is the same figure.
    #[test]
    fn grouped_figures_are_read_back(whole in 1_000_000u64..10u64.pow(15), fraction in 1u32..1_000_000) {
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let text = format!("{grouped},{fraction:06}");
        let expected = read_number(&format!("{whole}.{fraction:06}")).unwrap();
        prop_assert_eq!(typed_decimal(&text, GERMAN), Ok(expected));
        // Elsewhere the same text is no number; it is never another one.
        prop_assert_eq!(typed_decimal(&text, Separators::PLAIN), Err(TypedError::NotANumber));
    }
}
