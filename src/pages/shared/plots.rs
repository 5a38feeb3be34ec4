//! What the rows come to, drawn: the balance over time, credits moved by day, profit by child.

use crate::browser::intl;
use crate::log::chart_data::scale::{Axis, DayAxis, TimeAxis};
use crate::log::chart_data::{
    BalanceHistory, ClientProfits, DailyTotals, balance_history, moved, profits,
};
use crate::pages::log::table::Rows;
use crate::ui::figure;
use crate::ui::plot::{AREA_HEIGHT, AREA_WIDTH, BarGroup, BarPlot, LinePlot, PlotPoint, Tick};
use crate::units::{Amount, Value, moment_in_zone, utc_moment};
use leptos::prelude::*;

/// The three plots.
#[component]
pub fn Plots(
    /// The rows that are drawn.
    rows: Memo<Rows>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        let symbol = symbol.get();
        let symbol = symbol.as_deref();
        rows.with(|rows| {
            (!rows.order.is_empty()).then(|| {
                view! {
                    <div class="plots">
                        {balance(&balance_history(&rows.entries, &rows.order), symbol)}
                        {by_day(&moved(&rows.entries, &rows.order), symbol)}
                        {by_child(&profits(&rows.entries, &rows.order), symbol)}
                    </div>
                }
            })
        })
    }
}

/// The plots, once somebody wants to see them: they go through every row.
#[component]
pub fn PlotsBox(
    /// The rows that are drawn.
    rows: Memo<Rows>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <details class="filter-box" on:toggle=move |event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"))>
            <summary>"Plots"</summary>
            {move || open.get().then(|| view! { <Plots rows=rows symbol=symbol /> })}
        </details>
    }
}

fn money(amount: Amount, symbol: Option<&str>) -> String {
    figure::text(Value::Money(amount), symbol)
}

/// A sum, or that there is none that is exact.
fn sum(amount: Option<Amount>, symbol: Option<&str>) -> String {
    amount.map_or_else(|| "not exact".to_owned(), |amount| money(amount, symbol))
}

fn ticks(axis: &Axis, length: i64, symbol: Option<&str>) -> Vec<Tick> {
    let tick = |(at, value)| Tick {
        at,
        label: money(Amount::new(value), symbol),
    };
    axis.ticks(length).map(tick).collect()
}

fn named((at, label): (i64, String)) -> Tick {
    Tick { at, label }
}

/// What a plot leaves out.
fn left_out(rows: usize) -> Option<String> {
    let count = intl::count(rows);
    (rows > 0).then(|| format!("{count} rows do not say enough to be drawn."))
}

fn balance(balance_history: &BalanceHistory, symbol: Option<&str>) -> Option<AnyView> {
    let (first, last) = (
        balance_history.points.first()?,
        balance_history.points.last()?,
    );
    let times = TimeAxis::of(first.at, last.at, balance_history.ahead);
    let figures = Axis::of(
        balance_history
            .points
            .iter()
            .map(|point| point.after.decimal()),
        false,
    );
    let points = balance_history
        .points
        .iter()
        .map(|point| PlotPoint {
            x: times.place(point.at, AREA_WIDTH),
            y: figures.place(point.after.decimal(), AREA_HEIGHT),
            label: moment_in_zone(&utc_moment(point.at), point.ahead)
                .and_then(|iso| intl::moment(&iso))
                .map_or_else(String::new, |shown| shown.words),
            value: money(point.after, symbol),
        })
        .collect();
    let reduced = (balance_history.points.len() < balance_history.rows).then(|| {
        format!(
            "Drawn with {} of {} points; the least and the greatest are among them.",
            intl::count(balance_history.points.len()),
            intl::count(balance_history.rows)
        )
    });
    let note = [reduced, left_out(balance_history.left_out)];
    let note: Vec<_> = note.into_iter().flatten().collect();
    Some(
        view! {
            <LinePlot
                id="plot-balance"
                title="Your balance over time"
                heads=["When", "Balance after"]
                points=points
                x_ticks=times.ticks(AREA_WIDTH).into_iter().map(named).collect()
                y_ticks=ticks(&figures, AREA_HEIGHT, symbol)
                note=note.join(" ")
            />
        }
        .into_any(),
    )
}

fn by_day(moved: &DailyTotals, symbol: Option<&str>) -> Option<AnyView> {
    let (first, last) = (moved.days.first()?, moved.days.last()?);
    let days = DayAxis::of(first.number, last.number);
    let sums = |day: &crate::log::chart_data::Day| [day.transfer, day.revert];
    let values = moved
        .days
        .iter()
        .flat_map(|day| sums(day).into_iter().flatten());
    let figures = Axis::of(values.map(Amount::decimal), true);
    let from = figures.place(Amount::ZERO.decimal(), AREA_HEIGHT);
    let groups = moved
        .days
        .iter()
        .map(|day| BarGroup {
            label: day.day.clone(),
            slot: days.slot(day.number, AREA_WIDTH),
            bars: sums(day)
                .map(|sum| sum.map(|sum| (from, figures.place(sum.decimal(), AREA_HEIGHT))))
                .to_vec(),
            values: sums(day).map(|amount| sum(amount, symbol)).to_vec(),
        })
        .collect();
    Some(
        view! {
            <BarPlot
                id="plot-days"
                title="Credits moved per day"
                head="Day"
                series=vec!["Transferred", "Reverted"]
                groups=groups
                value_ticks=ticks(&figures, AREA_HEIGHT, symbol)
                group_ticks=days.ticks(AREA_WIDTH).into_iter().map(named).collect()
                note=left_out(moved.left_out).unwrap_or_default()
            />
        }
        .into_any(),
    )
}

fn by_child(profits: &ClientProfits, symbol: Option<&str>) -> Option<AnyView> {
    profits.bars.first()?;
    let others = profits.others.map(|others| {
        (
            format!("{} others", intl::count(others.children)),
            others.sum,
        )
    });
    let bars: Vec<_> = profits
        .bars
        .iter()
        .map(|bar| (bar.title.clone(), bar.sum))
        .chain(others)
        .collect();
    let figures = Axis::of(
        bars.iter()
            .filter_map(|(_, sum)| Some(sum.as_ref()?.decimal())),
        true,
    );
    let from = figures.place(Amount::ZERO.decimal(), AREA_WIDTH);
    let groups = bars
        .into_iter()
        .map(|(label, amount)| BarGroup {
            label,
            slot: (0, 0),
            bars: vec![amount.map(|sum| (from, figures.place(sum.decimal(), AREA_WIDTH)))],
            values: vec![sum(amount, symbol)],
        })
        .collect();
    Some(
        view! {
            <BarPlot
                id="plot-children"
                title="Profit per child"
                head="Child"
                series=vec!["Profit"]
                groups=groups
                value_ticks=ticks(&figures, AREA_WIDTH, symbol)
                lying=true
                note=left_out(profits.left_out).unwrap_or_default()
            />
        }
        .into_any(),
    )
}
