//! The days of the log: a first and a last one, or one of the ranges that are used most; and whose days they are.

use crate::log::presets::Preset;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::pages::shared::date_range::{DayRange, Days};
use crate::pages::shared::zone_switch::{ZoneSwitch, account_time};
use leptos::prelude::*;

/// The form, and the ranges.
#[component]
pub fn RangeForm(
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
    /// The minutes that the account's zone is ahead of UTC, once an entry has shown it.
    ahead: Signal<Option<i64>>,
    /// Whether entries are being read.
    waiting: Memo<bool>,
) -> impl IntoView {
    let change = move |change: &dyn Fn(&mut LogQuery)| {
        let mut view = query.get_untracked();
        change(&mut view);
        go.run(LogQuery { page: 1, ..view });
    };
    let show = Callback::new(move |(from, to): Days| {
        change(&|view| {
            (view.preset, view.from, view.to) = (None, from.clone(), to.clone());
        });
    });
    let zone = Callback::new(move |zone| change(&|view| view.zone = zone));
    let presets = Preset::ALL
        .map(|preset| {
            let pressed = move || match query.get().preset {
                Some(chosen) if chosen == preset => "true",
                _ => "false",
            };
            let choose = move |_| change(&|view| view.preset = Some(preset));
            view! {
                <button type="button" class="quiet" aria-pressed=pressed on:click=choose>
                    {preset.label()}
                </button>
            }
        })
        .into_iter()
        .collect_view();
    let hint = Signal::derive(move || {
        let may_be_known =
            query.get().zone == Zone::Local || ahead.get().is_some() || waiting.get();
        let unknown = "Your account's time zone isn't known yet: “Today” is today in local time.";
        if may_be_known { "" } else { unknown }.to_owned()
    });
    view! {
        <div class="days">
            <DayRange
                from=Signal::derive(move || query.get().from)
                to=Signal::derive(move || query.get().to)
                go=show
                hint=hint
            />
            <div class="presets" role="group" aria-label="Days">{presets}</div>
            <ZoneSwitch
                zone=Signal::derive(move || query.get().zone)
                service=Signal::derive(move || account_time(ahead.get()))
                go=zone
                days=Signal::derive(move || {
                    let view = query.get();
                    (view.from, view.to)
                })
            />
        </div>
    }
}
