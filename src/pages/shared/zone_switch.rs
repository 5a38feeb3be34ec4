//! Whose days and times a screen shows, and the other zone one click away.

use crate::browser::intl;
use crate::log::zone::Zone;
use crate::units::zone_name;
use leptos::prelude::*;

/// The two zones. On paper, only the one in use, after the days.
#[component]
pub fn ZoneSwitch(
    /// The zone in use.
    zone: Signal<Zone>,
    /// What the service's zone is called.
    #[prop(into)]
    service: Signal<String>,
    /// Takes the other one.
    go: Callback<Zone>,
    /// The first and the last day that are shown.
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
    let button = move |of: Zone| {
        let pressed = move || if zone.get() == of { "true" } else { "false" };
        view! {
            <button type="button" class="quiet" aria-pressed=pressed on:click=move |_| go.run(of)>
                {move || label.run(of)}
            </button>
        }
    };
    let printed = move || {
        let days = match days.get() {
            (None, None) => "All days".to_owned(),
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

/// What the account's zone is called, once it is known how many minutes it is ahead of UTC.
pub fn account_time(ahead: Option<i64>) -> String {
    match ahead {
        Some(ahead) => format!("Account time ({})", zone_name(ahead)),
        None => "Account time".to_owned(),
    }
}
