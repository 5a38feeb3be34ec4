//! Reads the browser's wall clock and monotonic clock, and keeps the page's single [`Clock`].

use crate::units::clock::{Clock, Departure, Now, Source, Steady};
use crate::units::{utc_day, utc_moment};
use js_sys::{Date, Promise};
use leptos::prelude::window;
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static CLOCK: RefCell<Clock> = RefCell::default();
}

/// This computer's wall clock, in milliseconds since 1970. Never used to decide anything about a movement.
pub fn now() -> i64 {
    Date::now() as i64
}

/// How many minutes this computer's time zone is ahead of UTC at the moment `at`, which is in milliseconds since 1970.
pub fn offset_at(at: i64) -> i64 {
    let date = Date::new(&JsValue::from_str(&utc_moment(at)));
    // NaN, for a moment outside the range of `Date`, becomes zero.
    -(date.get_timezone_offset() as i64)
}

/// When a day, `YYYY-MM-DD`, begins in this computer's time zone, in milliseconds since 1970.
pub fn day_start(day: &str) -> Option<i64> {
    parse(&format!("{day}T00:00:00"))
}

/// The current day, `YYYY-MM-DD`, in a time zone `offset` minutes ahead of UTC, or in this computer's. A wall clock
/// that is clearly wrong is corrected by the servers' time.
pub fn today(offset: Option<i64>) -> String {
    let now = now().saturating_sub(wall_error().unwrap_or(0));
    utc_day(now + offset.unwrap_or_else(|| offset_at(now)) * 60_000)
}

/// The monotonic clock: milliseconds since the page was opened.
pub fn steady() -> Steady {
    with(|_, steady| steady)
}

/// The current moment on every clock, with the server time of `source`.
pub fn moment(source: Source) -> Now {
    with(|clock, steady| Now {
        wall: now(),
        steady,
        server: clock.server(source, steady),
    })
}

/// The wall clock time, past or future, at a moment of the monotonic clock. In milliseconds since 1970.
pub fn wall_at(moment: Steady) -> i64 {
    now().saturating_add(moment.since(steady()))
}

/// How far the wall clock is ahead of the servers' clocks, in milliseconds; negative if it is behind. `None` unless it
/// is clearly wrong.
pub fn wall_error() -> Option<i64> {
    with(|clock, steady| clock.wall_error(now(), steady))
}

/// Whether the time at `source` is known to within `width` milliseconds.
pub fn is_precise(source: Source, width: i64) -> bool {
    with(|clock, _| clock.is_precise(source, width))
}

/// Marks when a request was sent, or when something to be timed began.
pub fn depart() -> Departure {
    with(|clock, steady| clock.depart(steady))
}

/// The longest time, in milliseconds, that can have passed since `departure`, including sleep. `None` if unknown.
pub fn longest_since(departure: Departure) -> Option<i64> {
    with(|clock, steady| clock.longest_since(departure, steady))
}

/// Updates the time at `source` from a response's headers.
pub(crate) fn learn_date(source: Source, departure: Departure, headers: &gloo_net::http::Headers) {
    let Some(date) = headers.get("date").and_then(|date| parse(&date)) else {
        return;
    };
    // A shared cache states the age of its copy.
    let age: Option<i64> = headers.get("age").and_then(|age| age.trim().parse().ok());
    let date = date.saturating_add(age.unwrap_or(0).max(0).saturating_mul(1000));
    with(|clock, steady| clock.learn_date(source, date, departure, steady));
}

/// Updates the time at `source` from the newest of its entries' times, in milliseconds since 1970.
pub(crate) fn learn_entries(source: Source, times: impl Iterator<Item = i64>) {
    if let Some(newest) = times.max() {
        with(|clock, steady| clock.learn_entry(source, newest, steady));
    }
}

fn with<T>(read: impl FnOnce(&mut Clock, Steady) -> T) -> T {
    let performance = window().performance();
    let steady = performance.map_or(0, |performance| performance.now() as i64);
    CLOCK.with(|clock| {
        let mut clock = clock.borrow_mut();
        let steady = clock.read(now(), Steady(steady));
        read(&mut clock, steady)
    })
}

/// Waits for `milliseconds`.
pub async fn sleep(milliseconds: i64) {
    let wait = i32::try_from(milliseconds.max(0)).unwrap_or(i32::MAX);
    let timer = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait);
    });
    let _ = JsFuture::from(timer).await;
}

/// Parses a date, such as one in an HTTP header, into milliseconds since 1970.
fn parse(text: &str) -> Option<i64> {
    let time = Date::new(&JsValue::from_str(text)).get_time();
    (!time.is_nan()).then_some(time as i64)
}

/// The seconds to wait according to a `Retry-After` header from `source`, which contains a count or a date. One second
/// if it can't be parsed.
pub(crate) fn seconds_until(source: Source, header: &str) -> u32 {
    if let Ok(seconds) = header.trim().parse() {
        return seconds;
    }
    let Some(retry_at) = parse(header) else {
        return 1;
    };
    let now = moment(source);
    let now = now.server.earliest.unwrap_or(now.wall);
    u32::try_from(retry_at.saturating_sub(now).max(0) / 1000).unwrap_or(u32::MAX)
}
