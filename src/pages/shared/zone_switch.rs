//! The switch between the time zones in which a screen shows days and times.

use crate::browser::intl;
use crate::log::zone::Zone;
use crate::units::zone_name;
use leptos::prelude::*;

/// Buttons for the two zones. The printed page shows the days and the zone in use instead.
#[component]
pub fn ZoneSwitch(
    /// The zone in use.
    zone: Signal<Zone>,
    /// The label of the service's zone.
    #[prop(into)]
    service: Signal<String>,
    /// Receives the chosen zone.
    on_change: Callback<Zone>,
    /// The first and the last day shown.
    #[prop(optional, into)]
    days: Signal<(Option<String>, Option<String>)>,
) -> impl IntoView {
    let local = match intl::zone() {
        Some(name) => format!("Local time ({name})"),
        None => "Local time".to_owned(),
    };
    let label = Callback::new(move |zone| match zone {
        Zone::Service => service.get(),
        Zone::Local => local.clone(),
    });
    let button = move |option: Zone| {
        let pressed = move || {
            if zone.get() == option {
                "true"
            } else {
                "false"
            }
        };
        view! {
            <button type="button" class="quiet" aria-pressed=pressed on:click=move |_| on_change.run(option)>
                {move || label.run(option)}
            </button>
        }
    };
    let printed = move || {
        let days = match days.get() {
            (None, None) => "All time".to_owned(),
            (from, to) => format!("{} – {}", from.unwrap_or_default(), to.unwrap_or_default()),
        };
        format!("{days} · {}", label.run(zone.get()))
    };
    view! {
        <div class="presets zones" role="group" aria-label="Time zone">
            {button(Zone::Service)}
            {button(Zone::Local)}
        </div>
        <p class="print-only">{printed}</p>
    }
}

/// Returns the label of the account's zone, which is `offset` minutes ahead of UTC, if known.
pub fn account_time(offset: Option<i64>) -> String {
    match offset {
        Some(offset) => format!("Account time ({})", zone_name(offset)),
        None => "Account time".to_owned(),
    }
}
