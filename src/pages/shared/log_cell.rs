//! The content of a log table's cell.

use crate::browser::intl;
use crate::log::columns::{Cell, Column};
use crate::log::continuity::{BalanceStep, RowContinuity};
use crate::log::entry::LogEntry;
use crate::ui::link::Link;
use crate::ui::{figure, moment};
use crate::units::Value;
use crate::wire::logs::Kind;
use leptos::prelude::*;

/// A cell's text and how to show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellText {
    /// The visible text.
    pub text: String,
    /// The CSS classes.
    pub class: &'static str,
    /// The tooltip.
    pub title: Option<String>,
    /// The timestamp as the service wrote it, if the cell is one.
    pub moment: Option<String>,
}

/// Returns the text of `cell`, with amounts in the currency `symbol`.
pub fn cell_text(cell: Cell, column: Column, symbol: Option<&str>) -> CellText {
    let plain = |text| CellText {
        text,
        ..CellText::default()
    };
    let figure = |value| CellText {
        class: "figure",
        ..plain(figure::text(value, symbol))
    };
    match cell {
        Cell::None => plain("—".to_owned()),
        Cell::Unparsed => CellText {
            class: "unread",
            title: Some("Couldn't read this from the notes.".to_owned()),
            ..plain("Can't read".to_owned())
        },
        Cell::Moment(written, _) => match moment::text_and_tooltip(&written) {
            Some((text, title)) => CellText {
                title: Some(title),
                moment: Some(written),
                ..plain(text)
            },
            None => clipped(written),
        },
        Cell::Count(count) if matches!(column, Column::Id | Column::ChildId) => {
            plain(count.to_string())
        }
        Cell::Count(count) => plain(intl::count(count)),
        Cell::Money(amount) => figure(Value::Money(amount)),
        Cell::PerMinute(rate) => figure(Value::PerMinute(rate)),
        Cell::AboutPerMinute(rate) => approximate(figure(Value::PerMinute(rate))),
        Cell::Text(word) if column == Column::Kind => CellText {
            class: match word.as_str() {
                "Transfer" => "tag transfer",
                "Revert" => "tag revert",
                "Channels" => "tag channels",
                _ => "tag",
            },
            ..plain(word)
        },
        Cell::Text(text) => clipped(text),
    }
}

/// Marks an amount that the service rounded.
fn approximate(cell: CellText) -> CellText {
    CellText {
        title: Some("Rounded by the service".to_owned()),
        text: format!("≈ {}", cell.text),
        ..cell
    }
}

/// Free text of any length. The column keeps its width; the tooltip and the entry's dialog have the full text.
fn clipped(text: String) -> CellText {
    CellText {
        title: Some(text.clone()),
        text,
        class: "text",
        moment: None,
    }
}

/// Renders `cell`.
pub fn cell_view(cell: Cell, column: Column, symbol: Option<&str>) -> AnyView {
    match cell {
        Cell::Money(amount) => figure::figure(Value::Money(amount), symbol).into_any(),
        Cell::PerMinute(rate) => figure::figure(Value::PerMinute(rate), symbol).into_any(),
        Cell::Moment(written, _) => moment::in_own_zone(&written),
        cell => {
            let text = cell_text(cell, column, symbol);
            // Browsers may translate types and statuses, but not names and amounts.
            let is_word = matches!(column, Column::Kind | Column::Status);
            let translate = (!is_word).then_some("no");
            view! { <span class=text.class title=text.title translate=translate>{text.text}</span> }
                .into_any()
        }
    }
}

/// Describes where the balances don't follow from the previous entry; `None` if they do.
pub fn balance_gap(continuity: &RowContinuity, symbol: Option<&str>) -> Option<String> {
    let gap = |whose: &str, link: &BalanceStep| match link {
        BalanceStep::Broken { expected, found } => Some(format!(
            "{whose} jumps from {} to {}: a change isn't in the log.",
            figure::text(Value::Money(*expected), symbol),
            figure::text(Value::Money(*found), symbol)
        )),
        _ => None,
    };
    let gaps = [
        gap("Your balance", &continuity.own),
        gap("Client's balance", &continuity.child),
    ];
    let gaps: Vec<_> = gaps.into_iter().flatten().collect();
    (!gaps.is_empty()).then(|| gaps.join(" "))
}

/// A link to a form prefilled from an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The visible label.
    pub label: &'static str,
    /// The link's target.
    pub href: String,
    /// The accessible label, which names the entry: many rows have the same link.
    pub aria_label: String,
}

/// Returns the actions for an entry: reversing it and repeating it. Only transfers and reverts with a known child and
/// minutes have any.
pub fn actions(entry: &LogEntry) -> [Option<Action>; 2] {
    let (Some(child), Some(minutes)) = (entry.child(), entry.parsed_notes.minutes()) else {
        return [None, None];
    };
    let link = |path: &str, label| {
        Some(Action {
            label,
            href: format!("{path}?child={}&minutes={minutes}", child.id),
            aria_label: format!("{label} (entry {})", entry.id),
        })
    };
    match entry.kind {
        Kind::Transfer => [link("/revert", "Revert…"), link("/transfer", "Repeat…")],
        Kind::Revert => [link("/transfer", "Transfer…"), link("/revert", "Repeat…")],
        _ => [None, None],
    }
}

/// Renders [`actions`] as links.
pub fn action_links(entry: &LogEntry) -> AnyView {
    actions(entry)
        .into_iter()
        .flatten()
        .map(|link| view! { <Link href=link.href attr:aria-label=link.aria_label>{link.label}</Link>" " })
        .collect_view()
        .into_any()
}
