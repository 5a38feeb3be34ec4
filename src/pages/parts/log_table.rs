//! The rows of the log as a table; each opens to every field.

use crate::log::{Kind, Page, Party, Row};
use crate::ui::{figure, moment};
use crate::units::{Amount, Value};
use leptos::prelude::*;
use std::sync::Arc;

/// A page of rows.
#[component]
pub fn LogTable(
    /// The page.
    page: Arc<Page>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let rows = move || {
        let symbol = symbol.get();
        page.logs
            .iter()
            .map(|row| log_row(row, symbol.as_deref()))
            .collect_view()
    };
    let headers: [(&str, bool); 15] = [
        ("When", false),
        ("Kind", false),
        ("From", false),
        ("To", false),
        ("Notes", false),
        ("Credit", true),
        ("Cost", true),
        ("From before", true),
        ("From after", true),
        ("To before", true),
        ("To after", true),
        ("Channels", true),
        ("By", false),
        ("Status", false),
        ("Reference", false),
    ];
    let headers = headers
        .map(|(label, number)| view! { <th scope="col" class:number=number>{label}</th> })
        .into_iter()
        .collect_view();
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label="Log, table">
            <table class="log">
                <caption class="visually-hidden">"The credit log, newest first"</caption>
                <thead>
                    <tr><th scope="col">"Id"</th>{headers}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What a kind of row is called, and the class that tells it apart.
fn kind(kind: &Kind) -> (String, &'static str) {
    match kind {
        Kind::Transfer => ("Transfer".to_owned(), "tag transfer"),
        Kind::Revert => ("Revert".to_owned(), "tag revert"),
        Kind::Channels => ("Channels".to_owned(), "tag channels"),
        Kind::Other(word) => (word.clone(), "tag"),
        Kind::Unsaid => ("not said".to_owned(), "tag"),
    }
}

fn party(party: Option<&Party>) -> String {
    party.map_or_else(
        || "—".to_owned(),
        |party| party.name.clone().unwrap_or_else(|| party.id.to_string()),
    )
}

fn log_row(row: &Row, symbol: Option<&str>) -> AnyView {
    let open = RwSignal::new(false);
    let is_channels = row.transaction_type == Kind::Channels;
    // A change of channels moves no money: its zero balances would only mislead (contract §6, point 5).
    let money = |amount: Option<Amount>| match amount {
        Some(amount) if !is_channels => figure::figure(Value::Money(amount), symbol).into_any(),
        _ => "—".into_any(),
    };
    let (word, class) = kind(&row.transaction_type);
    let channels = match (is_channels, row.previous_channels, row.new_channels) {
        (true, Some(before), Some(after)) => format!("{before} → {after}"),
        _ => "—".to_owned(),
    };
    let by = row
        .performed_by
        .as_ref()
        .and_then(|person| person.name.clone().or_else(|| person.email.clone()));
    let id = row.id;
    let (all, owned) = (row.clone(), symbol.map(str::to_owned));
    view! {
        <tr>
            <th scope="row">
                <button
                    type="button"
                    class="quiet open"
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    aria-label=format!("Row {id}, every field")
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {id}
                </button>
            </th>
            <td>{row.transfer_date.as_deref().map(moment::moment)}</td>
            <td><span class=class>{word}</span></td>
            <td>{party(row.from_organization.as_ref())}</td>
            <td>{party(row.to_organization.as_ref())}</td>
            <td>{row.notes.clone()}</td>
            <td class="number">{money(row.credit_amount)}</td>
            <td class="number">{money(row.cost_amount)}</td>
            <td class="number">{money(row.from_balance_before)}</td>
            <td class="number">{money(row.from_balance_after)}</td>
            <td class="number">{money(row.to_balance_before)}</td>
            <td class="number">{money(row.to_balance_after)}</td>
            <td class="number">{channels}</td>
            <td>{by}</td>
            <td>{row.status.clone()}</td>
            <td class="reference">{row.transfer_reference.clone()}</td>
        </tr>
        {move || open.get().then(|| details(&all, owned.as_deref()))}
    }
    .into_any()
}

/// Every field of a row, in the backend's own terms.
fn details(row: &Row, symbol: Option<&str>) -> AnyView {
    let money =
        |amount: Option<Amount>| amount.map(|amount| figure::text(Value::Money(amount), symbol));
    let party = |party: &Option<Party>| {
        party.as_ref().map(|party| match &party.name {
            Some(name) => format!("{name} ({})", party.id),
            None => party.id.to_string(),
        })
    };
    let number = |count: Option<i64>| count.map(|count| count.to_string());
    let person = row.performed_by.as_ref();
    let fields: [(&str, Option<String>); 22] = [
        ("Id", Some(row.id.to_string())),
        ("Reference", row.transfer_reference.clone()),
        ("Kind", Some(kind(&row.transaction_type).0)),
        ("Status", row.status.clone()),
        ("When, as the backend wrote it", row.transfer_date.clone()),
        (
            "When, in UTC",
            row.transfer_date
                .as_deref()
                .and_then(crate::ui::intl::moment)
                .map(|shown| shown.utc),
        ),
        ("Reseller", party(&row.reseller_organization)),
        ("From", party(&row.from_organization)),
        ("To", party(&row.to_organization)),
        ("Credit", money(row.credit_amount)),
        ("Cost", money(row.cost_amount)),
        ("From: balance before", money(row.from_balance_before)),
        ("From: balance after", money(row.from_balance_after)),
        ("To: balance before", money(row.to_balance_before)),
        ("To: balance after", money(row.to_balance_after)),
        ("Made by", person.and_then(|person| person.name.clone())),
        (
            "Their address",
            person.and_then(|person| person.email.clone()),
        ),
        ("Their id", person.and_then(|person| number(person.id))),
        ("Change of channels", number(row.channels_count)),
        ("Channels before", number(row.previous_channels)),
        ("Channels after", number(row.new_channels)),
        ("Notes", row.notes.clone()),
    ];
    let list = fields
        .into_iter()
        .map(|(label, text)| view! { <div><dt>{label}</dt><dd>{text.unwrap_or_else(|| "—".to_owned())}</dd></div> })
        .collect_view();
    view! { <tr class="details"><td colspan="16"><dl>{list}</dl></td></tr> }.into_any()
}
