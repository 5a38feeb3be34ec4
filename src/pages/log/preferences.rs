//! How somebody likes the log: columns and density, remembered in this browser. Nothing about money or keys.

use crate::browser::storage::{keep, kept};
use crate::log::columns::Column;
use crate::log::query::{read_columns, write_columns};
use leptos::prelude::*;

/// Where it is kept.
const COLUMNS: &str = "credit-desk.log.columns";
const DENSITY: &str = "credit-desk.log.density";

/// What is remembered. A browser that keeps nothing forgets it with the page.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// The columns, in their order, as they were remembered when the screen was opened.
    pub columns: StoredValue<Vec<Column>>,
    /// Whether rows stand close.
    pub compact: RwSignal<bool>,
}

impl Preferences {
    /// As remembered.
    pub fn remembered() -> Self {
        let columns = kept(COLUMNS).and_then(|text| read_columns(&text));
        Self {
            columns: StoredValue::new(columns.unwrap_or_else(|| Column::SHOWN.to_vec())),
            compact: RwSignal::new(kept(DENSITY).as_deref() == Some("compact")),
        }
    }

    /// Remembers these columns for the next time.
    pub fn choose(&self, columns: &[Column]) {
        keep(COLUMNS, &write_columns(columns));
    }

    /// Remembers the density.
    pub fn set_compact(&self, compact: bool) {
        keep(DENSITY, if compact { "compact" } else { "roomy" });
        self.compact.set(compact);
    }
}
