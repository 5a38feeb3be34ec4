//! The credit log: what to show of it, kept in the URL, and its pages.

pub mod chain;
pub mod columns;
pub mod entry;
pub mod gather;
mod query;
mod reading;
pub mod whole;
pub mod filter;
pub mod group;
mod query;
mod reading;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod samples;
pub mod sort;

pub use crate::client::{Act, Failure, Load, Progress, Remote, Telling};
pub use crate::wire::logs::{Kind, Page, Party, Row};
pub use query::{LogQuery, PAGE_SIZES};
pub use reading::pages;
