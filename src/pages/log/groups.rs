//! Sums of the rows that are shown: of all, and by group.

use crate::browser::intl;
use crate::log::group::{Group, Grouping, Sum};
use crate::ui::figure;
use crate::units::{Minutes, Value};
use leptos::prelude::*;

/// What the rows come to.
pub fn total(total: &Group, symbol: Option<&str>) -> AnyView {
    view! {
        <dl class="totals">
            <div><dt>"Movements"</dt><dd>{intl::count(total.movements)}</dd></div>
            <div><dt>"Minutes"</dt><dd>{minutes(&total.minutes)}</dd></div>
            <div><dt>"Credit"</dt><dd>{sum(&total.credit, symbol)}</dd></div>
            <div><dt>"Cost"</dt><dd>{sum(&total.cost, symbol)}</dd></div>
            <div><dt>"Profit"</dt><dd>{sum(&total.profit, symbol)}</dd></div>
        </dl>
    }
    .into_any()
}

/// A sum of money.
fn sum(sum: &Sum, symbol: Option<&str>) -> AnyView {
    shown(sum.total.map(Value::Money), sum.missing, symbol)
}

/// A sum of minutes, as far as the notes say them.
fn minutes(sum: &Sum<Minutes>) -> AnyView {
    shown(sum.total.map(Value::Minutes), sum.missing, None)
}

/// A sum: exact, or why there is none.
fn shown(total: Option<Value>, missing: u64, symbol: Option<&str>) -> AnyView {
    let Some(total) = total else {
        return view! { <span class="unread" title="The sum has more digits than can be held exactly.">"not exact"</span> }
            .into_any();
    };
    let missing = (missing > 0).then(|| {
        let count = intl::count(missing);
        view! { " "<span class="hint">"without "{count}" that do not say it"</span> }
    });
    view! { {figure::figure(total, symbol)}{missing} }.into_any()
}

/// The groups as a table.
pub fn table(groups: &[Group], by: Grouping, symbol: Option<&str>) -> AnyView {
    let rows = groups
        .iter()
        .map(|group| {
            view! {
                <tr data-group=group.key.clone()>
                    <th scope="row" translate="no">{group.title.clone()}</th>
                    <td class="number">{intl::count(group.rows)}</td>
                    <td class="number">{intl::count(group.movements)}</td>
                    <td class="number">{minutes(&group.minutes)}</td>
                    <td class="number">{sum(&group.credit, symbol)}</td>
                    <td class="number">{sum(&group.cost, symbol)}</td>
                    <td class="number">{sum(&group.profit, symbol)}</td>
                </tr>
            }
        })
        .collect_view();
    let what = by.label();
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label="Sums, table">
            <table class="groups">
                <caption class="visually-hidden">"Sums "{what}</caption>
                <thead>
                    <tr>
                        <th scope="col">{what}</th>
                        <th scope="col" class="number">"Rows"</th>
                        <th scope="col" class="number">"Movements"</th>
                        <th scope="col" class="number">"Minutes"</th>
                        <th scope="col" class="number">"Credit"</th>
                        <th scope="col" class="number">"Cost"</th>
                        <th scope="col" class="number">"Profit"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
