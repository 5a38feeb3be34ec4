//! The business over some days, on the overview: the plots of every row of a range.

use crate::log::presets::Preset;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::pages::overview::recent::Newest;
use crate::pages::shared::log_progress::ReadingBar;
use crate::pages::shared::log_source::Source;
use crate::pages::shared::plots::Plots;
use crate::pages::shared::today::Today;
use crate::pages::shared::zone_switch::{ZoneSwitch, account_time};
use crate::ui::link::Link;
use leptos::prelude::*;

/// The plots, and the choice of the days.
#[component]
pub fn OverTime(
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    // Nothing for all days.
    let chosen = RwSignal::new(Some(Preset::Last30));
    let newest = expect_context::<Newest>();
    let refresh_count = RwSignal::new(0u32);
    let zone = newest.zone;
    let ahead = move || newest.ahead.get().filter(|_| zone.get() == Zone::Service);
    let today = Today::new(Signal::derive(ahead));
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
        newest.refresh_count.track();
        today.check();
    });
    let rounds =
        Signal::derive(move || refresh_count.get().wrapping_add(newest.refresh_count.get()));
    let source = Source::new(query, rounds);
    let (waiting, totals) = (source.waiting, source.totals);
    let again = Callback::new(move |()| {
        today.check();
        refresh_count.update(|refresh_count| *refresh_count += 1);
    });
    let presets = Preset::ALL
        .map(Some)
        .into_iter()
        .chain([None])
        .map(|preset: Option<Preset>| {
            let is = move || if chosen.get() == preset { "true" } else { "false" };
            view! {
                <button type="button" class="quiet" aria-pressed=is on:click=move |_| chosen.set(preset)>
                    {preset.map_or("All days", Preset::label)}
                </button>
            }
        })
        .collect_view();
    let empty = move || {
        let is_empty = matches!(totals.get(), Some((0, _)));
        is_empty.then(|| view! { <p class="empty">"Nothing was moved in these days."</p> })
    };
    view! {
        <div class="presets" role="group" aria-label="Days">{presets}</div>
        <ZoneSwitch
            zone=zone.into()
            service=Signal::derive(move || account_time(newest.ahead.get()))
            go=Callback::new(move |chosen| zone.set(chosen))
            days=Signal::derive(move || {
                let view = query.get();
                (view.from, view.to)
            })
        />
        <ReadingBar whole=source.whole.clone() again=again />
        {empty}
        <div class:stale=move || waiting.get()>
            <Plots rows=source.kept symbol=symbol />
        </div>
        <p><Link href=Signal::derive(move || format!("/log{}", query.get().write()))>"See these rows in the log"</Link></p>
    }
}
