//! The log's date range, as two days or as a preset, and its time zone.

use crate::log::presets::Preset;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::pages::shared::date_range::{DateRangeForm, Days};
use crate::pages::shared::zone_switch::{ZoneSwitch, account_time};
use leptos::prelude::*;

/// The date range form, the presets and the time zone switch.
#[component]
pub fn RangeForm(
    /// The view's query.
    query: Memo<LogQuery>,
    /// Opens another view.
    navigate: Callback<LogQuery>,
    /// The minutes that the account's zone is ahead of UTC, once known from an entry.
    offset: Signal<Option<i64>>,
    /// Whether entries are loading.
    waiting: Memo<bool>,
) -> impl IntoView {
    let change = move |change: &dyn Fn(&mut LogQuery)| {
        let mut view = query.get_untracked();
        change(&mut view);
        navigate.run(LogQuery { page: 1, ..view });
    };
    let set_days = Callback::new(move |(from, to): Days| {
        change(&|view| {
            (view.preset, view.from, view.to) = (None, from.clone(), to.clone());
        });
    });
    let set_zone = Callback::new(move |zone| change(&|view| view.zone = zone));
    let presets = Preset::ALL
        .map(|preset| {
            let pressed = move || match query.get().preset {
                Some(chosen) if chosen == preset => "true",
                _ => "false",
            };
            let select = move |_| change(&|view| view.preset = Some(preset));
            view! {
                <button type="button" class="quiet" aria-pressed=pressed on:click=select>
                    {preset.label()}
                </button>
            }
        })
        .into_iter()
        .collect_view();
    let hint = Signal::derive(move || {
        let hides_hint = query.get().zone == Zone::Local || offset.get().is_some() || waiting.get();
        let unknown = "Your account's time zone isn't known yet; “Today” is in local time.";
        if hides_hint { "" } else { unknown }.to_owned()
    });
    view! {
        <div class="days">
            <DateRangeForm
                from=Signal::derive(move || query.get().from)
                to=Signal::derive(move || query.get().to)
                on_change=set_days
                hint=hint
            />
            <div class="presets" role="group" aria-label="Days">{presets}</div>
            <ZoneSwitch
                zone=Signal::derive(move || query.get().zone)
                service=Signal::derive(move || account_time(offset.get()))
                on_change=set_zone
                days=Signal::derive(move || {
                    let view = query.get();
                    (view.from, view.to)
                })
            />
        </div>
    }
}
