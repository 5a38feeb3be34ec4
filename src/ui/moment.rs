//! Moments on the screen. Dates are shown with their offset, and the tooltip has UTC and the ISO 8601 text.

use crate::browser::clock::offset_at;
use crate::browser::intl;
use crate::units::{moment_in_zone, moment_ms, utc_moment};
use leptos::prelude::*;

/// The text and the tooltip of an ISO 8601 moment, in the time zone it was written in. `None` if `iso` is not a moment.
pub fn text_and_tooltip(iso: &str) -> Option<(String, String)> {
    let formatted = intl::moment(iso)?;
    Some((formatted.words, format!("{} · {iso}", formatted.utc)))
}

/// An ISO 8601 moment in the time zone it was written in. If `iso` is not a moment, shows it as is, with the full text
/// in the tooltip.
pub fn in_own_zone(iso: &str) -> AnyView {
    match text_and_tooltip(iso) {
        Some((text, title)) => {
            view! { <time datetime=iso.to_owned() title=title>{text}</time> }.into_any()
        }
        None => {
            view! { <span class="text" title=iso.to_owned()>{iso.to_owned()}</span> }.into_any()
        }
    }
}

/// An ISO 8601 moment in this computer's time zone. If `iso` is not a moment, shows it as is.
pub fn moment(iso: &str) -> AnyView {
    let local = moment_ms(iso).and_then(|at| moment_in_zone(iso, offset_at(at)));
    in_own_zone(local.as_deref().unwrap_or(iso))
}

/// A moment in milliseconds since 1970, in this computer's time zone.
pub fn at(ms: i64) -> AnyView {
    moment(&utc_moment(ms))
}

/// The time of day of a moment in milliseconds since 1970, in this computer's time zone.
pub fn time(ms: i64) -> String {
    intl::time(&utc_moment(ms))
}
