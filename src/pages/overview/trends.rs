//! The overview's charts of every entry in a date range.

use crate::log::presets::Preset;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::pages::overview::recent::OverviewContext;
use crate::pages::shared::log_progress::LoadProgressBar;
use crate::pages::shared::log_source::LogSource;
use crate::pages::shared::plots::Plots;
use crate::pages::shared::today::Today;
use crate::pages::shared::zone_switch::{ZoneSwitch, account_time};
use crate::ui::link::Link;
use leptos::prelude::*;

/// The charts, with presets for the date range and the time zone switch.
#[component]
pub fn Trends(
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    // `None` is all time.
    let chosen = RwSignal::new(Some(Preset::Last30));
    let overview = expect_context::<OverviewContext>();
    let refresh_count = RwSignal::new(0u32);
    let zone = overview.zone;
    let offset = move || {
        overview
            .offset
            .get()
            .filter(|_| zone.get() == Zone::Service)
    };
    let today = Today::new(Signal::derive(offset));
    let query = Memo::new(move |_| {
        let query = LogQuery {
            all: true,
            preset: chosen.get(),
            zone: zone.get(),
            ..LogQuery::default()
        };
        query.on(&today.get())
    });
    Effect::new(move |_| {
        overview.refresh_count.track();
        today.check();
    });
    let total_refreshes = Signal::derive(move || {
        refresh_count
            .get()
            .wrapping_add(overview.refresh_count.get())
    });
    let source = LogSource::new(query, total_refreshes);
    let (waiting, totals) = (source.waiting, source.totals);
    let refresh = Callback::new(move |()| {
        today.check();
        refresh_count.update(|refresh_count| *refresh_count += 1);
    });
    let presets = Preset::ALL
        .map(Some)
        .into_iter()
        .chain([None])
        .map(|preset: Option<Preset>| {
            let pressed = move || if chosen.get() == preset { "true" } else { "false" };
            view! {
                <button type="button" class="quiet" aria-pressed=pressed on:click=move |_| chosen.set(preset)>
                    {preset.map_or("All time", Preset::label)}
                </button>
            }
        })
        .collect_view();
    let empty = move || {
        let is_empty = matches!(totals.get(), Some((0, _)));
        is_empty.then(|| view! { <p class="empty">"No transactions in this period."</p> })
    };
    view! {
        <div class="presets" role="group" aria-label="Days">{presets}</div>
        <ZoneSwitch
            zone=zone.into()
            service=Signal::derive(move || account_time(overview.offset.get()))
            on_change=Callback::new(move |chosen| zone.set(chosen))
            days=Signal::derive(move || {
                let view = query.get();
                (view.from, view.to)
            })
        />
        <LoadProgressBar full_range=source.full_range.clone() on_retry=refresh />
        {empty}
        <div class:stale=move || waiting.get()>
            <Plots rows=source.filtered symbol=symbol />
        </div>
        <p><Link href=Signal::derive(move || format!("/log{}", query.get().write()))>"View in credit log"</Link></p>
    }
}
