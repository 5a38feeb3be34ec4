//! What stands beside the rows of the log and the figures of the overview. It comes in a part of the program of its own, so
//! that the rows do not wait for it; a screen holds its place, and shows it when it is there.

use crate::log::columns::Column;
use crate::log::filter::Choices;
use crate::log::query::LogQuery;
use crate::movement::desk::Desk;
use crate::pages::log::column_chooser::ColumnChooser;
use crate::pages::log::export::ExportMenu;
use crate::pages::log::filters::Filters;
use crate::pages::log::preferences::Preferences;
use crate::pages::log::row_dialog::{Opened, RowDialog};
use crate::pages::log::sums::Sums;
use crate::pages::log::table::Rows;
use crate::pages::overview::trends::OverTime;
use crate::pages::shared::plots::PlotsBox;
use crate::ui::lazy::lazy_views;
use leptos::prelude::*;

/// What the log's tools work on. A context of its screen.
#[derive(Clone, Copy)]
pub struct Tools {
    /// The view.
    pub query: Memo<LogQuery>,
    /// Goes to another view.
    pub go: Callback<LogQuery>,
    /// What occurs in the rows that were read.
    pub choices: Memo<Choices>,
    /// The columns as they are shown.
    pub columns: Memo<Vec<Column>>,
    /// What is remembered.
    pub preferences: Preferences,
    /// The rows that are shown.
    pub rows: Memo<Rows>,
    /// The same rows in the order in which they were read.
    pub kept: Memo<Rows>,
    /// Whether more of them are on their way.
    pub waiting: Memo<bool>,
    /// Whether the rows that are shown are those of the view: others stay until they come.
    pub current: Memo<bool>,
    /// Whether all rows stand in the page, as they must on paper.
    pub full: RwSignal<bool>,
    /// What a file of them is called, without its ending.
    pub name: Signal<String>,
    /// The ledger's currency symbol.
    pub symbol: Signal<Option<String>>,
    /// The row that is open.
    pub opened: RwSignal<Option<Opened>>,
}

lazy_views! {
    /// What the rows are filtered by.
    filters in tools => {
        let Tools { query, go, choices, .. } = expect_context();
        view! { <Filters query=query go=go choices=choices /> }.into_any()
    };
    /// Which columns there are.
    columns in tools => {
        let Tools { columns, query, go, preferences, .. } = expect_context();
        view! { <ColumnChooser columns=columns query=query go=go preferences=preferences /> }.into_any()
    };
    /// The rows as a file.
    export in tools => {
        let Tools { rows, current, columns, full, name, query, go, .. } = expect_context();
        view! { <ExportMenu rows=rows current=current columns=columns full=full name=name query=query go=go /> }.into_any()
    };
    /// What the rows come to.
    sums in tools => {
        let Tools { query, kept, waiting, symbol, .. } = expect_context();
        view! { <Sums query=query kept=kept waiting=waiting symbol=symbol /> }.into_any()
    };
    /// The rows, drawn.
    plots in tools => {
        let Tools { kept, symbol, .. } = expect_context();
        view! { <PlotsBox rows=kept symbol=symbol /> }.into_any()
    };
    /// A row with every field.
    dialog in tools => {
        let Tools { opened, symbol, .. } = expect_context();
        view! { <RowDialog opened=opened symbol=symbol /> }.into_any()
    };
    /// The business over some days.
    over_time in tools => {
        let directory = expect_context::<Desk>().directory;
        view! { <OverTime symbol=Signal::derive(move || directory.symbol()) /> }.into_any()
    };
}
