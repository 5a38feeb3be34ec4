//! The reader's locale, by the browser's `Intl`: exact, because figures are handed over as text.

use crate::units::{Separators, input_text, moment_ahead, moment_ms, utc_moment, zone_name};
use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

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

/// A formatter of the time of day on this computer, or of a day and time as UTC has them.
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
        ("timeZone", JsValue::from_str("UTC")),
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
    input_text(plain, separators())
}

/// `text` with its letters composed.
pub fn composed(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// Something that the browser has chosen for the reader, such as the `locale`.
fn resolved(formatter: &Intl::DateTimeFormat, name: &str) -> Option<String> {
    Reflect::get(&formatter.resolved_options(), &JsValue::from_str(name))
        .ok()?
        .as_string()
}

/// The reader's zone by its name, such as `Europe/Berlin`. Some browsers have none.
pub fn zone() -> Option<String> {
    let formatter = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    resolved(&formatter, "timeZone")
}

/// The reader's locale, such as `de-DE`.
pub fn locale() -> String {
    let formatter = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    resolved(&formatter, "locale").unwrap_or_default()
}

/// What a locale is called in English, such as `German (Germany)`, or the locale itself where the browser has no name.
pub fn locale_name(locale: &str) -> String {
    let name = || -> Option<String> {
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let names: Function = Reflect::get(&intl, &JsValue::from_str("DisplayNames"))
            .ok()?
            .dyn_into()
            .ok()?;
        let kind = options(&[
            ("type", JsValue::from_str("language")),
            ("languageDisplay", JsValue::from_str("standard")),
        ]);
        let english = Array::of1(&JsValue::from_str("en"));
        let names = Reflect::construct(&names, &Array::of2(&english, &kind)).ok()?;
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

/// A moment in its own zone with its offset, and in UTC.
pub struct MomentText {
    /// In the zone that it is written in.
    pub words: String,
    /// In UTC, ISO 8601.
    pub utc: String,
}

/// Shows an ISO 8601 moment in the zone that it is written in. Nothing for a text that is none, or that does not say its
/// offset.
pub fn moment(iso: &str) -> Option<MomentText> {
    let (at, ahead) = moment_ms(iso).zip(moment_ahead(iso))?;
    // What UTC's clocks show at another moment is what the zone's clocks show at this one.
    let date = Date::new(&JsValue::from_str(&utc_moment(at + ahead * 60_000)));
    let words = MOMENT.with(|format| call(format.as_ref(), &date))?;
    Some(MomentText {
        words: format!("{words} {}", zone_name(ahead)),
        utc: utc_moment(at),
    })
}

/// The time of day in the reader's zone, of an ISO 8601 moment.
pub fn time(iso: &str) -> String {
    let date = Date::new(&JsValue::from_str(iso));
    TIME.with(|format| call(format.as_ref(), &date))
        .unwrap_or_else(|| iso.to_owned())
}
