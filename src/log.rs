//! The credit log: what part of it to show, as kept in the URL, and how it is loaded, filtered, sorted, summed, charted
//! and exported.

pub mod chart_data;
pub mod columns;
pub mod continuity;
pub mod date_range;
pub mod days;
pub mod dialect;
pub mod entry;
pub mod export;
pub mod filter;
pub mod full_range;
pub mod group;
pub mod page_collector;
pub mod page_reader;
pub mod presets;
pub mod query;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod samples;
pub mod sort;
pub mod zone;
