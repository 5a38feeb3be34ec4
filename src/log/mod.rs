//! The credit log and the wallets' events: what to show of them, kept in the URL, and their pages.

pub mod columns;
mod days;
pub mod entry;
mod query;
mod reading;
mod wallet;
mod wallet_query;

pub use crate::client::{Act, Failure, Load, Progress, Remote, Telling};
pub use crate::wire::events::Event;
pub use crate::wire::logs::{Kind, Page, Party, Row};
pub use query::{LogQuery, PAGE_SIZES};
pub use reading::pages;
pub use wallet::WalletEvents;
pub use wallet_query::{EventType, Loaded, WalletQuery, type_label};
