//! The user's log preferences, columns and density, remembered in this browser. They contain no amounts and no API
//! keys.

use crate::browser::storage;
use crate::log::columns::Column;
use crate::log::query::{read_columns, write_columns};
use leptos::prelude::*;

/// The storage keys.
const COLUMNS: &str = "credit-desk.log.columns";
const DENSITY: &str = "credit-desk.log.density";

/// The remembered preferences. Without browser storage, they last as long as the page.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// The columns, in order, as remembered when the screen opened.
    pub columns: StoredValue<Vec<Column>>,
    /// Whether rows are compact.
    pub compact: RwSignal<bool>,
}

impl Preferences {
    /// Loads the remembered preferences, or the defaults.
    pub fn remembered() -> Self {
        let columns = storage::get(COLUMNS).and_then(|text| read_columns(&text));
        Self {
            columns: StoredValue::new(columns.unwrap_or_else(|| Column::SHOWN.to_vec())),
            compact: RwSignal::new(storage::get(DENSITY).as_deref() == Some("compact")),
        }
    }

    /// Remembers these columns for the next visit.
    pub fn save_columns(&self, columns: &[Column]) {
        storage::set(COLUMNS, &write_columns(columns));
    }

    /// Remembers the density.
    pub fn set_compact(&self, compact: bool) {
        storage::set(DENSITY, if compact { "compact" } else { "roomy" });
        self.compact.set(compact);
    }
}
