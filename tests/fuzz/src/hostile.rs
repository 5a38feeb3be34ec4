//! Unexpected values: numbers, texts, timestamps.

use fastrand::Rng;

/// Numbers in JSON.
const NUMBERS: [&str; 36] = [
    "0",
    "-0",
    "1",
    "-1",
    "0.1",
    "-0.000001",
    "1e30",
    "1E+30",
    "-1e-30",
    "1e999999999",
    "1e-999999999",
    "1e99999999999999999999",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "79228162514264337593543950335",
    "79228162514264337593543950336",
    "-79228162514264337593543950335",
    "170141183460469231731687303715884105727",
    "170141183460469231731687303715884105728",
    "0.1234567890123456789012345678",
    "0.12345678901234567890123456789",
    "0.00000000000000000000000000001",
    "1.7976931348623157e308",
    "1e309",
    "5e-324",
    "20.0",
    "2e1",
    "200e-1",
    "1.0000000000000000000000000000000000000000000000000000000000000000001",
];

/// Texts that a user or a service may send.
const TEXTS: [&str; 44] = [
    "",
    " ",
    "null",
    "true",
    "0",
    "-1.5",
    "1e30",
    "NaN",
    "Infinity",
    "undefined",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "\u{0}",
    "a\u{0}b",
    "\u{202e}evil\u{202c}",
    "\u{2066}left\u{2069}",
    "\u{200b}",
    "\u{200d}\u{200d}",
    "\u{feff}bom",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "مرحبا",
    "שלום",
    "🧑‍🤝‍🧑",
    "\u{fffd}",
    "\u{10ffff}",
    "\u{1f}",
    "../../etc/passwd",
    "org_00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000000",
    "%00",
    "%ff",
    "a&b=c",
    "Transfer of 20 minutes at 0.20/min",
    "Transfer of 1e3 minutes at 1/min/min",
    "minutes",
    "1 minutes",
    "٣ minutes at ٠/min",
    "success",
    "CT-20260115110440-5678-4002",
];

/// Timestamps, some of them invalid.
const TIMESTAMPS: [&str; 20] = [
    "2026-01-15T16:34:40+05:30",
    "2026-01-15",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "0000-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-02-30T00:00:00Z",
    "2026-01-15T24:00:00Z",
    "2026-01-15T16:34:60Z",
    "+12026-01-15T16:34:40Z",
    "-0001-01-15T16:34:40Z",
    "2026-01-15T16:34:40",
    "2026-01-15T16:34:40é",
    "T",
    "TZ",
    "2026-01-15TZ",
    "2026-01-15T16:34:40.Z",
    "2026-01-15T16:34:40+0530",
    "2026-01-15t16:34:40z",
    "２０２６-01-15T16:34:40Z",
];

/// The parts of random texts.
const PARTS: [&str; 24] = [
    "a", "Z", "0", "9", " ", "-", "_", ".", ",", ":", "/", "&", "=", "%", "+", "\"", "\\", "\n",
    "\t", "é", "\u{202e}", "\u{0}", "😀", "T",
];

/// Returns a random element.
pub fn pick<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of.get(rng.usize(..of.len().max(1)))
        .copied()
        .unwrap_or_default()
}

/// Returns a number in JSON.
pub fn number(rng: &mut Rng) -> String {
    if rng.bool() {
        return pick(rng, &NUMBERS).to_owned();
    }
    let digits = |rng: &mut Rng, max: usize| -> String {
        let count = rng.usize(1..=max);
        (0..count).map(|_| rng.digit(10)).collect()
    };
    let integer = digits(rng, 31);
    let integer = match integer.trim_start_matches('0') {
        "" => "0",
        integer => integer,
    };
    let mut text = format!("{}{integer}", if rng.u8(..4) == 0 { "-" } else { "" });
    if rng.bool() {
        text = format!("{text}.{}", digits(rng, 31));
    }
    if rng.u8(..4) == 0 {
        let sign = pick(rng, &["", "+", "-"]);
        text = format!("{text}{}{sign}{}", pick(rng, &["e", "E"]), rng.u8(..60));
    }
    text
}

/// Returns a text.
pub fn text(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => pick(rng, &TIMESTAMPS).to_owned(),
        1 => random_text(rng, 40),
        _ => pick(rng, &TEXTS).to_owned(),
    }
}

/// Returns a text of at most `max` parts.
pub fn random_text(rng: &mut Rng, max: usize) -> String {
    let count = rng.usize(..=max);
    (0..count).map(|_| pick(rng, &PARTS)).collect()
}
