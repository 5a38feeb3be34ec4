//! The reader's locale, by the browser's `Intl`: exact, because figures are handed over as text.

use crate::units::{Separators, typed_form};
use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use wasm_bindgen::JsValue;

thread_local! {
    static PLAIN: Option<Function> = number_format(0);
    static MONEY: Option<Function> = number_format(2);
    static MOMENT: Option<Function> = date_format(true);
    static TIME: Option<Function> = date_format(false);
    static SEPARATORS: Separators = find_separators();
}

/// Makes the formatters that rows of figures need: to make one takes longer than to use it for a hundred rows.
pub fn prepare() {
    PLAIN.with(|_| ());
    MONEY.with(|_| ());
    MOMENT.with(|_| ());
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), value);
    }
    options
}

/// The `format` function of a formatter that drops no digit: a decimal has at most 28 behind the point.
fn number_format(least_decimals: u8) -> Option<Function> {
    let options = options(&[
        ("minimumFractionDigits", JsValue::from(least_decimals)),
        ("maximumFractionDigits", JsValue::from(28)),
        // People type these digits, so figures are shown in them.
        ("numberingSystem", JsValue::from_str("latn")),
    ]);
    bound_format(&Intl::NumberFormat::new(&Array::new(), &options))
}

/// A formatter of the time of day, with the day and the zone's offset where they are wanted too.
fn date_format(with_day: bool) -> Option<Function> {
    let two = JsValue::from_str("2-digit");
    let numeric = JsValue::from_str("numeric");
    let all = [
        ("hour", two.clone()),
        ("minute", two.clone()),
        ("second", two),
        ("year", numeric.clone()),
        ("month", JsValue::from_str("short")),
        ("day", numeric),
        ("timeZoneName", JsValue::from_str("shortOffset")),
    ];
    let options = options(if with_day { &all } else { &all[..3] });
    bound_format(&Intl::DateTimeFormat::new(&Array::new(), &options))
}

/// The bound function that the `format` getter of any formatter gives.
fn bound_format(formatter: &JsValue) -> Option<Function> {
    Reflect::get(formatter, &JsValue::from_str("format"))
        .ok()
        .map(Function::from)
}

fn call(format: Option<&Function>, value: &JsValue) -> Option<String> {
    format?.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

fn find_separators() -> Separators {
    let sample = PLAIN
        .with(|format| call(format.as_ref(), &JsValue::from_str("1234567.8")))
        .unwrap_or_default();
    let marks: Vec<char> = sample.chars().filter(|c| !c.is_ascii_digit()).collect();
    match (marks.first(), marks.last()) {
        (Some(&group), Some(&decimal)) if group != decimal => Separators { decimal, group },
        _ => Separators::PLAIN,
    }
}

/// How the reader's locale writes numbers.
pub fn separators() -> Separators {
    SEPARATORS.with(|separators| *separators)
}

/// A figure in the reader's locale, with all its digits. `plain` is its plain form.
pub fn number(plain: &str) -> String {
    PLAIN
        .with(|format| call(format.as_ref(), &JsValue::from_str(plain)))
        .unwrap_or_else(|| plain.to_owned())
}

/// A count in the reader's locale.
pub fn count(count: impl ToString) -> String {
    number(&count.to_string())
}

/// Money in the reader's locale: all its digits, and at least two decimals.
pub fn money(plain: &str) -> String {
    MONEY
        .with(|format| call(format.as_ref(), &JsValue::from_str(plain)))
        .unwrap_or_else(|| plain.to_owned())
}

/// Money as a person would type it, in the locale's form without grouping.
pub fn typed(plain: &str) -> String {
    typed_form(plain, separators())
}

/// `text` with its letters composed.
pub fn composed(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// The minutes that the reader's zone is ahead of UTC at present.
pub fn offset() -> i64 {
    -(Date::new_0().get_timezone_offset() as i64)
}

/// A moment in the reader's zone with its offset, and in UTC.
pub struct Shown {
    /// In the reader's zone.
    pub local: String,
    /// In UTC, ISO 8601.
    pub utc: String,
}

/// Shows an ISO 8601 moment. Nothing for a text that is none, or that does not say its offset.
pub fn moment(iso: &str) -> Option<Shown> {
    let (_, time) = iso.split_once('T')?;
    if !time.contains(['Z', '+', '-']) {
        return None;
    }
    let date = Date::new(&JsValue::from_str(iso));
    if date.get_time().is_nan() {
        return None;
    }
    let local = MOMENT.with(|format| call(format.as_ref(), &date))?;
    Some(Shown {
        local,
        utc: String::from(date.to_iso_string()),
    })
}

/// The time of day in the reader's zone, of an ISO 8601 moment.
pub fn time(iso: &str) -> String {
    let date = Date::new(&JsValue::from_str(iso));
    TIME.with(|format| call(format.as_ref(), &date))
        .unwrap_or_else(|| iso.to_owned())
}
