//! A quote on the screen.

use super::words;
use crate::movement::plan::Kind;
use crate::movement::quote::Quote;
use crate::ui::figure;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// The balances before and after, the other figures, and what should give pause. Without a `child` there is no
/// child's balance to speak of.
pub fn quote(quote: &Quote, kind: Kind, child: Option<&str>) -> AnyView {
    let symbol = quote.symbol.as_deref();
    let cautions = quote
        .cautions
        .iter()
        .map(|caution| view! { <Notice tone=Tone::Warning title=caution.clone() /> })
        .collect_view();
    view! {
        <dl class="balances">
            {figure::change(words::own_balance(kind).to_owned(), quote.own, symbol)}
            {child.map(|child| figure::change(format!("Balance of {child}"), quote.child, symbol))}
        </dl>
        {figure::lines(&quote.lines, symbol)}
        {cautions}
    }
    .into_any()
}
