//! Plots: a line over time, and bars. They draw what is scaled already, and tell its exact figures to the pointer, to
//! the keyboard and in a table.

mod frame;

use frame::{MARGIN, PlotFrame, TOP, plot_frame};
use leptos::prelude::*;
use std::fmt::Write;
use std::sync::Arc;

/// How wide the area of a plot is, in units of its own.
pub const AREA_WIDTH: i64 = 7_000;
/// How high it is, where bars stand upright and in a line's plot.
pub const AREA_HEIGHT: i64 = 2_400;
/// How high the slot of one bar that lies is.
const LYING: i64 = 320;
/// Of that, what the label above the bar takes.
const LABEL: i64 = 170;

/// A point of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotPoint {
    /// From the left, 0 to [`AREA_WIDTH`]. Points come in this order.
    pub x: i64,
    /// From below, 0 to [`AREA_HEIGHT`].
    pub y: i64,
    /// When, or of what.
    pub label: String,
    /// The exact figure.
    pub value: String,
}

/// A mark at an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Its place, counted as the points are.
    pub at: i64,
    /// What stands there.
    pub label: String,
}

/// The bars of one day, child or the like: one for each series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarGroup {
    /// Whose bars.
    pub label: String,
    /// Where its slot begins and how wide it is, from the left. Bars that lie have slots of one size, and this is not
    /// looked at.
    pub slot: (i64, i64),
    /// From where to where each series' bar goes along the axis of figures; nothing where the figure is not known.
    pub bars: Vec<Option<(i64, i64)>>,
    /// The exact figure of each series, or that it is not known.
    pub values: Vec<String>,
}

/// A line through points in the order of `x`.
#[component]
pub fn LinePlot(
    /// The id, also the base of other ids.
    id: &'static str,
    /// What is drawn.
    #[prop(into)]
    title: String,
    /// What labels and figures are called, for the table.
    heads: [&'static str; 2],
    /// The points.
    points: Vec<PlotPoint>,
    /// Marks below.
    x_ticks: Vec<Tick>,
    /// Marks of the figures.
    y_ticks: Vec<Tick>,
    /// What is left out, or drawn with fewer points.
    #[prop(optional, into)]
    note: Option<String>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let places: Vec<(i64, i64)> = points
        .iter()
        .map(|point| (MARGIN + point.x, TOP + AREA_HEIGHT - point.y))
        .collect();
    let mut line = String::with_capacity(places.len() * 10);
    for (x, y) in &places {
        // Writing into a text cannot fail.
        let _ = write!(line, "{x},{y} ");
    }
    let middles = points.iter().map(|point| point.x).collect();
    let rows = points
        .into_iter()
        .map(|point| vec![point.label, point.value])
        .collect();
    // A line of one point would not be seen.
    let only = match places[..] {
        [(x, y)] => Some(view! { <circle class="dot" cx=x cy=y r="45"></circle> }),
        _ => None,
    };
    let marker = move || {
        let (x, y) = *places.get(chosen.get()?)?;
        Some(view! {
            <line class="guide" x1=x y1=TOP x2=x y2=TOP + AREA_HEIGHT></line>
            <circle class="marker" cx=x cy=y r="55"></circle>
        })
    };
    let drawing = view! {
        {figures_up(&y_ticks)}
        {below(&x_ticks, AREA_HEIGHT)}
        <polyline class="line" points=line></polyline>
        {only}
        {marker}
    };
    plot_frame(PlotFrame {
        id,
        title,
        heads: heads.map(str::to_owned).to_vec(),
        rows: Arc::new(rows),
        middles,
        is_lying: false,
        height: AREA_HEIGHT,
        drawing: drawing.into_any(),
        note,
        chosen,
    })
}

/// Groups of bars: upright side by side, or lying one below the other with their labels.
#[component]
pub fn BarPlot(
    /// The id, also the base of other ids.
    id: &'static str,
    /// What is drawn.
    #[prop(into)]
    title: String,
    /// What the labels are called, for the table.
    head: &'static str,
    /// What each group's bars are called; three at most are told apart by colour.
    series: Vec<&'static str>,
    /// The groups: upright ones in the order of their slots.
    groups: Vec<BarGroup>,
    /// Marks of the figures: 0 to [`AREA_HEIGHT`] from below, or to [`AREA_WIDTH`] from the left where bars lie.
    value_ticks: Vec<Tick>,
    /// Marks below groups that stand upright.
    #[prop(optional)]
    group_ticks: Vec<Tick>,
    /// Whether the bars lie, as long labels want it.
    #[prop(optional)]
    lying: bool,
    /// What is left out.
    #[prop(optional, into)]
    note: Option<String>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let slots: Vec<(i64, i64)> = (0..)
        .zip(&groups)
        .map(|(at, group)| {
            if lying {
                (at * LYING, LYING)
            } else {
                group.slot
            }
        })
        .collect();
    let height = if lying {
        slots.last().map_or(LYING, |(from, size)| from + size)
    } else {
        AREA_HEIGHT
    };
    let paths = (0..series.len())
        .map(|at| {
            let path = path(&groups, &slots, (at, series.len()), lying);
            view! { <path class=format!("bars series-{at}") d=path></path> }
        })
        .collect_view();
    let labels = lying.then(|| {
        let label = |(group, (from, _)): (&BarGroup, &(i64, i64))| {
            view! { <text class="name" x=MARGIN y=TOP + from + LABEL - 40>{group.label.clone()}</text> }
        };
        groups.iter().zip(&slots).map(label).collect_view()
    });
    let axes = if lying {
        below(&value_ticks, height)
    } else {
        let names = below(&group_ticks, height);
        view! { {figures_up(&value_ticks)} {names} }.into_any()
    };
    let middles = slots.iter().map(|(from, size)| from + size / 2).collect();
    let marker = move || {
        let (from, size) = *slots.get(chosen.get()?)?;
        Some(if lying {
            view! { <rect class="slot" x=MARGIN y=TOP + from width=AREA_WIDTH height=size></rect> }
        } else {
            // Never so narrow that it cannot be seen.
            let wide = size.max(30);
            let x = MARGIN + from - (wide - size) / 2;
            view! { <rect class="slot" x=x y=TOP width=wide height=height></rect> }
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
        middles,
        is_lying: lying,
        height,
        drawing: drawing.into_any(),
        note,
        chosen,
    })
}

/// All bars of one series as one path. `which` is the series and how many there are.
fn path(
    groups: &[BarGroup],
    slots: &[(i64, i64)],
    (which, series): (usize, usize),
    lying: bool,
) -> String {
    let (Ok(which), Ok(series)) = (i64::try_from(which), i64::try_from(series)) else {
        return String::new();
    };
    let mut path = String::new();
    for (group, (from, size)) in groups.iter().zip(slots) {
        let bar = usize::try_from(which)
            .ok()
            .and_then(|at| group.bars.get(at));
        let Some(&Some((one, two))) = bar else {
            continue;
        };
        let (low, high) = (one.min(two), one.max(two));
        // A sixth of the slot stays free, so that slots can be told apart.
        let (start, slot) = match lying {
            true => (from + LABEL, size - LABEL),
            false => (from + size / 12, size - size / 6),
        };
        let start = start + slot * which / series;
        let thick = (slot / series).max(1);
        let (x, y, width, height) = if lying {
            (MARGIN + low, TOP + start, high - low, thick)
        } else {
            (MARGIN + start, TOP + AREA_HEIGHT - high, thick, high - low)
        };
        // Writing into a text cannot fail.
        let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
    }
    path
}

/// Lines across the area at figures, named above their left end.
fn figures_up(ticks: &[Tick]) -> AnyView {
    let line = |tick: &Tick| {
        let y = TOP + AREA_HEIGHT - tick.at;
        view! {
            <line class="grid" x1=MARGIN y1=y x2=MARGIN + AREA_WIDTH y2=y></line>
            <text x=MARGIN y=y - 35>{tick.label.clone()}</text>
        }
    };
    ticks.iter().map(line).collect_view().into_any()
}

/// Names below the area, with short lines that lead to them.
fn below(ticks: &[Tick], height: i64) -> AnyView {
    let name = |tick: &Tick| {
        let (x, y) = (MARGIN + tick.at, TOP + height);
        // The outermost names do not reach out of the picture.
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
