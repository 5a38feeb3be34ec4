//! Renders a quote.

use crate::movement::Kind;
use crate::movement::quote::{Caution, Quote};
use crate::pages::movement::words;
use crate::ui::figure;
use crate::ui::notice::{Notice, Tone};
use crate::units::{Change, Value};
use leptos::prelude::*;

/// Renders the balances before and after, the other amounts, and the cautions. Without a `child`, the child's balance
/// is left out.
pub fn quote(quote: &Quote, kind: Kind, child: Option<&str>) -> AnyView {
    let symbol = quote.symbol.as_deref();
    let cautions = quote
        .cautions
        .iter()
        .map(|caution| view! { <Notice tone=Tone::Warning title=caution_text(caution, symbol) /> })
        .collect_view();
    view! {
        <dl class="balances">
            {figure::change(words::own_balance(kind).into_any(), quote.own, symbol)}
            {child.map(|child| figure::change(figure::balance_of(child.to_owned()), quote.child, symbol))}
        </dl>
        {figure::lines(&quote.lines, symbol)}
        {cautions}
    }
    .into_any()
}

/// Returns the text of a caution.
fn caution_text(caution: &Caution, symbol: Option<&str>) -> String {
    match caution {
        Caution::Inconsistent => {
            "These amounts don't match minutes × rate. Check before confirming.".to_owned()
        }
        Caution::RateChange { current, requested } => format!(
            "Current rate is {}. Using {} may also reprice existing minutes.",
            figure::text(Value::PerMinute(*current), symbol),
            figure::text(Value::PerMinute(*requested), symbol)
        ),
        Caution::OwnBelowZero => "Insufficient balance.".to_owned(),
        Caution::ChildBelowZero => "The client's balance would fall below zero.".to_owned(),
        Caution::BeyondAvailable => "Insufficient credits in your wallet.".to_owned(),
        Caution::Suspended => {
            "This organization is suspended. It can't use the credits, and you can't take them back."
                .to_owned()
        }
        Caution::Missing(what) => what.clone(),
    }
}

/// Returns the text that screen readers announce when a quote arrives.
pub fn announcement(quote: &Quote) -> String {
    let symbol = quote.symbol.as_deref();
    let after = |whose: &str, change: Option<Change>| {
        change.map(|change| format!("{whose} after: {}.", figure::text(change.after, symbol)))
    };
    let cautions = quote
        .cautions
        .iter()
        .map(|caution| caution_text(caution, symbol));
    after("Your balance", quote.own)
        .into_iter()
        .chain(after("Client's balance", quote.child))
        .chain(cautions)
        .collect::<Vec<_>>()
        .join(" ")
}
