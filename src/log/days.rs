//! Days as they stand in the URL.

/// What is wrong with a first and a last day, if anything.
pub(super) fn fault(from: Option<&str>, to: Option<&str>) -> Option<&'static str> {
    // Days in this form are in the order of their texts.
    (from? > to?).then_some("The first day lies after the last one.")
}

/// Whether `text` is `YYYY-MM-DD` and that day exists.
pub(super) fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return false;
    }
    let part = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    year > 0 && (1..=length).contains(&day)
}
