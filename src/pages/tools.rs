//! The tools around the log's rows and the overview's balances. They load lazily as a separate part of the program, so
//! that the rows don't wait for them; the screens show each one once it has loaded.

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
use crate::pages::overview::trends::Trends;
use crate::pages::shared::log_rows::Rows;
use crate::pages::shared::plots::PlotsBox;
use crate::ui::lazy::lazy_views;
use leptos::prelude::*;

/// The state that the log's tools share, provided as a context by the log's screen.
#[derive(Clone, Copy)]
pub struct Tools {
    /// The view's query.
    pub query: Memo<LogQuery>,
    /// Opens another view.
    pub navigate: Callback<LogQuery>,
    /// The filter choices that occur in the loaded entries.
    pub choices: Memo<Choices>,
    /// The columns shown, in order.
    pub columns: Memo<Vec<Column>>,
    /// The remembered preferences.
    pub preferences: Preferences,
    /// The rows shown, in display order.
    pub rows: Memo<Rows>,
    /// The same rows in load order.
    pub filtered: Memo<Rows>,
    /// Whether more entries are loading.
    pub waiting: Memo<bool>,
    /// Whether the rows shown belong to the current view: the previous ones stay while new ones load.
    pub current: Memo<bool>,
    /// Whether every row is rendered, as printing requires.
    pub full: RwSignal<bool>,
    /// The name for an exported file, without its extension.
    pub name: Signal<String>,
    /// The ledger's currency symbol.
    pub symbol: Signal<Option<String>>,
    /// The entry open in the dialog.
    pub opened: RwSignal<Option<Opened>>,
}

lazy_views! {
    /// The filter form.
    filters in tools => {
        let Tools { query, navigate, choices, .. } = expect_context();
        view! { <Filters query=query navigate=navigate choices=choices /> }.into_any()
    };
    /// The column chooser.
    columns in tools => {
        let Tools { columns, query, navigate, preferences, .. } = expect_context();
        view! { <ColumnChooser columns=columns query=query navigate=navigate preferences=preferences /> }.into_any()
    };
    /// The export menu.
    export in tools => {
        let Tools { rows, current, columns, full, name, query, navigate, .. } = expect_context();
        view! { <ExportMenu rows=rows current=current columns=columns full=full name=name query=query navigate=navigate /> }.into_any()
    };
    /// The totals of the rows.
    sums in tools => {
        let Tools { query, filtered, waiting, symbol, .. } = expect_context();
        view! { <Sums query=query filtered=filtered waiting=waiting symbol=symbol /> }.into_any()
    };
    /// The charts of the rows.
    plots in tools => {
        let Tools { filtered, symbol, .. } = expect_context();
        view! { <PlotsBox rows=filtered symbol=symbol /> }.into_any()
    };
    /// The dialog with every field of an entry.
    dialog in tools => {
        let Tools { opened, symbol, .. } = expect_context();
        view! { <RowDialog opened=opened symbol=symbol /> }.into_any()
    };
    /// The overview's charts over a date range.
    trends in tools => {
        let directory = expect_context::<Desk>().directory;
        view! { <Trends symbol=Signal::derive(move || directory.symbol()) /> }.into_any()
    };
}
