//! The options of the log's table.

use crate::log::columns::Column;
use crate::log::sort::Sort;
use crate::pages::log::own_entries::OwnEntries;
use leptos::prelude::*;

/// What the table needs besides its rows.
#[derive(Clone, Copy)]
pub struct TableOptions {
    /// The columns, in order.
    pub columns: Memo<Vec<Column>>,
    /// The sort order.
    pub sort: Signal<Option<Sort>>,
    /// Sorts by a column.
    pub on_sort: Callback<Column>,
    /// Opens the entry with this id.
    pub on_open: Callback<i64>,
    /// The entries that came from this browser.
    pub own: Memo<OwnEntries>,
    /// The ledger's currency symbol.
    pub symbol: Signal<Option<String>>,
    /// Whether every row is rendered, as printing requires.
    pub full: RwSignal<bool>,
}
