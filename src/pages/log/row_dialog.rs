//! One row of the log with every field, in a dialog.

use crate::browser::intl;
use crate::log::columns::kind;
use crate::log::continuity::RowContinuity;
use crate::log::entry::{Balances, LogEntry};
use crate::pages::shared::log_cell::{broken, links};
use crate::ui::copy::CopyIcon;
use crate::ui::figure;
use crate::ui::link::Link;
use crate::units::{Amount, IdempotencyKey, Value};
use crate::wire::logs::Party;
use leptos::html::Dialog;
use leptos::prelude::*;

/// What the dialog shows.
#[derive(Clone, PartialEq)]
pub struct Opened {
    /// The row.
    pub entry: LogEntry,
    /// Its link to the row before, where that was looked into.
    pub continuity: Option<RowContinuity>,
    /// The submission of this browser that made it.
    pub made_by: Option<IdempotencyKey>,
}

/// The dialog; closed while there is nothing to show.
#[component]
pub fn RowDialog(
    /// The row that is open.
    opened: RwSignal<Option<Opened>>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let is_open = opened.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            match (is_open, dialog.open()) {
                (true, false) => {
                    // It can fail only on a dialog that is shown already or has left the page.
                    let _ = dialog.show_modal();
                }
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    let inside = move || {
        let symbol = symbol.get();
        opened.with(|opened| {
            opened
                .as_ref()
                .map(|opened| fields(opened, symbol.as_deref()))
        })
    };
    view! {
        <dialog class="row-dialog" node_ref=dialog aria-label="Row, every field" on:close=move |_| opened.set(None)>
            {inside}
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| opened.set(None)>"Close"</button>
            </div>
        </dialog>
    }
}

fn fields(opened: &Opened, symbol: Option<&str>) -> AnyView {
    let entry = &opened.entry;
    let list = every_field(entry)
        .into_iter()
        .map(|(label, text)| {
            let copied = text.clone();
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>
                        <span>{text.clone().unwrap_or_else(|| "—".to_owned())}</span>
                        {copied.map(|text| view! { <CopyIcon text=text what=label /> })}
                    </dd>
                </div>
            }
        })
        .collect_view();
    let gap = opened
        .continuity
        .as_ref()
        .and_then(|continuity| broken(continuity, symbol));
    let gap = gap.map(|told| view! { <p class="break">"⚠ "{told}</p> });
    let made_by = opened.made_by.clone().map(|key| {
        view! { <p><Link href=format!("/activity#key-{key}")>"Made from this browser: see it in Activity"</Link></p> }
    });
    let money = entry
        .credit_change()
        .map(|amount| figure::text(Value::Money(amount), symbol));
    view! {
        <h2>"Row "{entry.id}{money.map(|money| format!(" · {money}"))}</h2>
        {gap}
        {made_by}
        <p class="row-actions">{links(entry)}</p>
        <dl class="lines">{list}</dl>
    }
    .into_any()
}

/// Every field in the backend's own terms; figures with all their digits.
fn every_field(entry: &LogEntry) -> Vec<(&'static str, Option<String>)> {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let party = |party: Option<&Party>| {
        party.map(|party| match &party.name {
            Some(name) => format!("{name} ({})", party.id),
            None => party.id.to_string(),
        })
    };
    let amount = |amount: Option<Amount>| amount.map(|amount| amount.to_string());
    let ((from_before, from_after), (to_before, to_after)): (Balances, Balances) =
        (entry.from_balance, entry.to_balance);
    let person = entry.person.as_deref();
    let [change, before, after] = entry.channels.as_deref().copied().unwrap_or_default();
    let count = |count: Option<i64>| count.map(|count| count.to_string());
    let utc = entry
        .written
        .as_deref()
        .and_then(intl::moment)
        .map(|shown| shown.utc);
    vec![
        ("Id", Some(entry.id.to_string())),
        ("Reference", text(&entry.reference)),
        ("Type", Some(kind(&entry.kind).to_owned())),
        ("Status", entry.status.as_deref().map(str::to_owned)),
        ("When", text(&entry.written)),
        ("When, in UTC", utc),
        ("Reseller", party(entry.reseller.as_deref())),
        ("From", party(entry.from.as_deref())),
        ("To", party(entry.to.as_deref())),
        ("Credit", amount(entry.credit)),
        ("Cost", amount(entry.cost)),
        ("Profit", amount(entry.profit())),
        ("From: balance before", amount(from_before)),
        ("From: balance after", amount(from_after)),
        ("To: balance before", amount(to_before)),
        ("To: balance after", amount(to_after)),
        ("Made by", person.and_then(|person| person.name.clone())),
        (
            "Their address",
            person.and_then(|person| person.email.clone()),
        ),
        ("Their id", person.and_then(|person| count(person.id))),
        ("Change of channels", count(change)),
        ("Channels before", count(before)),
        ("Channels after", count(after)),
        ("Notes", text(&entry.notes)),
    ]
}
