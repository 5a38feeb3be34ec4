//! What the browser offers, behind plain functions. Anything here may be missing or wrong; each function states what it does
//! then.

pub mod clock;
pub mod download;
pub mod intl;
pub mod location;
pub mod path;
pub mod prefetched;
pub mod router;
pub mod storage;
pub mod tabs;
