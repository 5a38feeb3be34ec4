//! Charts of the log's entries: balance over time, credits moved per day, and profit per client.

use crate::browser::intl;
use crate::log::chart_data::scale::{Axis, DayAxis, TimeAxis};
use crate::log::chart_data::{
    BalanceHistory, ClientProfits, DailyTotals, balance_history, client_profits, daily_totals,
};
use crate::pages::shared::log_rows::Rows;
use crate::ui::figure;
use crate::ui::plot::{AREA_HEIGHT, AREA_WIDTH, BarGroup, BarPlot, LinePlot, PlotPoint, Tick};
use crate::units::{Amount, Value, moment_in_zone, utc_moment};
use leptos::prelude::*;

/// The three charts. Renders nothing if there are no rows.
#[component]
pub fn Plots(
    /// The rows to draw.
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
                        {balance_chart(&balance_history(&rows.entries, &rows.order), symbol)}
                        {daily_chart(&daily_totals(&rows.entries, &rows.order), symbol)}
                        {profit_chart(&client_profits(&rows.entries, &rows.order), symbol)}
                    </div>
                }
            })
        })
    }
}

/// The charts in a collapsed box. They are drawn only once it is opened, because that goes through every row.
#[component]
pub fn PlotsBox(
    /// The rows to draw.
    rows: Memo<Rows>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <details class="filter-box" on:toggle=move |event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"))>
            <summary>"Charts"</summary>
            {move || open.get().then(|| view! { <Plots rows=rows symbol=symbol /> })}
        </details>
    }
}

fn money(amount: Amount, symbol: Option<&str>) -> String {
    figure::text(Value::Money(amount), symbol)
}

/// Formats a sum, or says that there is no exact one.
fn sum_text(amount: Option<Amount>, symbol: Option<&str>) -> String {
    amount.map_or_else(
        || "Too large to total".to_owned(),
        |amount| money(amount, symbol),
    )
}

fn ticks(axis: &Axis, length: i64, symbol: Option<&str>) -> Vec<Tick> {
    let tick = |(at, value)| Tick {
        at,
        label: money(Amount::new(value), symbol),
    };
    axis.ticks(length).map(tick).collect()
}

fn tick((at, label): (i64, String)) -> Tick {
    Tick { at, label }
}

/// States how many rows a chart leaves out.
fn left_out_note(rows: usize) -> Option<String> {
    (rows > 0).then(|| {
        intl::counted(
            rows,
            "entry lacks the data to be charted.",
            "entries lack the data to be charted.",
        )
    })
}

fn balance_chart(balance_history: &BalanceHistory, symbol: Option<&str>) -> Option<AnyView> {
    let (first, last) = (
        balance_history.points.first()?,
        balance_history.points.last()?,
    );
    let times = TimeAxis::of(first.at, last.at, balance_history.offset);
    let amounts = Axis::of(
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
            x: times.position(point.at, AREA_WIDTH),
            y: amounts.position(point.after.decimal(), AREA_HEIGHT),
            label: moment_in_zone(&utc_moment(point.at), point.offset)
                .and_then(|iso| intl::moment(&iso))
                .map_or_else(String::new, |shown| shown.words),
            value: money(point.after, symbol),
        })
        .collect();
    let reduced = (balance_history.points.len() < balance_history.rows).then(|| {
        format!(
            "Simplified from {} points; highs and lows are exact.",
            intl::count(balance_history.rows)
        )
    });
    let note = [reduced, left_out_note(balance_history.left_out)];
    let note: Vec<_> = note.into_iter().flatten().collect();
    Some(
        view! {
            <LinePlot
                id="plot-balance"
                title="Your balance over time"
                heads=["Date", "Balance after"]
                points=points
                x_ticks=times.ticks(AREA_WIDTH).into_iter().map(tick).collect()
                y_ticks=ticks(&amounts, AREA_HEIGHT, symbol)
                note=note.join(" ")
            />
        }
        .into_any(),
    )
}

fn daily_chart(daily_totals: &DailyTotals, symbol: Option<&str>) -> Option<AnyView> {
    let (first, last) = (daily_totals.days.first()?, daily_totals.days.last()?);
    let days = DayAxis::of(first.number, last.number);
    let sums = |day: &crate::log::chart_data::Day| [day.transfer, day.revert];
    let values = daily_totals
        .days
        .iter()
        .flat_map(|day| sums(day).into_iter().flatten());
    let amounts = Axis::of(values.map(Amount::decimal), true);
    let from = amounts.position(Amount::ZERO.decimal(), AREA_HEIGHT);
    let groups = daily_totals
        .days
        .iter()
        .map(|day| BarGroup {
            label: day.day.clone(),
            slot: days.slot(day.number, AREA_WIDTH),
            bars: sums(day)
                .map(|sum| sum.map(|sum| (from, amounts.position(sum.decimal(), AREA_HEIGHT))))
                .to_vec(),
            values: sums(day).map(|amount| sum_text(amount, symbol)).to_vec(),
        })
        .collect();
    Some(
        view! {
            <BarPlot
                id="plot-days"
                title="Daily transfers and reverts"
                head="Day"
                series=vec!["Transferred", "Reverted"]
                groups=groups
                value_ticks=ticks(&amounts, AREA_HEIGHT, symbol)
                group_ticks=days.ticks(AREA_WIDTH).into_iter().map(tick).collect()
                note=left_out_note(daily_totals.left_out).unwrap_or_default()
            />
        }
        .into_any(),
    )
}

fn profit_chart(client_profits: &ClientProfits, symbol: Option<&str>) -> Option<AnyView> {
    client_profits.bars.first()?;
    let others = client_profits.others.map(|others| {
        (
            format!("Other ({})", intl::count(others.children)),
            others.sum,
        )
    });
    let bars: Vec<_> = client_profits
        .bars
        .iter()
        .map(|bar| (bar.title.clone(), bar.sum))
        .chain(others)
        .collect();
    let amounts = Axis::of(
        bars.iter()
            .filter_map(|(_, sum)| Some(sum.as_ref()?.decimal())),
        true,
    );
    let from = amounts.position(Amount::ZERO.decimal(), AREA_WIDTH);
    let groups = bars
        .into_iter()
        .map(|(label, amount)| BarGroup {
            label,
            slot: (0, 0),
            bars: vec![amount.map(|sum| (from, amounts.position(sum.decimal(), AREA_WIDTH)))],
            values: vec![sum_text(amount, symbol)],
        })
        .collect();
    Some(
        view! {
            <BarPlot
                id="plot-children"
                title="Profit by client"
                head="Client"
                series=vec!["Profit"]
                groups=groups
                value_ticks=ticks(&amounts, AREA_WIDTH, symbol)
                horizontal=true
                note=left_out_note(client_profits.left_out).unwrap_or_default()
            />
        }
        .into_any(),
    )
}
