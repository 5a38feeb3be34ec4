//! Checks decimals against long-hand arithmetic on digits.

use credit_desk_sandbox::units::{Micro, ParseMicroError};
use proptest::prelude::*;

fn micro(value: i128) -> Micro {
    Micro::from_micro(value)
}

#[test]
fn spellings_of_decimals() {
    for (text, value) in [
        ("0", 0),
        ("-0", 0),
        ("0.0000000", 0),
        ("14", 14_000_000),
        ("59.813", 59_813_000),
        ("-1.8", -1_800_000),
        ("0.2000000000", 200_000),
        ("2e-1", 200_000),
        ("1.5E+3", 1_500_000_000),
        ("12000000e-12", 12),
        ("00.5", 500_000),
    ] {
        assert_eq!(text.parse(), Ok(micro(value)), "{text}");
    }
    for text in [
        "", "-", ".", "5.", ".5", "1,5", "0x1", "NaN", "1e", "1e+", "--1", "+1", " 1", "1 ",
        "1e5.0",
    ] {
        assert_eq!(
            text.parse::<Micro>(),
            Err(ParseMicroError::Syntax),
            "{text:?}"
        );
    }
    for text in ["0.0000001", "1e-7", "1e-99999999999999999999"] {
        assert_eq!(
            text.parse::<Micro>(),
            Err(ParseMicroError::TooFine),
            "{text}"
        );
    }
    for text in [
        "1e40",
        "1e99999999999999999999",
        "170141183460469231731687303715884105728",
    ] {
        assert_eq!(
            text.parse::<Micro>(),
            Err(ParseMicroError::TooLarge),
            "{text}"
        );
    }
}

#[test]
fn two_places_round_half_away_from_zero() {
    for (value, text) in [
        (200_000, "0.20"),
        (125_000, "0.13"),
        (124_999, "0.12"),
        (-125_000, "-0.13"),
        (0, "0.00"),
        (-4_999, "0.00"),
        (12_345_678, "12.35"),
    ] {
        assert_eq!(micro(value).two_places(), text);
    }
}

proptest! {
    #[test]
    fn written_decimals_read_back(value in any::<i128>()) {
        prop_assume!(value != i128::MIN);
        let text = micro(value).to_string();
        prop_assert!(!text.contains('.') || !text.ends_with('0'));
        prop_assert_eq!(text.parse(), Ok(micro(value)));
        let json = serde_json::to_string(&micro(value)).unwrap();
        prop_assert_eq!(json, text);
    }

    #[test]
    fn parsing_is_positional(integer in 0_u64.., fraction in "[0-9]{0,6}", negative: bool) {
        let point = if fraction.is_empty() { "" } else { "." };
        let sign = if negative { "-" } else { "" };
        let text = format!("{sign}{integer}{point}{fraction}");
        let digits: i128 = format!("{integer}{fraction:0<6}").parse().unwrap();
        prop_assert_eq!(text.parse(), Ok(micro(if negative { -digits } else { digits })));
    }

    #[test]
    fn any_text_is_parsed_or_rejected(text in ".{0,40}") {
        let _ = text.parse::<Micro>();
    }

    #[test]
    fn number_like_text_is_parsed_or_rejected(text in "-?[0-9]{1,45}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?") {
        let _ = text.parse::<Micro>();
    }

    #[test]
    fn minutes_survive_the_conversion_to_credit(minutes in 0_i64..=1_000_000_000, rate in 1_i128..=10_000_000_000) {
        let credit = micro(rate).times(minutes).unwrap();
        prop_assert_eq!(credit.minutes_at(micro(rate)), i128::from(minutes));
        let one_short = credit.minus(micro(1)).unwrap();
        prop_assert_eq!(one_short.minutes_at(micro(rate)), i128::from(minutes - 1).max(0));
    }

    #[test]
    fn an_opening_balance_can_be_refunded_in_full(balance in 0_i128..=1 << 80, wholesale in 1_i128..=1_000_000, above in 0_i128..=1_000_000) {
        let rate = micro(wholesale + above);
        let charged = micro(balance).charge_at(micro(wholesale), rate).unwrap();
        let refund = micro(balance).minutes_at(rate) * wholesale;
        prop_assert!(refund <= charged.micro());
        // Rounded up, by less than a millionth.
        let (charged, rate) = (charged.micro(), rate.micro());
        prop_assert!(charged * rate >= balance * wholesale && (charged - 1) * rate < balance * wholesale);
    }
}

#[test]
fn cents_round_half_up() {
    for (value, cents) in [
        (0, 0),
        (4_999, 0),
        (5_000, 10_000),
        (94_999, 90_000),
        (95_000, 100_000),
        (1_234_567, 1_230_000),
        (-5_000, 0),
        (-5_001, -10_000),
    ] {
        assert_eq!(micro(value).to_cents(), Some(micro(cents)), "{value}");
    }
    assert_eq!(micro(i128::MAX).to_cents(), None);
}
