//! The entries of the log that a screen shows.

use crate::log::continuity::RowContinuity;
use crate::log::entry::LogEntry;
use std::sync::Arc;

/// Rows in display order.
#[derive(Clone, Default)]
pub struct Rows {
    /// All loaded entries.
    pub entries: Arc<Vec<LogEntry>>,
    /// The indices into `entries` of the rows to show.
    pub order: Arc<Vec<u32>>,
    /// Whether each entry's balances follow from the previous entry, by index into `entries`; empty if that wasn't
    /// checked.
    pub continuity: Arc<Vec<RowContinuity>>,
}

impl PartialEq for Rows {
    /// Compares by identity: there may be a hundred thousand rows.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries)
            && Arc::ptr_eq(&self.order, &other.order)
            && Arc::ptr_eq(&self.continuity, &other.continuity)
    }
}

impl Rows {
    /// Returns the entry at the position `place` in display order, and its continuity with the previous entry.
    pub fn get(&self, place: usize) -> Option<(&LogEntry, Option<&RowContinuity>)> {
        let row = *self.order.get(place)? as usize;
        Some((self.entries.get(row)?, self.continuity.get(row)))
    }
}
