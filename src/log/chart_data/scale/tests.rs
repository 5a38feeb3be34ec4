use super::*;
use proptest::prelude::*;

fn axis(values: &[&str], with_zero: bool) -> Axis {
    let read = |text: &&str| crate::units::read_number(text).unwrap();
    Axis::of(values.iter().map(read), with_zero)
}

fn ticks(axis: &Axis) -> Vec<String> {
    axis.ticks(100)
        .map(|(_, tick)| tick.normalize().to_string())
        .collect()
}

#[test]
fn ticks_are_round_values() {
    for (values, with_zero, expected) in [
        (&["0", "10"][..], false, &["0", "5", "10"][..]),
        (
            &["61.613", "59.813"],
            false,
            &["59.5", "60", "60.5", "61", "61.5", "62"],
        ),
        (&["3", "17"], true, &["0", "5", "10", "15", "20"]),
        (&["-0.55", "2.2"], true, &["-1", "0", "1", "2", "3"]),
        (
            &["0.00001", "0.00004"],
            false,
            &["0.00001", "0.00002", "0.00003", "0.00004"],
        ),
        // Constant, all zero, and empty.
        (&["7"], false, &["0", "2", "4", "6", "8"]),
        (&["-7", "-7"], false, &["-8", "-6", "-4", "-2", "0"]),
        (&["0"], false, &["0", "0.5", "1"]),
        (&[], true, &["0", "0.5", "1"]),
        // No round value can be represented, so the ticks are the bounds.
        (
            &[
                "-79228162514264337593543950335",
                "79228162514264337593543950335",
            ],
            false,
            &[
                "-79228162514264337593543950335",
                "79228162514264337593543950335",
            ],
        ),
    ] {
        assert_eq!(ticks(&axis(values, with_zero)), expected, "{values:?}");
    }
}

#[test]
fn values_are_positioned_between_the_bounds() {
    let plain = axis(&["0", "10"], false);
    let positions =
        ["0", "2.5", "10", "-3", "11"].map(|text| plain.position(text.parse().unwrap(), 200));
    assert_eq!(positions, [0, 50, 200, 0, 200]);
    let huge = axis(
        &[
            "-79228162514264337593543950335",
            "79228162514264337593543950335",
        ],
        false,
    );
    assert_eq!(huge.position(Decimal::ZERO, 100), 50);
    let tiny = axis(&["0", "0.0000000000000000000000000002"], false);
    assert_eq!(tiny.position(Decimal::from_i128_with_scale(1, 28), 100), 50);
}

#[test]
fn times_are_positioned_in_order() {
    let day = TimeAxis::of(0, DAY, 0);
    assert_eq!(day.position(DAY / 2, 100), 50);
    let labels: Vec<String> = day.ticks(100).into_iter().map(|(_, label)| label).collect();
    assert_eq!(
        labels,
        ["1970-01-01", "06:00", "12:00", "18:00", "1970-01-02"]
    );
    // Midnight in the service's zone, not in UTC.
    let ticks = TimeAxis::of(0, DAY, 330).ticks(2400);
    assert!(
        ticks.contains(&(1850, "1970-01-02".to_owned())),
        "{ticks:?}"
    );
    let single = TimeAxis::of(5, 5, 0);
    assert_eq!((single.position(5, 100), single.ticks(100).len()), (50, 1));
}

#[test]
fn days_have_adjacent_slots() {
    let week = DayAxis::of(10, 16);
    let slots: Vec<_> = (10..=16).map(|day| week.slot(day, 700)).collect();
    assert_eq!(slots[0], (0, 100));
    assert_eq!(slots[6], (600, 100));
    assert_eq!(DayAxis::of(3, 3).slot(3, 700), (0, 700));
    assert_eq!(
        DayAxis::of(3, 3).ticks(700),
        [(350, "1970-01-04".to_owned())]
    );
    let ticks = DayAxis::of(0, 364).ticks(3650);
    assert!((2..=6).contains(&ticks.len()), "{ticks:?}");
}

proptest! {
    #[test]
    fn every_axis_contains_its_values(
        values in proptest::collection::vec((any::<i64>(), 0u32..28), 1..8), with_zero in any::<bool>(),
    ) {
        let values: Vec<_> = values.into_iter().map(|(m, scale)| Decimal::new(m, scale)).collect();
        let axis = Axis::of(values.iter().copied(), with_zero);
        prop_assert!(values.iter().all(|value| (axis.low..=axis.high).contains(value)));
        prop_assert!((2..=9).contains(&axis.ticks.len()));
        prop_assert!(axis.ticks.is_sorted());
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let positions: Vec<_> = sorted.iter().map(|value| axis.position(*value, 1000)).collect();
        prop_assert!(positions.is_sorted() && positions.iter().all(|position| (0..=1000).contains(position)));
        for pair in axis.ticks.windows(2) {
            let step = pair[1] - pair[0];
            let digits = step.normalize().mantissa().to_string();
            let is_round = ["1", "2", "5"].contains(&digits.trim_end_matches('0'));
            prop_assert!(is_round || axis.ticks.len() == 2, "{step}");
        }
    }

    #[test]
    fn any_time_is_within_the_axis(
        first in any::<i64>(), last in any::<i64>(), at in any::<i64>(), offset in -1440i64..1440,
    ) {
        let axis = TimeAxis::of(first, last, offset);
        prop_assert!((0..=1000).contains(&axis.position(at, 1000)));
        let days = DayAxis::of(first / DAY, last / DAY);
        prop_assert!((0..=1000).contains(&days.slot(at / DAY, 1000).0));
        prop_assert!(axis.ticks(1000).len() <= 12 && days.ticks(1000).len() <= 12);
    }

    #[test]
    fn a_typical_range_has_a_few_ticks(first in 0..4_000_000_000_000i64, span in 60_000i64..400 * 365 * DAY) {
        let ticks = TimeAxis::of(first, first + span, 330).ticks(1000);
        prop_assert!((1..=7).contains(&ticks.len()), "{ticks:?}");
        prop_assert!(ticks.is_sorted_by_key(|(position, _)| *position));
    }
}
