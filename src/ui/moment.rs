//! Moments on the screen, always with their offset; UTC and the service's own words are a hover away.

use crate::browser::clock::offset_at;
use crate::browser::intl;
use crate::units::{moment_in_zone, moment_ms, utc_moment};
use leptos::prelude::*;

/// An ISO 8601 moment in words, in the zone that it is written in, and what a hover adds. Nothing for what is no moment.
pub fn words(iso: &str) -> Option<(String, String)> {
    let shown = intl::moment(iso)?;
    Some((shown.words, format!("{} · {iso}", shown.utc)))
}

/// An ISO 8601 moment in the zone that it is written in; what is no moment is a text of any length, the whole of it a
/// hover away.
pub fn written(iso: &str) -> AnyView {
    match words(iso) {
        Some((text, title)) => {
            view! { <time datetime=iso.to_owned() title=title>{text}</time> }.into_any()
        }
        None => {
            view! { <span class="text" title=iso.to_owned()>{iso.to_owned()}</span> }.into_any()
        }
    }
}

/// The same in the zone of this computer.
pub fn moment(iso: &str) -> AnyView {
    let local = moment_ms(iso).and_then(|at| moment_in_zone(iso, offset_at(at)));
    written(local.as_deref().unwrap_or(iso))
}

/// A moment of this browser's clock, in milliseconds since 1970.
pub fn at(ms: i64) -> AnyView {
    moment(&utc_moment(ms))
}

/// The time of day of a moment of this browser's clock.
pub fn time(ms: i64) -> String {
    intl::time(&utc_moment(ms))
}
