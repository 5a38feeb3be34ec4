//! What the transfer, revert and allocate screens share.

pub mod child_field;
pub mod client_and_minutes;
pub mod extra_entries;
pub mod form;
pub mod live_preview;
pub mod metadata;
pub mod minutes;
pub mod pending;
pub mod preview_panel;
pub mod quote;
pub mod receipt;
pub mod review;
pub mod stages;
pub mod words;
