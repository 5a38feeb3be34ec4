//! What stands in a cell of the log.

use crate::log::Kind;
use crate::log::chain::{Chain, Link};
use crate::log::columns::{Cell, Column};
use crate::log::entry::{Entry, Terms};
use crate::ui::link::A;
use crate::ui::{figure, intl, moment};
use crate::units::Value;
use leptos::prelude::*;

/// A cell.
pub fn cell(cell: Cell, column: Column, symbol: Option<&str>) -> AnyView {
    match cell {
        Cell::None => "—".into_any(),
        Cell::Unread => view! { <span class="unread" title="The notes do not say it in a form that is known here.">"unread"</span> }
            .into_any(),
        Cell::Moment(written, _) => moment::moment(&written),
        Cell::Count(count) if column == Column::Id => count.to_string().into_any(),
        Cell::Count(count) => intl::count(count).into_any(),
        Cell::Money(amount) => figure::figure(Value::Money(amount), symbol).into_any(),
        Cell::PerMinute(rate) => figure::figure(Value::PerMinute(rate), symbol).into_any(),
        Cell::Text(word) if column == Column::Kind => {
            let class = match word.as_str() {
                "Transfer" => "tag transfer",
                "Revert" => "tag revert",
                "Channels" => "tag channels",
                _ => "tag",
            };
            view! { <span class=class>{word}</span> }.into_any()
        }
        Cell::Text(text) => {
            // A column holds its width; the whole text is a hover, or the opened row, away.
            let title = text.clone();
            view! { <span class="text" title=title>{text}</span> }.into_any()
        }
    }
}

/// A mark where the balances do not follow from the row before.
pub fn mark(chain: Option<&Chain>, symbol: Option<&str>) -> Option<AnyView> {
    let told = broken(chain?, symbol)?;
    let said = told.clone();
    Some(
        view! { <span class="break" title=told><span aria-hidden="true">"⚠ "</span><span class="visually-hidden">{said}" "</span></span> }
            .into_any(),
    )
}

/// Where the chain breaks, in words.
pub fn broken(chain: &Chain, symbol: Option<&str>) -> Option<String> {
    let gap = |whose: &str, link: &Link| match link {
        Link::Broken { expected, found } => Some(format!(
            "{whose} was {} by the row before, and is {} here: a movement that the log does not explain.",
            figure::text(Value::Money(*expected), symbol),
            figure::text(Value::Money(*found), symbol)
        )),
        _ => None,
    };
    let gaps = [
        gap("Your balance", &chain.own),
        gap("The child's balance", &chain.child),
    ];
    let gaps: Vec<_> = gaps.into_iter().flatten().collect();
    (!gaps.is_empty()).then(|| gaps.join(" "))
}

/// What can be done with a row: the way back, and the same once more.
pub fn actions(entry: &Entry) -> Option<AnyView> {
    let child = entry.child()?.id;
    let Terms::Read(minutes, _) = entry.terms() else {
        return None;
    };
    let id = entry.id;
    let (again, back) = match entry.kind {
        Kind::Transfer => (
            ("/transfer", "Transfer again…"),
            Some(("/revert", "Revert…")),
        ),
        Kind::Revert => (
            ("/revert", "Revert again…"),
            Some(("/transfer", "Transfer…")),
        ),
        _ => return None,
    };
    let link = |(path, label): (&'static str, &'static str)| {
        view! {
            <A href=format!("{path}?child={child}&minutes={minutes}")>
                {label}<span class="visually-hidden">" (row "{id}")"</span>
            </A>
        }
    };
    Some(view! { {back.map(link)}" "{link(again)} }.into_any())
}
