//! The credit log: what to show of it, kept in the URL, and its pages.

pub mod columns;
pub mod entry;
pub mod export;
pub mod plot;
pub mod presets;
mod query;
mod reading;

pub use crate::client::{Act, Failure, Load, Progress, Remote, Telling};
pub use crate::wire::logs::{Kind, Page, Party, Row};
pub use query::{LogQuery, PAGE_SIZES};
pub use reading::pages;
