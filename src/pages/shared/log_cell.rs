//! What stands in a cell of the log.

use crate::browser::intl;
use crate::log::columns::{Cell, Column};
use crate::log::continuity::{BalanceStep, RowContinuity};
use crate::log::entry::LogEntry;
use crate::ui::link::Link;
use crate::ui::{figure, moment};
use crate::units::Value;
use crate::wire::logs::Kind;
use leptos::prelude::*;

/// A cell in words: what it says, how it looks, and what a hover adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellText {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub class: &'static str,
    /// What a hover adds.
    pub title: Option<String>,
    /// The moment as written, where it is one.
    pub moment: Option<String>,
}

/// What a cell shows.
pub fn shown(cell: Cell, column: Column, symbol: Option<&str>) -> CellText {
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
        Cell::Unread => CellText {
            class: "unread",
            title: Some("The notes do not say it in a form that is known here.".to_owned()),
            ..plain("unread".to_owned())
        },
        Cell::Moment(written, _) => match moment::words(&written) {
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
        Cell::AboutPerMinute(rate) => about(figure(Value::PerMinute(rate))),
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

/// Marks a figure that the service has rounded.
fn about(shown: CellText) -> CellText {
    CellText {
        title: Some("Rounded by the service".to_owned()),
        text: format!("≈ {}", shown.text),
        ..shown
    }
}

/// A text of any length. A column holds its width; the whole text is a hover, or the opened row, away.
fn clipped(text: String) -> CellText {
    CellText {
        title: Some(text.clone()),
        text,
        class: "text",
        moment: None,
    }
}

/// A cell as a view.
pub fn cell(cell: Cell, column: Column, symbol: Option<&str>) -> AnyView {
    match cell {
        Cell::Money(amount) => figure::figure(Value::Money(amount), symbol).into_any(),
        Cell::PerMinute(rate) => figure::figure(Value::PerMinute(rate), symbol).into_any(),
        Cell::Moment(written, _) => moment::written(&written),
        cell => {
            let shown = shown(cell, column, symbol);
            // The service's own words for what was done may be translated; names and figures may not.
            let is_word = matches!(column, Column::Kind | Column::Status);
            let translate = (!is_word).then_some("no");
            view! { <span class=shown.class title=shown.title translate=translate>{shown.text}</span> }.into_any()
        }
    }
}

/// Where the chain breaks, in words.
pub fn broken(continuity: &RowContinuity, symbol: Option<&str>) -> Option<String> {
    let gap = |whose: &str, link: &BalanceStep| match link {
        BalanceStep::Broken { expected, found } => Some(format!(
            "{whose} was {} by the row before, and is {} here: a movement that the log does not explain.",
            figure::text(Value::Money(*expected), symbol),
            figure::text(Value::Money(*found), symbol)
        )),
        _ => None,
    };
    let gaps = [
        gap("Your balance", &continuity.own),
        gap("The child's balance", &continuity.child),
    ];
    let gaps: Vec<_> = gaps.into_iter().flatten().collect();
    (!gaps.is_empty()).then(|| gaps.join(" "))
}

/// A link to a form that is filled with what a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// What it is called where many rows have one.
    pub spoken: String,
}

/// What can be done with a row: the way back where there is one, and the same once more.
pub fn actions(entry: &LogEntry) -> [Option<Action>; 2] {
    let (Some(child), Some(minutes)) = (entry.child(), entry.terms.minutes()) else {
        return [None, None];
    };
    let link = |path: &str, label| {
        Some(Action {
            label,
            href: format!("{path}?child={}&minutes={minutes}", child.id),
            spoken: format!("{label} (row {})", entry.id),
        })
    };
    match entry.kind {
        Kind::Transfer => [
            link("/revert", "Revert…"),
            link("/transfer", "Transfer again…"),
        ],
        Kind::Revert => [
            link("/transfer", "Transfer…"),
            link("/revert", "Revert again…"),
        ],
        _ => [None, None],
    }
}

/// The same as a view.
pub fn links(entry: &LogEntry) -> AnyView {
    let links = actions(entry).into_iter().flatten();
    links
        .map(|link| view! { <Link href=link.href attr:aria-label=link.spoken>{link.label}</Link>" " })
        .collect_view()
        .into_any()
}
