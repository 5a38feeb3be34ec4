//! Moments on the screen: the reader's zone, with UTC and the backend's own words a hover away.

use super::intl;
use crate::units::utc_moment;
use leptos::prelude::*;

/// An ISO 8601 moment in words, and what a hover adds. Nothing for what is no moment.
pub fn words(iso: &str) -> Option<(String, String)> {
    let shown = intl::moment(iso)?;
    Some((shown.local, format!("{} · {iso}", shown.utc)))
}

/// An ISO 8601 moment as the backend wrote it; what is no moment is a text of any length, the whole of it a hover away.
pub fn moment(iso: &str) -> AnyView {
    match words(iso) {
        Some((text, title)) => {
            view! { <time datetime=iso.to_owned() title=title>{text}</time> }.into_any()
        }
        None => {
            view! { <span class="text" title=iso.to_owned()>{iso.to_owned()}</span> }.into_any()
        }
    }
}

/// A moment of this browser's clock, in milliseconds since 1970.
pub fn at(ms: i64) -> AnyView {
    moment(&utc_moment(ms))
}

/// The time of day of a moment of this browser's clock.
pub fn time(ms: i64) -> String {
    intl::time(&utc_moment(ms))
}
