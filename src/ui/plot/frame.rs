//! What surrounds every plot's drawing: its caption, the way through its figures by pointer and keyboard, the line
//! that says the chosen one, and the table.

use crate::ui::plot::AREA_WIDTH;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use std::sync::Arc;

/// Free space left and right of the area.
pub(crate) const MARGIN: i64 = 100;
/// Free space above it, where the highest figure is named.
pub(crate) const TOP: i64 = 250;
/// Free space below it, for names.
const BOTTOM: i64 = 320;

/// A plot and its figures.
pub(crate) struct PlotFrame {
    /// The base of the ids.
    pub id: &'static str,
    /// What is drawn.
    pub title: String,
    /// The table's headings.
    pub heads: Vec<String>,
    /// The table's rows: a label, and a figure for every other heading.
    pub rows: Arc<Vec<Vec<String>>>,
    /// The middle of each row's drawing along the area, in order.
    pub middles: Vec<i64>,
    /// Whether rows follow one another downwards.
    pub is_lying: bool,
    /// How high the area is.
    pub height: i64,
    /// The drawing.
    pub drawing: AnyView,
    /// What is left out.
    pub note: Option<String>,
    /// The chosen row.
    pub chosen: RwSignal<Option<usize>>,
}

/// The whole figure.
pub(crate) fn plot_frame(plot_frame: PlotFrame) -> AnyView {
    let PlotFrame {
        id, title, heads, ..
    } = plot_frame;
    let (rows, chosen) = (plot_frame.rows, plot_frame.chosen);
    let (width, height) = (AREA_WIDTH + 2 * MARGIN, plot_frame.height + TOP + BOTTOM);
    let note = plot_frame
        .note
        .map(|note| view! { <p class="hint">{note}</p> });
    // The caption's id, and who names it.
    let caption = format!("{id}-caption");
    let [named, drawn] = [caption.clone(), caption.clone()];
    if rows.is_empty() {
        return view! {
            <figure class="plot" id=id aria-labelledby=named>
                <figcaption id=caption>{title}</figcaption>
                <p class="empty">"Nothing to draw."</p>
                {note}
            </figure>
        }
        .into_any();
    }
    let count = rows.len();
    let (is_lying, middles) = (plot_frame.is_lying, plot_frame.middles);
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let next = step(&event.key(), chosen.get_untracked(), count, is_lying);
        if next.is_some() {
            event.prevent_default();
            chosen.set(next);
        }
    };
    let on_pointer = move |event: PointerEvent| {
        let walker = event_target::<web_sys::Element>(&event);
        let along = if is_lying {
            scaled(event.offset_y(), walker.client_height(), height).map(|at| at - TOP)
        } else {
            scaled(event.offset_x(), walker.client_width(), width).map(|at| at - MARGIN)
        };
        let found = along.and_then(|at| nearest(&middles, at));
        if found.is_some() && found != chosen.get_untracked() {
            chosen.set(found);
        }
    };
    let on_focus = move |_| {
        if chosen.get_untracked().is_none() {
            chosen.set(Some(if is_lying { 0 } else { count - 1 }));
        }
    };
    let place = move || chosen.get().map_or(0, |at| at + 1);
    let readout = {
        let (heads, rows) = (heads.clone(), rows.clone());
        move || match chosen.get().and_then(|at| rows.get(at)) {
            Some(row) => said(&heads, row),
            None => "Point at the plot, or go through it with the arrow keys, for exact figures."
                .to_owned(),
        }
    };
    let legend = (heads.len() > 2).then(|| {
        let names = heads.iter().skip(1).enumerate();
        let name = |(at, name): (usize, &String)| {
            view! { <li><span class=format!("swatch series-{at}") aria-hidden="true"></span>{name.clone()}</li> }
        };
        view! { <ul class="legend">{names.map(name).collect_view()}</ul> }
    });
    let walk = format!("{title}: go through the figures");
    let table = table(title.clone(), heads, rows);
    view! {
        <figure class="plot" id=id aria-labelledby=named>
            <figcaption id=caption>{title}</figcaption>
            {legend}
            <div class="stage">
                <svg
                    viewBox=format!("0 0 {width} {height}")
                    role="img"
                    // Names and figures.
                    translate="no"
                    aria-labelledby=drawn
                    focusable="false"
                >
                    {plot_frame.drawing}
                </svg>
                // A slider, because readers hand it the arrow keys; it says the place, the line below the figure.
                <div
                    class="walker"
                    role="slider"
                    tabindex="0"
                    aria-label=walk
                    aria-orientation=if is_lying { "vertical" } else { "horizontal" }
                    aria-valuemin="0"
                    aria-valuemax=count
                    aria-valuenow=place
                    aria-valuetext=move || format!("{} of {count}", place())
                    on:keydown=on_key
                    on:focus=on_focus
                    on:pointerdown=on_pointer.clone()
                    on:pointermove=on_pointer
                ></div>
            </div>
            <p class="readout" aria-live="polite">{readout}</p>
            {note}
            {table}
        </figure>
    }
    .into_any()
}

/// The same figures as a table, made when it is opened first.
fn table(title: String, heads: Vec<String>, rows: Arc<Vec<Vec<String>>>) -> AnyView {
    let opened = RwSignal::new(false);
    let body = move || {
        let head = |(at, head): (usize, &String)| view! { <th scope="col" class:number=at != 0>{head.clone()}</th> };
        let row = |row: &Vec<String>| {
            let (label, figures) = row.split_first()?;
            let figure = |text: &String| view! { <td class="number">{text.clone()}</td> };
            let figures = figures.iter().map(figure).collect_view();
            Some(view! { <tr><th scope="row" translate="no">{label.clone()}</th>{figures}</tr> })
        };
        view! {
            <div class="scroll" role="region" tabindex="0" aria-label=format!("{title}, table")>
                <table>
                    <caption class="visually-hidden">{title.clone()}</caption>
                    <thead><tr>{heads.iter().enumerate().map(head).collect_view()}</tr></thead>
                    <tbody>{rows.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    };
    view! {
        <details on:toggle=move |_| opened.set(true)>
            <summary>"Show as a table"</summary>
            {move || opened.get().then(&body)}
        </details>
    }
    .into_any()
}

/// A row in words: `15 Jan 2026: $59.813`, or `2026-01-15: Transfer $4, Revert $1`.
fn said(heads: &[String], row: &[String]) -> String {
    let Some((label, figures)) = row.split_first() else {
        return String::new();
    };
    let figures: Vec<String> = match figures {
        [only] => vec![only.clone()],
        _ => heads
            .iter()
            .skip(1)
            .zip(figures)
            .map(|(head, figure)| format!("{head} {figure}"))
            .collect(),
    };
    format!("{label}: {}", figures.join(", "))
}

/// Where a key leads; nothing where it is none of the plot's.
fn step(key: &str, at: Option<usize>, count: usize, is_lying: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let (back, on) = if is_lying {
        (["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"])
    } else {
        (["ArrowLeft", "ArrowDown"], ["ArrowRight", "ArrowUp"])
    };
    match key {
        "Home" => Some(0),
        "End" => Some(last),
        key if back.contains(&key) => Some(at.map_or(last, |at| at.saturating_sub(1))),
        key if on.contains(&key) => Some(at.map_or(0, |at| at.saturating_add(1).min(last))),
        _ => None,
    }
}

/// The middle that is nearest to `at`.
fn nearest(middles: &[i64], at: i64) -> Option<usize> {
    let behind = middles.partition_point(|middle| *middle < at);
    let around = behind.saturating_sub(1)..middles.len().min(behind.saturating_add(1));
    around.min_by_key(|index| middles[*index].abs_diff(at))
}

/// A distance on the screen in the plot's own units.
fn scaled(offset: i32, screen: i32, units: i64) -> Option<i64> {
    (screen > 0).then(|| i64::from(offset) * units / i64::from(screen))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_through_the_plot_and_not_out_of_it() {
        for (key, at, expected) in [
            ("ArrowRight", None, Some(0)),
            ("ArrowLeft", None, Some(4)),
            ("ArrowRight", Some(3), Some(4)),
            ("ArrowRight", Some(4), Some(4)),
            ("ArrowLeft", Some(1), Some(0)),
            ("ArrowLeft", Some(0), Some(0)),
            ("ArrowUp", Some(1), Some(2)),
            ("Home", Some(3), Some(0)),
            ("End", Some(3), Some(4)),
            ("Tab", Some(3), None),
        ] {
            assert_eq!(step(key, at, 5, false), expected, "{key} {at:?}");
        }
        assert_eq!(step("ArrowDown", Some(1), 5, true), Some(2));
        assert_eq!(step("End", None, 0, false), None);
    }

    #[test]
    fn the_nearest_is_found() {
        let middles = [10, 20, 40];
        for (at, expected) in [
            (-5, 0),
            (10, 0),
            (14, 0),
            (16, 1),
            (29, 1),
            (31, 2),
            (99, 2),
        ] {
            assert_eq!(nearest(&middles, at), Some(expected), "{at}");
        }
        assert_eq!(nearest(&[], 3), None);
        assert_eq!(scaled(50, 200, 7200), Some(1800));
        assert_eq!(scaled(50, 0, 7200), None);
    }

    #[test]
    fn a_row_is_said_with_its_figures() {
        let own = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let line = said(&own(&["When", "Balance"]), &own(&["Monday", "$1.8"]));
        assert_eq!(line, "Monday: $1.8");
        let bars = said(
            &own(&["Day", "Transfer", "Revert"]),
            &own(&["Monday", "$4", "$1"]),
        );
        assert_eq!(bars, "Monday: Transfer $4, Revert $1");
        assert_eq!(said(&[], &[]), "");
    }
}
