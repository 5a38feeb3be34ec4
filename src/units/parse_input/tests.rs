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

fn read(text: &str, separators: Separators) -> Result<String, ParseInputError> {
    parse_positive(text, separators).map(|(_, value)| value.to_string())
}

#[test]
fn unambiguous_numbers_are_accepted_in_every_locale() {
    for (text, shown) in [
        ("20", "20"),
        (" 0.20 ", "0.2"),
        (".5", "0.5"),
        ("0,2", "0.2"),
        ("6,95", "6.95"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.234,567", "1234.567"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("12,34,567", "1234567"),
        ("1,00,000", "100000"),
        ("1,00,000.50", "100000.5"),
        // No grouping after a leading zero.
        ("0,200", "0.2"),
        ("0.234", "0.234"),
        (",125", "0.125"),
        ("1 234", "1234"),
        ("1\u{202f}234,5", "1234.5"),
        ("1\u{a0}000\u{a0}000", "1000000"),
        ("1'234.5", "1234.5"),
        ("1.2345", "1.2345"),
        ("1.2340", "1.234"),
        ("1234,567", "1234.567"),
        ("12345678901234567890.123456", "12345678901234567890.123456"),
        // Digits of other keyboards, and characters that come along with a paste.
        ("１２３", "123"),
        ("１，２３４．５", "1234.5"),
        ("٣٠٠", "300"),
        ("۱۲٫۵", "12.5"),
        ("١٬٢٣٤", "1234"),
        ("१२", "12"),
        ("\u{200b}20\u{feff}", "20"),
        ("\u{202a}2\u{2060}0\u{202c}", "20"),
        ("\u{200e}\u{200b} 20\u{a0}", "20"),
    ] {
        for separators in [Separators::PLAIN, GERMAN, FRENCH] {
            assert_eq!(read(text, separators), Ok(shown.to_owned()), "{text}");
        }
    }
}

#[test]
fn a_thousand_is_never_read_as_one() {
    for text in ["1.000", "1,000", "１，０００", "1.000\u{200b}"] {
        for separators in [Separators::PLAIN, GERMAN, FRENCH] {
            let expected = Err(ParseInputError::Ambiguous {
                grouped: "1000".into(),
                fraction: "1".into(),
            });
            assert_eq!(
                parse_minutes(text, separators),
                expected.clone().map(Minutes::new)
            );
            assert_eq!(parse_credits(text, separators), expected.map(Credits::new));
        }
    }
    for text in ["1.0000", "1,000.000", "1 000,000"] {
        assert_eq!(
            parse_minutes(text, GERMAN),
            Err(ParseInputError::NotWhole),
            "{text}"
        );
    }
}

#[test]
fn ambiguous_numbers_are_rejected_with_both_readings() {
    for text in ["1,234", "1.234", "12,345", "123.456"] {
        for separators in [Separators::PLAIN, GERMAN, FRENCH] {
            let Err(ParseInputError::Ambiguous { grouped, fraction }) =
                parse_rate(text, separators)
            else {
                panic!("{text} has two readings");
            };
            assert_eq!(grouped, text.replace(['.', ','], ""));
            // Each of the two is accepted when typed as shown.
            let rate = |text: &str| parse_rate(text, separators).unwrap().to_string();
            assert_eq!(rate(&grouped), grouped);
            assert_eq!(rate(&fraction), text.replace(',', "."));
        }
    }
    assert_eq!(
        parse_rate("1.234", GERMAN).unwrap_err().to_string(),
        "1234 or 1,2340? Enter the one you mean."
    );
}

#[test]
fn other_text_is_rejected() {
    for text in [
        "abc",
        "1e3",
        "0x10",
        ".",
        ",",
        "-",
        "1.2.3",
        "1,234.",
        "--5",
        "1 2",
        "$5",
        "1..2",
        "5%",
        "1,234,56",
        "1.234,567.8",
        "1,000,00,000",
        "123,45,678",
        "0,123,456",
        "1,,000",
        "1'23",
        "1٫2٫3",
        "1.234'567,8",
        "五",
        "1,0000,0000",
    ] {
        assert_eq!(
            read(text, Separators::PLAIN),
            Err(ParseInputError::NotANumber),
            "{text}"
        );
    }
    for text in ["", "  ", "\u{200b}\u{feff}"] {
        assert_eq!(read(text, Separators::PLAIN), Err(ParseInputError::Empty));
    }
}

#[test]
fn each_unit_has_its_limits() {
    let plain = Separators::PLAIN;
    assert_eq!(parse_minutes("20", plain), Ok(Minutes::new(20)));
    assert_eq!(parse_minutes("20.0", plain), Ok(Minutes::new(20)));
    assert_eq!(parse_minutes("20.5", plain), Err(ParseInputError::NotWhole));
    assert_eq!(parse_minutes("0", plain), Err(ParseInputError::NotPositive));
    assert_eq!(
        parse_minutes("-5", plain),
        Err(ParseInputError::NotPositive)
    );
    assert_eq!(parse_credits("9007199254740991", plain), Ok(Credits::MAX));
    assert_eq!(
        parse_credits("9007199254740992", plain),
        Err(ParseInputError::TooLarge)
    );
    assert_eq!(
        parse_minutes("99999999999999999999999999999999", plain),
        Err(ParseInputError::TooLarge)
    );
    assert_eq!(
        parse_rate("0.0000001", plain),
        Err(ParseInputError::TooFine)
    );
    assert_eq!(
        parse_rate("0.2", plain).map(|r| r.to_string()),
        Ok("0.2".to_owned())
    );
}

/// Groups digits from the right. `sizes` are the size of the last group and of all others.
fn grouped(digits: &str, separator: char, sizes: (usize, usize)) -> String {
    let mut out: Vec<char> = Vec::new();
    let mut remaining = sizes.0;
    for digit in digits.chars().rev() {
        if remaining == 0 {
            out.push(separator);
            remaining = sizes.1;
        }
        out.push(digit);
        remaining -= 1;
    }
    out.iter().rev().collect()
}

/// Returns every number that `text`, made of ASCII digits and separators, can mean, by trying every notation.
fn all_readings(text: &str) -> Vec<String> {
    let mut readings = Vec::new();
    let decimals = ['.', ',', '\u{66b}'];
    for decimal in [None].into_iter().chain(decimals.map(Some)) {
        let (whole, fraction) = match decimal {
            None => (text, None),
            Some(separator) => match text.rsplit_once(separator) {
                Some((whole, fraction)) => (whole, Some(fraction)),
                None => continue,
            },
        };
        if fraction
            .is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()))
        {
            continue;
        }
        let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
        let mut fits = whole == digits && (!digits.is_empty() || fraction.is_some());
        for separator in ['.', ',', ' ', '\''] {
            for sizes in [(3, 3), (3, 2)] {
                fits |= decimal != Some(separator)
                    && !digits.is_empty()
                    && !digits.starts_with('0')
                    && whole == grouped(&digits, separator, sizes);
            }
        }
        if fits {
            let digits = if digits.is_empty() { "0" } else { &digits };
            let plain = fraction.map_or_else(
                || digits.to_owned(),
                |fraction| format!("{digits}.{fraction}"),
            );
            readings.push(plain);
        }
    }
    readings
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,40}") {
        let _ = parse_positive(&text, Separators::PLAIN);
        let _ = parse_positive(&text, GERMAN);
    }

    /// An accepted text has only one reading, and a text with only one reading is accepted.
    #[test]
    fn only_unambiguous_numbers_are_accepted(
        text in "[0-9]{0,4}([., '\u{66b}][0-9]{0,4}){0,4}",
        separators in proptest::sample::select(vec![Separators::PLAIN, GERMAN, FRENCH]),
    ) {
        let text = text.trim();
        let readings = all_readings(text);
        match parse_positive(text, separators) {
            Ok((plain, value)) => {
                prop_assert_eq!(readings.len(), 1, "{} is {:?}", &plain, readings);
                prop_assert_eq!(value, read_number(&readings[0]).unwrap());
            }
            Err(ParseInputError::Ambiguous { .. }) => prop_assert_eq!(readings.len(), 2),
            Err(ParseInputError::NotANumber | ParseInputError::Empty) => prop_assert_eq!(readings.len(), 0),
            Err(ParseInputError::NotPositive) => prop_assert_eq!(read_number(&readings[0]).unwrap(), Decimal::ZERO),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
        if let Ok(minutes) = parse_minutes(text, separators) {
            prop_assert_eq!(Decimal::from(minutes.get()), read_number(&readings[0]).unwrap());
        }
    }

    /// Other digits and invisible characters make no difference.
    #[test]
    fn pasted_numbers_are_normalized(
        text in "[0-9]{1,4}([.,][0-9]{1,4}){0,2}",
        zero in proptest::sample::select(crate::units::parse_input::ZEROS.to_vec()),
        hidden in proptest::sample::select(vec!['\u{200b}', '\u{200f}', '\u{feff}', '\u{2068}']),
        at in 0usize..4,
    ) {
        let other = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(u32::from(zero) + digit)).unwrap_or(c);
        let mut pasted: Vec<char> = text.chars().map(other).collect();
        pasted.insert(at.min(pasted.len()), hidden);
        let pasted: String = pasted.into_iter().collect();
        prop_assert_eq!(parse_positive(&pasted, GERMAN), parse_positive(&text, GERMAN));
    }

    /// A rate that the portal fills in is parsed back to the same rate in every locale.
    #[test]
    fn input_text_round_trips(
        mantissa in 1i64..10_000_000_000, scale in 0u32..=6,
        separators in proptest::sample::select(vec![Separators::PLAIN, GERMAN, FRENCH]),
    ) {
        let rate = Rate::new(Decimal::new(mantissa, scale).normalize());
        let text = input_text(&rate.to_string(), separators);
        prop_assert_eq!(parse_rate(&text, separators), Ok(rate), "{}", text);
    }
}
