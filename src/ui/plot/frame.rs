//! The frame around every plot's drawing: the caption, pointer and keyboard navigation through the values, the readout
//! of the selected value, and the table.

use crate::ui::plot::AREA_WIDTH;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use std::sync::Arc;

/// The margin left and right of the area.
pub(crate) const MARGIN: i64 = 100;
/// The margin above the area, with the label of the highest value.
pub(crate) const TOP: i64 = 250;
/// The margin below the area, for labels.
const BOTTOM: i64 = 320;

/// A plot and its values.
pub(crate) struct PlotFrame {
    /// The id, also the prefix of other ids.
    pub id: &'static str,
    /// The caption.
    pub title: String,
    /// The table's headings.
    pub heads: Vec<String>,
    /// The table's rows: a label, and a value for each of the other headings.
    pub rows: Arc<Vec<Vec<String>>>,
    /// The center of each row's drawing along the area, in ascending order.
    pub centers: Vec<i64>,
    /// Whether the bars are horizontal, so that rows go from top to bottom.
    pub is_horizontal: bool,
    /// The height of the area.
    pub height: i64,
    /// The drawing.
    pub drawing: AnyView,
    /// A note on what is left out.
    pub note: Option<String>,
    /// The selected row.
    pub selected: RwSignal<Option<usize>>,
}

/// The complete `<figure>`.
pub(crate) fn plot_frame(plot_frame: PlotFrame) -> AnyView {
    let PlotFrame {
        id, title, heads, ..
    } = plot_frame;
    let (rows, selected) = (plot_frame.rows, plot_frame.selected);
    let (width, height) = (AREA_WIDTH + 2 * MARGIN, plot_frame.height + TOP + BOTTOM);
    let note = plot_frame
        .note
        .map(|note| view! { <p class="hint">{note}</p> });
    // The caption's id, which labels the figure and the drawing.
    let caption = format!("{id}-caption");
    let [figure_label, drawing_label] = [caption.clone(), caption.clone()];
    if rows.is_empty() {
        return view! {
            <figure class="plot" id=id aria-labelledby=figure_label>
                <figcaption id=caption>{title}</figcaption>
                <p class="empty">"No data"</p>
                {note}
            </figure>
        }
        .into_any();
    }
    let count = rows.len();
    let (is_horizontal, centers) = (plot_frame.is_horizontal, plot_frame.centers);
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let next = next_row(&event.key(), selected.get_untracked(), count, is_horizontal);
        if next.is_some() {
            event.prevent_default();
            selected.set(next);
        }
    };
    let on_pointer = move |event: PointerEvent| {
        let slider = event_target::<web_sys::Element>(&event);
        let along = if is_horizontal {
            scaled(event.offset_y(), slider.client_height(), height).map(|at| at - TOP)
        } else {
            scaled(event.offset_x(), slider.client_width(), width).map(|at| at - MARGIN)
        };
        let row_at_pointer = along.and_then(|at| nearest(&centers, at));
        if row_at_pointer.is_some() && row_at_pointer != selected.get_untracked() {
            selected.set(row_at_pointer);
        }
    };
    let on_focus = move |_| {
        if selected.get_untracked().is_none() {
            selected.set(Some(if is_horizontal { 0 } else { count - 1 }));
        }
    };
    let position = move || selected.get().map_or(0, |at| at + 1);
    let readout = {
        let (heads, rows) = (heads.clone(), rows.clone());
        move || match selected.get().and_then(|at| rows.get(at)) {
            Some(row) => row_text(&heads, row),
            None => "Hover or use arrow keys for exact values.".to_owned(),
        }
    };
    let legend = (heads.len() > 2).then(|| {
        let names = heads.iter().skip(1).enumerate();
        let name = |(at, name): (usize, &String)| {
            view! { <li><span class=format!("swatch series-{at}") aria-hidden="true"></span>{name.clone()}</li> }
        };
        view! { <ul class="legend">{names.map(name).collect_view()}</ul> }
    });
    let slider_label = format!("{title}: browse values");
    let table = table(title.clone(), heads, rows);
    view! {
        <figure class="plot" id=id aria-labelledby=figure_label>
            <figcaption id=caption>{title}</figcaption>
            {legend}
            <div class="stage">
                <svg
                    viewBox=format!("0 0 {width} {height}")
                    role="img"
                    // Only names and numbers.
                    translate="no"
                    aria-labelledby=drawing_label
                    focusable="false"
                >
                    {plot_frame.drawing}
                </svg>
                // A slider, because screen readers pass the arrow keys on to sliders. It announces the position, and
                // the readout below announces the value.
                <div
                    class="walker"
                    role="slider"
                    tabindex="0"
                    aria-label=slider_label
                    aria-orientation=if is_horizontal { "vertical" } else { "horizontal" }
                    aria-valuemin="0"
                    aria-valuemax=count
                    aria-valuenow=position
                    aria-valuetext=move || format!("{} of {count}", position())
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

/// The same values as a table, rendered when it is first opened.
fn table(title: String, heads: Vec<String>, rows: Arc<Vec<Vec<String>>>) -> AnyView {
    let is_opened = RwSignal::new(false);
    let body = move || {
        let head = |(at, head): (usize, &String)| view! { <th scope="col" class:number=at != 0>{head.clone()}</th> };
        let row = |row: &Vec<String>| {
            let (label, values) = row.split_first()?;
            let cell = |text: &String| view! { <td class="number">{text.clone()}</td> };
            let values = values.iter().map(cell).collect_view();
            Some(view! { <tr><th scope="row" translate="no">{label.clone()}</th>{values}</tr> })
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
        <details on:toggle=move |_| is_opened.set(true)>
            <summary>"View as table"</summary>
            {move || is_opened.get().then(&body)}
        </details>
    }
    .into_any()
}

/// A row as text: `Jan 15, 2026: $59.813`, or `2026-01-15: Transfer $4, Revert $1`.
fn row_text(heads: &[String], row: &[String]) -> String {
    let Some((label, values)) = row.split_first() else {
        return String::new();
    };
    let values: Vec<String> = match values {
        [value] => vec![value.clone()],
        _ => heads
            .iter()
            .skip(1)
            .zip(values)
            .map(|(head, value)| format!("{head} {value}"))
            .collect(),
    };
    format!("{label}: {}", values.join(", "))
}

/// The row that a key selects; `None` if the plot does not handle the key.
fn next_row(key: &str, at: Option<usize>, count: usize, is_horizontal: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let (back, forward) = if is_horizontal {
        (["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"])
    } else {
        (["ArrowLeft", "ArrowDown"], ["ArrowRight", "ArrowUp"])
    };
    match key {
        "Home" => Some(0),
        "End" => Some(last),
        key if back.contains(&key) => Some(at.map_or(last, |at| at.saturating_sub(1))),
        key if forward.contains(&key) => Some(at.map_or(0, |at| at.saturating_add(1).min(last))),
        _ => None,
    }
}

/// The index of the center nearest to `at`.
fn nearest(centers: &[i64], at: i64) -> Option<usize> {
    let first_after = centers.partition_point(|center| *center < at);
    let candidates =
        first_after.saturating_sub(1)..centers.len().min(first_after.saturating_add(1));
    candidates.min_by_key(|index| centers[*index].abs_diff(at))
}

/// Converts a distance on the screen to the plot's own units. `None` if `screen` is not positive.
fn scaled(offset: i32, screen: i32, units: i64) -> Option<i64> {
    (screen > 0).then(|| i64::from(offset) * units / i64::from(screen))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn keys_move_through_the_rows_and_stop_at_the_ends() {
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
            assert_eq!(next_row(key, at, 5, false), expected, "{key} {at:?}");
        }
        assert_eq!(next_row("ArrowDown", Some(1), 5, true), Some(2));
        assert_eq!(next_row("End", None, 0, false), None);
    }

    #[test]
    fn finds_the_nearest_center() {
        let centers = [10, 20, 40];
        for (at, expected) in [
            (-5, 0),
            (10, 0),
            (14, 0),
            (16, 1),
            (29, 1),
            (31, 2),
            (99, 2),
        ] {
            assert_eq!(nearest(&centers, at), Some(expected), "{at}");
        }
        assert_eq!(nearest(&[], 3), None);
        assert_eq!(scaled(50, 200, 7200), Some(1800));
        assert_eq!(scaled(50, 0, 7200), None);
    }

    #[test]
    fn row_text_has_the_label_and_all_values() {
        let strings = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let line = row_text(
            &strings(&["When", "Balance"]),
            &strings(&["Monday", "$1.8"]),
        );
        assert_eq!(line, "Monday: $1.8");
        let bars = row_text(
            &strings(&["Day", "Transfer", "Revert"]),
            &strings(&["Monday", "$4", "$1"]),
        );
        assert_eq!(bars, "Monday: Transfer $4, Revert $1");
        assert_eq!(row_text(&[], &[]), "");
    }
}
