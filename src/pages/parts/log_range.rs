//! The days of the log: a first and a last one, or one of the ranges that are asked for most.

use super::days::{DayRange, Days};
use crate::browser::clock::now;
use crate::log::LogQuery;
use crate::log::presets::Preset;
use crate::ui::intl;
use crate::units::{utc_day, zone_name};
use leptos::prelude::*;

/// The form, and the ranges.
#[component]
pub fn RangeForm(
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
    /// The minutes that the account's zone is ahead of UTC, where a row has told them.
    ahead: Memo<Option<i64>>,
) -> impl IntoView {
    let show = Callback::new(move |(from, to): Days| {
        go.run(LogQuery {
            page: 1,
            from,
            to,
            ..query.get_untracked()
        });
    });
    let presets = move || {
        let view = query.get();
        let chosen = view.from.zip(view.to);
        let today = today(ahead.get());
        Preset::ALL
            .map(|preset| {
                let days = preset.days(&today);
                let is = days.is_some() && days == chosen;
                let choose = move |_| {
                    if let Some((from, to)) = days.clone() {
                        show.run((Some(from), Some(to)));
                    }
                };
                view! {
                    <button type="button" class="quiet" aria-pressed=if is { "true" } else { "false" } on:click=choose>
                        {preset.label()}
                    </button>
                }
            })
            .into_iter()
            .collect_view()
    };
    let hint = Signal::derive(move || match ahead.get() {
        Some(ahead) => format!(
            "Whole days in your account's own time zone, {}.",
            zone_name(ahead)
        ),
        None => format!(
            "Whole days in your account's own time zone. “Today” is today where you are, {}.",
            zone_name(intl::offset())
        ),
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
        </div>
    }
}

/// Today in the account's zone, or in the reader's while that is not known.
pub fn today(ahead: Option<i64>) -> String {
    utc_day(now() + ahead.unwrap_or_else(intl::offset) * 60_000)
}
