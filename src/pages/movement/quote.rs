//! A quote on the screen.

use crate::movement::Kind;
use crate::movement::quote::{Caution, Quote};
use crate::pages::movement::words;
use crate::ui::figure;
use crate::ui::notice::{Notice, Tone};
use crate::units::{Change, Value};
use leptos::prelude::*;

/// The balances before and after, the other figures, and what should give pause. Without a `child` there is no
/// child's balance to speak of.
pub fn quote(quote: &Quote, kind: Kind, child: Option<&str>) -> AnyView {
    let symbol = quote.symbol.as_deref();
    let cautions = quote
        .cautions
        .iter()
        .map(|caution| view! { <Notice tone=Tone::Warning title=sentence(caution, symbol) /> })
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

/// A caution in words.
fn sentence(caution: &Caution, symbol: Option<&str>) -> String {
    match caution {
        Caution::DoNotFollow => {
            "These figures do not follow from minutes and rates. Check them with care.".to_owned()
        }
        Caution::RateChange { present, asked } => format!(
            "The child pays {} at present. With {} its rate may change, also for the minutes it has.",
            figure::text(Value::PerMinute(*present), symbol),
            figure::text(Value::PerMinute(*asked), symbol)
        ),
        Caution::OwnBelowZero => "Your balance would fall below zero.".to_owned(),
        Caution::ChildBelowZero => "The client's balance would fall below zero.".to_owned(),
        Caution::BeyondAvailable => "This is more than your wallet has available.".to_owned(),
        Caution::Suspended => {
            "This organization is suspended. It can't use the credits, and you can't take them back."
                .to_owned()
        }
        Caution::Missing(what) => what.clone(),
    }
}

/// The one sentence that is read out when a quote has come.
pub fn spoken(quote: &Quote) -> String {
    let symbol = quote.symbol.as_deref();
    let after = |whose: &str, change: Option<Change>| {
        change.map(|change| format!("{whose} after: {}.", figure::text(change.after, symbol)))
    };
    let cautions = quote
        .cautions
        .iter()
        .map(|caution| sentence(caution, symbol));
    after("Your balance", quote.own)
        .into_iter()
        .chain(after("The child's balance", quote.child))
        .chain(cautions)
        .collect::<Vec<_>>()
        .join(" ")
}
