//! Plots: a line over time, and bars. They draw values that are already scaled, and show the exact values to pointer
//! and keyboard users and in a table.

mod frame;

use frame::{MARGIN, PlotFrame, TOP, plot_frame};
use leptos::prelude::*;
use std::fmt::Write;
use std::sync::Arc;

/// The width of a plot's area, in the plot's own units.
pub const AREA_WIDTH: i64 = 7_000;
/// The height of the area of a line plot or of vertical bars.
pub const AREA_HEIGHT: i64 = 2_400;
/// The height of the slot of one horizontal group of bars.
const HORIZONTAL_SLOT_HEIGHT: i64 = 320;
/// The part of that height that the label above the bars takes.
const LABEL_HEIGHT: i64 = 170;

/// A point of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotPoint {
    /// The distance from the left, 0 to [`AREA_WIDTH`]. Points are ordered by it.
    pub x: i64,
    /// The distance from the bottom, 0 to [`AREA_HEIGHT`].
    pub y: i64,
    /// The label of the point, such as a date.
    pub label: String,
    /// The exact value.
    pub value: String,
}

/// A tick on an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Its position, in the same units as the points.
    pub at: i64,
    /// Its label.
    pub label: String,
}

/// The bars of one day, client or the like: one for each series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarGroup {
    /// What the bars belong to.
    pub label: String,
    /// The start of the group's slot, from the left, and its width. Ignored for horizontal bars, whose slots all have
    /// the same size.
    pub slot: (i64, i64),
    /// The start and end of each series' bar on the value axis; `None` if the value is unknown.
    pub bars: Vec<Option<(i64, i64)>>,
    /// The exact value of each series, or a text that says it is unknown.
    pub values: Vec<String>,
}

/// A line through points in the order of `x`.
#[component]
pub fn LinePlot(
    /// The id, also the prefix of other ids.
    id: &'static str,
    /// What is drawn.
    #[prop(into)]
    title: String,
    /// The names of labels and values, for the table.
    heads: [&'static str; 2],
    /// The points.
    points: Vec<PlotPoint>,
    /// The ticks below the area.
    x_ticks: Vec<Tick>,
    /// The ticks of the value axis.
    y_ticks: Vec<Tick>,
    /// A note on what is left out or simplified.
    #[prop(optional, into)]
    note: Option<String>,
) -> impl IntoView {
    let selected = RwSignal::new(None::<usize>);
    let positions: Vec<(i64, i64)> = points
        .iter()
        .map(|point| (MARGIN + point.x, TOP + AREA_HEIGHT - point.y))
        .collect();
    let mut line = String::with_capacity(positions.len() * 10);
    for (x, y) in &positions {
        // Writing to a `String` can't fail.
        let _ = write!(line, "{x},{y} ");
    }
    let centers = points.iter().map(|point| point.x).collect();
    let rows = points
        .into_iter()
        .map(|point| vec![point.label, point.value])
        .collect();
    // A line of a single point would be invisible.
    let single_point = match positions[..] {
        [(x, y)] => Some(view! { <circle class="dot" cx=x cy=y r="45"></circle> }),
        _ => None,
    };
    let marker = move || {
        let (x, y) = *positions.get(selected.get()?)?;
        Some(view! {
            <line class="guide" x1=x y1=TOP x2=x y2=TOP + AREA_HEIGHT></line>
            <circle class="marker" cx=x cy=y r="55"></circle>
        })
    };
    let drawing = view! {
        {value_grid(&y_ticks)}
        {ticks_below(&x_ticks, AREA_HEIGHT)}
        <polyline class="line" points=line></polyline>
        {single_point}
        {marker}
    };
    plot_frame(PlotFrame {
        id,
        title,
        heads: heads.map(str::to_owned).to_vec(),
        rows: Arc::new(rows),
        centers,
        is_horizontal: false,
        height: AREA_HEIGHT,
        drawing: drawing.into_any(),
        note,
        selected,
    })
}

/// Groups of bars: vertical and side by side, or horizontal and one below the other with their labels.
#[component]
pub fn BarPlot(
    /// The id, also the prefix of other ids.
    id: &'static str,
    /// What is drawn.
    #[prop(into)]
    title: String,
    /// The name of the labels, for the table.
    head: &'static str,
    /// The names of the series. Colors distinguish three at most.
    series: Vec<&'static str>,
    /// The groups. Vertical ones are in the order of their slots.
    groups: Vec<BarGroup>,
    /// The ticks of the value axis: 0 to [`AREA_HEIGHT`] from the bottom, or to [`AREA_WIDTH`] from the left if the
    /// bars are horizontal.
    value_ticks: Vec<Tick>,
    /// The ticks below vertical groups.
    #[prop(optional)]
    group_ticks: Vec<Tick>,
    /// Whether the bars are horizontal, which leaves room for long labels.
    #[prop(optional)]
    horizontal: bool,
    /// A note on what is left out.
    #[prop(optional, into)]
    note: Option<String>,
) -> impl IntoView {
    let selected = RwSignal::new(None::<usize>);
    let slots: Vec<(i64, i64)> = (0..)
        .zip(&groups)
        .map(|(at, group)| {
            if horizontal {
                (at * HORIZONTAL_SLOT_HEIGHT, HORIZONTAL_SLOT_HEIGHT)
            } else {
                group.slot
            }
        })
        .collect();
    let height = if horizontal {
        slots
            .last()
            .map_or(HORIZONTAL_SLOT_HEIGHT, |(from, size)| from + size)
    } else {
        AREA_HEIGHT
    };
    let paths = (0..series.len())
        .map(|at| {
            let path = path(&groups, &slots, (at, series.len()), horizontal);
            view! { <path class=format!("bars series-{at}") d=path></path> }
        })
        .collect_view();
    let labels = horizontal.then(|| {
        let label = |(group, (from, _)): (&BarGroup, &(i64, i64))| {
            view! { <text class="name" x=MARGIN y=TOP + from + LABEL_HEIGHT - 40>{group.label.clone()}</text> }
        };
        groups.iter().zip(&slots).map(label).collect_view()
    });
    let axes = if horizontal {
        ticks_below(&value_ticks, height)
    } else {
        let group_labels = ticks_below(&group_ticks, height);
        view! { {value_grid(&value_ticks)} {group_labels} }.into_any()
    };
    let centers = slots.iter().map(|(from, size)| from + size / 2).collect();
    let marker = move || {
        let (from, size) = *slots.get(selected.get()?)?;
        Some(if horizontal {
            view! { <rect class="slot" x=MARGIN y=TOP + from width=AREA_WIDTH height=size></rect> }
        } else {
            // Never too narrow to be seen.
            let width = size.max(30);
            let x = MARGIN + from - (width - size) / 2;
            view! { <rect class="slot" x=x y=TOP width=width height=height></rect> }
        })
    };
    let rows = groups
        .into_iter()
        .map(|group| std::iter::once(group.label).chain(group.values).collect())
        .collect();
    let drawing = view! { {marker} {axes} {paths} {labels} };
    let heads = std::iter::once(head).chain(series);
    plot_frame(PlotFrame {
        id,
        title,
        heads: heads.map(str::to_owned).collect(),
        rows: Arc::new(rows),
        centers,
        is_horizontal: horizontal,
        height,
        drawing: drawing.into_any(),
        note,
        selected,
    })
}

/// All bars of one series as an SVG path. Takes the index of the series and the number of series.
fn path(
    groups: &[BarGroup],
    slots: &[(i64, i64)],
    (index, series): (usize, usize),
    horizontal: bool,
) -> String {
    let (Ok(index), Ok(series)) = (i64::try_from(index), i64::try_from(series)) else {
        return String::new();
    };
    let mut path = String::new();
    for (group, (from, size)) in groups.iter().zip(slots) {
        let bar = usize::try_from(index)
            .ok()
            .and_then(|at| group.bars.get(at));
        let Some(&Some((a, b))) = bar else {
            continue;
        };
        let (low, high) = (a.min(b), a.max(b));
        // Vertical bars leave a sixth of the slot free, to separate the groups.
        let (start, slot) = match horizontal {
            true => (from + LABEL_HEIGHT, size - LABEL_HEIGHT),
            false => (from + size / 12, size - size / 6),
        };
        let start = start + slot * index / series;
        let thickness = (slot / series).max(1);
        let (x, y, width, height) = if horizontal {
            (MARGIN + low, TOP + start, high - low, thickness)
        } else {
            (
                MARGIN + start,
                TOP + AREA_HEIGHT - high,
                thickness,
                high - low,
            )
        };
        // Writing to a `String` can't fail.
        let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
    }
    path
}

/// Grid lines across the area at the value ticks, labeled above their left end.
fn value_grid(ticks: &[Tick]) -> AnyView {
    let line = |tick: &Tick| {
        let y = TOP + AREA_HEIGHT - tick.at;
        view! {
            <line class="grid" x1=MARGIN y1=y x2=MARGIN + AREA_WIDTH y2=y></line>
            <text x=MARGIN y=y - 35>{tick.label.clone()}</text>
        }
    };
    ticks.iter().map(line).collect_view().into_any()
}

/// Labels below the area, with short tick lines.
fn ticks_below(ticks: &[Tick], height: i64) -> AnyView {
    let name = |tick: &Tick| {
        let (x, y) = (MARGIN + tick.at, TOP + height);
        // Keeps the outermost labels inside the drawing.
        let anchor = match tick.at {
            ..500 => "start",
            at if at > AREA_WIDTH - 500 => "end",
            _ => "middle",
        };
        view! {
            <line class="grid" x1=x y1=y x2=x y2=y + 60></line>
            <text x=x y=y + 230 text-anchor=anchor>{tick.label.clone()}</text>
        }
    };
    ticks.iter().map(name).collect_view().into_any()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
