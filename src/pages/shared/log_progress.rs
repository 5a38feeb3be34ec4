//! Progress and result of loading every entry of a date range.

use crate::browser::intl;
use crate::client::Operation;
use crate::log::full_range::{FullRange, FullRangeState, LoadProgress};
use crate::pages::shared::error_message;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// A progress bar while the entries load, then a warning if any are missing, with a way to load them again.
#[component]
pub fn LoadProgressBar(
    /// The entries being loaded.
    full_range: FullRange,
    /// Loads everything again.
    on_retry: Callback<()>,
) -> impl IntoView {
    let stopped_range = full_range.clone();
    let stop = Callback::new(move |()| stopped_range.stop());
    move || match full_range.state() {
        FullRangeState::Idle | FullRangeState::Done(0) => ().into_any(),
        FullRangeState::Loading(progress) => progress_bar(&progress, stop),
        FullRangeState::Done(missing) => {
            let title = intl::counted(missing, "entry is missing.", "entries are missing.");
            incomplete_notice(title, on_retry).into_any()
        }
        FullRangeState::Stopped(rows, total) => {
            let title = partial_title("Stopped: loaded", rows, total, "");
            incomplete_notice(title, on_retry).into_any()
        }
        FullRangeState::Failed(failure, rows, total) => {
            let title = partial_title("Loaded", rows, total, "");
            view! {
                {error_message::failure(&failure, Operation::Read)}
                {incomplete_notice(title, on_retry)}
            }
            .into_any()
        }
    }
}

/// States how many of the entries were loaded. Without a `total`, none were.
fn partial_title(before: &str, rows: u64, total: Option<u64>, after: &str) -> String {
    match total {
        Some(total) => format!(
            "{before} {} of {} entries{after}. Totals are partial.",
            intl::count(rows),
            intl::count(total)
        ),
        None => "Nothing was loaded.".to_owned(),
    }
}

fn incomplete_notice(title: String, on_retry: Callback<()>) -> AnyView {
    view! {
        <Notice tone=Tone::Warning title=title>
            <button type="button" on:click=move |_| on_retry.run(())>"Refresh"</button>
        </Notice>
    }
    .into_any()
}

fn progress_bar(progress: &LoadProgress, stop: Callback<()>) -> AnyView {
    let total = progress.total;
    let count = match total {
        Some(total) => format!(
            "{} of {} entries",
            intl::count(progress.rows),
            intl::count(total)
        ),
        None => "Loading entries".to_owned(),
    };
    let left = match (progress.pause, progress.seconds_left()) {
        (1.., _) => Some("waiting for the service".to_owned()),
        (_, Some(left)) if progress.elapsed > 1000 => Some(format!("{left}s left")),
        _ => None,
    };
    view! {
        <div class="reading">
            <progress max=total.map(|total| total.to_string()) value=total.map(|_| progress.rows.to_string()) aria-label="Loading"></progress>
            <span>{count}{left.map(|left| format!(", {left}"))}</span>
            <button type="button" on:click=move |_| stop.run(())>"Stop"</button>
        </div>
    }
    .into_any()
}
