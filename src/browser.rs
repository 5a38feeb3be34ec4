//! What the browser offers, behind plain functions. Any browser feature may be missing or wrong; each function says
//! what it does in that case.

pub mod clipboard;
pub mod clock;
pub mod download;
pub mod focus;
pub mod intl;
pub mod location;
pub mod path;
pub mod prefetched;
pub mod router;
pub mod storage;
pub mod tabs;
