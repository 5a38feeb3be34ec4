//! The browser's clock, in whole milliseconds and seconds.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// Milliseconds since 1970.
pub fn now() -> i64 {
    Date::now() as i64
}

/// The seconds that a `Retry-After` asks for: a count, or a date. What cannot be read still asks to wait: a
/// second.
pub(super) fn seconds_until(header: &str) -> u32 {
    if let Ok(seconds) = header.trim().parse() {
        return seconds;
    }
    let then = Date::new(&JsValue::from_str(header)).get_time();
    if then.is_nan() {
        return 1;
    }
    let wait = (then as i64 - now()).max(0) / 1000;
    u32::try_from(wait).unwrap_or(u32::MAX)
}
