//! Widgets that know no endpoint.

pub mod choice;
pub mod copy;
pub mod field;
pub mod figure;
pub mod heading;
pub mod lazy;
pub mod link;
pub mod moment;
pub mod notice;
pub mod pager;
pub mod plot;
pub mod row_pool;
pub mod sort_head;
pub mod virtual_rows;
