//! What several screens share.

pub mod child;
pub mod days;
pub mod event_table;
pub mod excess;
pub mod form;
pub mod live;
pub mod log_table;
pub mod metadata;
pub mod minutes;
pub mod pending;
pub mod quote;
pub mod receipt;
pub mod review;
pub mod stages;
pub mod telling;
pub mod unresolved;
pub mod words;
