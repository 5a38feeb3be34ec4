//! The dialog that shows every field of a log entry.

use crate::browser::intl;
use crate::log::columns::kind_label;
use crate::log::continuity::RowContinuity;
use crate::log::entry::{Balances, LogEntry};
use crate::pages::shared::log_cell::{action_links, balance_gap};
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
    /// The entry.
    pub entry: LogEntry,
    /// Whether its balances follow from the previous entry, if that was checked.
    pub continuity: Option<RowContinuity>,
    /// The submission of this browser that caused it.
    pub made_by: Option<IdempotencyKey>,
}

/// The dialog, closed while `opened` is `None`.
#[component]
pub fn RowDialog(
    /// The open entry.
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
                    // Fails only if the dialog is already open or no longer in the page.
                    let _ = dialog.show_modal();
                }
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    let content = move || {
        let symbol = symbol.get();
        opened.with(|opened| {
            opened
                .as_ref()
                .map(|opened| fields(opened, symbol.as_deref()))
        })
    };
    view! {
        <dialog class="row-dialog" node_ref=dialog aria-label="Entry details" on:close=move |_| opened.set(None)>
            {content}
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
            let copy_text = text.clone();
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>
                        <span>{text.clone().unwrap_or_else(|| "—".to_owned())}</span>
                        {copy_text.map(|text| view! { <CopyIcon text=text what=label /> })}
                    </dd>
                </div>
            }
        })
        .collect_view();
    let gap = opened
        .continuity
        .as_ref()
        .and_then(|continuity| balance_gap(continuity, symbol));
    let gap = gap.map(|text| view! { <p class="break">"⚠ "{text}</p> });
    let made_by = opened.made_by.clone().map(|key| {
        view! { <p><Link href=format!("/activity#key-{key}")>"Sent from this browser. View"</Link></p> }
    });
    let money = entry
        .credit_change()
        .map(|amount| figure::text(Value::Money(amount), symbol));
    view! {
        <h2>"Entry "{entry.id}{money.map(|money| format!(" · {money}"))}</h2>
        {gap}
        {made_by}
        <p class="row-actions">{action_links(entry)}</p>
        <dl class="lines">{list}</dl>
    }
    .into_any()
}

/// Returns every field with its label, plus the date in UTC and the profit. Amounts have all their digits.
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
    let user = entry.person.as_deref();
    let [change, before, after] = entry.channels.as_deref().copied().unwrap_or_default();
    let count = |count: Option<i64>| count.map(|count| count.to_string());
    let utc = entry
        .written
        .as_deref()
        .and_then(intl::moment)
        .map(|shown| shown.utc);
    vec![
        ("ID", Some(entry.id.to_string())),
        ("Reference", text(&entry.reference)),
        ("Type", Some(kind_label(&entry.kind).to_owned())),
        ("Status", entry.status.as_deref().map(str::to_owned)),
        ("Original timestamp", text(&entry.written)),
        ("Date (UTC)", utc),
        ("Reseller", party(entry.reseller.as_deref())),
        ("From", party(entry.from.as_deref())),
        ("To", party(entry.to.as_deref())),
        ("Client credit", amount(entry.credit)),
        ("Your cost", amount(entry.cost)),
        ("Profit", amount(entry.profit())),
        ("Sender balance before", amount(from_before)),
        ("Sender balance after", amount(from_after)),
        ("Recipient balance before", amount(to_before)),
        ("Recipient balance after", amount(to_after)),
        ("Created by", user.and_then(|user| user.name.clone())),
        ("Email", user.and_then(|user| user.email.clone())),
        ("User ID", user.and_then(|user| count(user.id))),
        ("Channel change", count(change)),
        ("Channels before", count(before)),
        ("Channels after", count(after)),
        ("Notes", text(&entry.notes)),
    ]
}
