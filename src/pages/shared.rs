//! Parts used by several screens.

pub mod date_range;
pub mod error_message;
pub mod log_cell;
pub mod log_progress;
pub mod log_rows;
pub mod log_source;
pub mod plots;
pub mod regional;
pub mod settled;
pub mod shortcuts;
pub mod today;
pub mod unresolved;
pub mod zone_switch;
