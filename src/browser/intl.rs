//! Formats numbers and dates in the user's locale with the browser's `Intl`. Exact, because numbers are passed as text.

use crate::units::{Separators, input_text, moment_ms, utc_moment, utc_offset, zone_name};
use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static PLAIN: Option<Function> = number_format(0);
    static MONEY: Option<Function> = number_format(2);
    static MOMENT: Option<Function> = date_format(true);
    static TIME: Option<Function> = date_format(false);
    static SEPARATORS: Separators = find_separators();
}

/// Creates the formatters that tables need. Creating one takes longer than formatting a hundred rows with it.
pub fn prepare() {
    PLAIN.with(|_| ());
    MONEY.with(|_| ());
    MOMENT.with(|_| ());
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a new plain object can't fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), value);
    }
    options
}

/// The `format` function of a formatter that keeps every digit: a `Decimal` has at most 28 decimal places.
fn number_format(min_decimals: u8) -> Option<Function> {
    let options = options(&[
        ("minimumFractionDigits", JsValue::from(min_decimals)),
        ("maximumFractionDigits", JsValue::from(28)),
        // Input takes Latin digits only, so numbers are shown in them, too.
        ("numberingSystem", JsValue::from_str("latn")),
    ]);
    bound_format(&Intl::NumberFormat::new(&Array::new(), &options))
}

/// A formatter of the time of day in this computer's time zone, or, with the day, of a date and time in UTC.
fn date_format(with_day: bool) -> Option<Function> {
    let two_digits = JsValue::from_str("2-digit");
    let numeric = JsValue::from_str("numeric");
    let fields = [
        ("hour", two_digits.clone()),
        ("minute", two_digits.clone()),
        ("second", two_digits),
        ("year", numeric.clone()),
        ("month", JsValue::from_str("short")),
        ("day", numeric),
        ("timeZone", JsValue::from_str("UTC")),
    ];
    let options = options(if with_day { &fields } else { &fields[..3] });
    bound_format(&Intl::DateTimeFormat::new(&Array::new(), &options))
}

/// The bound function that the `format` getter of a formatter returns.
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
    let symbols: Vec<char> = sample.chars().filter(|c| !c.is_ascii_digit()).collect();
    match (symbols.first(), symbols.last()) {
        (Some(&group), Some(&decimal)) if group != decimal => Separators { decimal, group },
        _ => Separators::PLAIN,
    }
}

/// The number separators of the user's locale.
pub fn separators() -> Separators {
    SEPARATORS.with(|separators| *separators)
}

/// A number in the user's locale, with all its digits. `plain` is its plain form.
pub fn number(plain: &str) -> String {
    PLAIN
        .with(|format| call(format.as_ref(), &JsValue::from_str(plain)))
        .unwrap_or_else(|| plain.to_owned())
}

/// A count in the user's locale.
pub fn count(count: impl ToString) -> String {
    number(&count.to_string())
}

/// A count in the user's locale, with its noun: "1 entry", "2 entries".
pub fn counted(count: impl TryInto<u64> + ToString + Copy, one: &str, many: &str) -> String {
    let noun = match count.try_into() {
        Ok(1) => one,
        _ => many,
    };
    format!("{} {noun}", number(&count.to_string()))
}

/// An amount of money in the user's locale, with all its digits and at least two decimal places.
pub fn money(plain: &str) -> String {
    MONEY
        .with(|format| call(format.as_ref(), &JsValue::from_str(plain)))
        .unwrap_or_else(|| plain.to_owned())
}

/// An amount of money as a user would type it: with the locale's decimal separator, without grouping.
pub fn money_input(plain: &str) -> String {
    input_text(plain, separators())
}

/// `text` in Unicode normalization form C.
pub fn to_nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// An option that the browser resolved for the user, such as the `locale`.
fn resolved_option(formatter: &Intl::DateTimeFormat, name: &str) -> Option<String> {
    Reflect::get(&formatter.resolved_options(), &JsValue::from_str(name))
        .ok()?
        .as_string()
}

/// The name of the user's time zone, such as `Europe/Berlin`. Some browsers have none.
pub fn zone() -> Option<String> {
    let formatter = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    resolved_option(&formatter, "timeZone")
}

/// The user's locale, such as `de-DE`.
pub fn locale() -> String {
    let formatter = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    resolved_option(&formatter, "locale").unwrap_or_default()
}

/// The English name of a locale, such as `German (Germany)`, or the locale itself if the browser has no name for it.
pub fn locale_name(locale: &str) -> String {
    let name = || -> Option<String> {
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let names: Function = Reflect::get(&intl, &JsValue::from_str("DisplayNames"))
            .ok()?
            .dyn_into()
            .ok()?;
        let options_object = options(&[
            ("type", JsValue::from_str("language")),
            ("languageDisplay", JsValue::from_str("standard")),
        ]);
        let english = Array::of1(&JsValue::from_str("en"));
        let names = Reflect::construct(&names, &Array::of2(&english, &options_object)).ok()?;
        let of: Function = Reflect::get(&names, &JsValue::from_str("of"))
            .ok()?
            .dyn_into()
            .ok()?;
        of.call1(&names, &JsValue::from_str(locale))
            .ok()?
            .as_string()
    };
    name().unwrap_or_else(|| locale.to_owned())
}

/// A moment in the time zone it was written in, with its offset, and in UTC.
pub struct MomentText {
    /// In the time zone it was written in.
    pub words: String,
    /// In UTC, ISO 8601.
    pub utc: String,
}

/// Formats an ISO 8601 moment in the time zone it was written in. `None` if `iso` is not a moment or has no offset.
pub fn moment(iso: &str) -> Option<MomentText> {
    let (at, offset) = moment_ms(iso).zip(utc_offset(iso))?;
    // The formatter writes UTC, so shift the moment by the time zone's offset.
    let date = Date::new(&JsValue::from_str(&utc_moment(at + offset * 60_000)));
    let words = MOMENT.with(|format| call(format.as_ref(), &date))?;
    Some(MomentText {
        words: format!("{words} {}", zone_name(offset)),
        utc: utc_moment(at),
    })
}

/// The time of day of an ISO 8601 moment, in the user's time zone.
pub fn time(iso: &str) -> String {
    let date = Date::new(&JsValue::from_str(iso));
    TIME.with(|format| call(format.as_ref(), &date))
        .unwrap_or_else(|| iso.to_owned())
}
