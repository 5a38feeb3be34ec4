//! Totals of the rows shown, overall and by group.

use crate::browser::intl;
use crate::log::group::{Group, Grouping, Sum};
use crate::ui::figure;
use crate::units::{Minutes, Value};
use leptos::prelude::*;

/// Renders the overall totals.
pub fn total(total: &Group, symbol: Option<&str>) -> AnyView {
    view! {
        <dl class="totals">
            <div><dt>"Transactions"</dt><dd>{intl::count(total.movements)}</dd></div>
            <div><dt>"Minutes"</dt><dd>{minutes(&total.minutes)}</dd></div>
            <div><dt>"Client credit"</dt><dd>{sum(&total.credit, symbol)}</dd></div>
            <div><dt>"Your cost"</dt><dd>{sum(&total.cost, symbol)}</dd></div>
            <div><dt>"Profit"</dt><dd>{sum(&total.profit, symbol)}</dd></div>
        </dl>
    }
    .into_any()
}

/// Renders a sum of money.
fn sum(sum: &Sum, symbol: Option<&str>) -> AnyView {
    sum_view(sum.total.map(Value::Money), sum.missing, symbol)
}

/// Renders a sum of minutes, for the entries whose notes state them.
fn minutes(sum: &Sum<Minutes>) -> AnyView {
    sum_view(sum.total.map(Value::Minutes), sum.missing, None)
}

/// Renders an exact sum, or says why there is none.
fn sum_view(total: Option<Value>, missing: u64, symbol: Option<&str>) -> AnyView {
    let Some(total) = total else {
        return view! { <span class="unread" title="Too large to total.">"Too large to total"</span> }
            .into_any();
    };
    let missing = (missing > 0).then(|| {
        let count = intl::count(missing);
        view! { " "<span class="hint">"excludes "{count}" without data"</span> }
    });
    view! { {figure::figure(total, symbol)}{missing} }.into_any()
}

/// Renders the groups as a table.
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
    let label = by.label();
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label="Totals, table">
            <table class="groups">
                <caption class="visually-hidden">"Totals by "{label}</caption>
                <thead>
                    <tr>
                        <th scope="col">{label}</th>
                        <th scope="col" class="number">"Entries"</th>
                        <th scope="col" class="number">"Transactions"</th>
                        <th scope="col" class="number">"Minutes"</th>
                        <th scope="col" class="number">"Client credit"</th>
                        <th scope="col" class="number">"Your cost"</th>
                        <th scope="col" class="number">"Profit"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
