//! Every row of the days: how the reading goes, and what came of it.

use crate::browser::intl;
use crate::client::Operation;
use crate::log::full_range::{FullRange, LoadProgress, LoadState};
use crate::pages::shared::error_message;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// How the reading goes.
#[component]
pub fn ReadingBar(
    /// The reading.
    whole: FullRange,
    /// Reads everything again.
    again: Callback<()>,
) -> impl IntoView {
    let stopping = whole.clone();
    let stop = Callback::new(move |()| stopping.stop());
    move || match whole.reading() {
        LoadState::Idle | LoadState::Done(0) => ().into_any(),
        LoadState::Going(progress) => going(&progress, stop),
        LoadState::Done(missing) => {
            let title = format!(
                "{} rows that the backend counts could not be found.",
                intl::count(missing)
            );
            incomplete(title, again).into_any()
        }
        LoadState::Stopped(rows, total) => {
            let title = partial("Stopped at", rows, total, "");
            incomplete(title, again).into_any()
        }
        LoadState::Failed(failure, rows, total) => {
            let title = partial("Only", rows, total, " could be read");
            view! {
                {error_message::failure(&failure, Operation::Read)}
                {incomplete(title, again)}
            }
            .into_any()
        }
    }
}

/// How many rows were read. Without a total there are none.
fn partial(before: &str, rows: u64, total: Option<u64>, after: &str) -> String {
    match total {
        Some(total) => format!(
            "{before} {} of {} rows{after}. Only these are shown.",
            intl::count(rows),
            intl::count(total)
        ),
        None => "No rows were read.".to_owned(),
    }
}

fn incomplete(title: String, again: Callback<()>) -> AnyView {
    view! {
        <Notice tone=Tone::Warning title=title>
            <button type="button" on:click=move |_| again.run(())>"Read again"</button>
        </Notice>
    }
    .into_any()
}

fn going(progress: &LoadProgress, stop: Callback<()>) -> AnyView {
    let total = progress.total;
    let told = match total {
        Some(total) => format!(
            "{} of {} rows",
            intl::count(progress.rows),
            intl::count(total)
        ),
        None => "Reading every row".to_owned(),
    };
    let left = match (progress.pause, progress.seconds_left()) {
        (1.., _) => Some("the backend asks to wait a moment".to_owned()),
        (_, Some(left)) if progress.since > 1000 => Some(format!("about {left} s left")),
        _ => None,
    };
    view! {
        <div class="reading">
            <progress max=total.map(|total| total.to_string()) value=total.map(|_| progress.rows.to_string()) aria-label="Reading the log"></progress>
            <span>{told}{left.map(|left| format!(", {left}"))}</span>
            <button type="button" on:click=move |_| stop.run(())>"Stop"</button>
        </div>
    }
    .into_any()
}
