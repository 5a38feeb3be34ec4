//! The credit log and the wallets' events: what to show of them, kept in the URL, and how they are read, filtered,
//! sorted, summed, drawn and written to a file.

pub mod chain;
pub mod columns;
mod days;
pub mod dialect;
pub mod entry;
pub mod export;
pub mod filter;
pub mod gather;
pub mod group;
pub mod plot;
pub mod presets;
mod query;
mod range;
mod reading;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod samples;
pub mod sort;
mod wallet;
mod wallet_query;
pub mod whole;
pub mod zone;

pub use crate::client::{Act, Failure, Load, Progress, Remote, Telling};
pub use crate::wire::events::Event;
pub use crate::wire::logs::{Kind, Page, Party, Row};
pub use query::{LogQuery, PAGE_SIZES, read_columns, write_columns};
pub use range::Range;
pub use reading::pages;
pub use wallet::WalletEvents;
pub use wallet_query::{EventType, Loaded, WalletQuery, type_label};
