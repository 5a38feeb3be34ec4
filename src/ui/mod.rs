//! Widgets that know no endpoint.

pub mod choice;
pub mod copy;
pub mod download;
pub mod field;
pub mod figure;
pub mod heading;
pub mod intl;
pub mod link;
pub mod moment;
pub mod notice;
pub mod pager;
pub mod painted;
pub mod place;
pub mod plot;
pub mod room;
pub mod sort_head;
pub mod window;
