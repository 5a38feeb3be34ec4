//! Widgets that know no endpoint.

pub mod copy;
pub mod download;
pub mod field;
pub mod figure;
pub mod heading;
pub mod intl;
pub mod moment;
pub mod notice;
pub mod pager;
pub mod plot;
pub mod storage;
pub mod window;
