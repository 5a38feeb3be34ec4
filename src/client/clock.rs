//! The browser's clock, in whole milliseconds and seconds.

use js_sys::{Date, Promise};
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since 1970.
pub fn now() -> i64 {
    Date::now() as i64
}

/// Waits so many milliseconds.
pub async fn sleep(milliseconds: i64) {
    let wait = i32::try_from(milliseconds.max(0)).unwrap_or(i32::MAX);
    let pause = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait);
    });
    let _ = JsFuture::from(pause).await;
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
