//! The credit log: what to show of it, kept in the URL, and its pages.

mod query;

pub use crate::client::{Act, Failure, Load, Remote, Telling};
pub use crate::wire::logs::{Kind, Page, Party, Row};
pub use query::{LogQuery, PAGE_SIZES};
