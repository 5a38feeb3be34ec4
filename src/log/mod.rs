//! The credit log and the wallets' events: what to show of them, kept in the URL, and how they are read, filtered,
//! sorted, summed and written to a file.

pub mod chain;
pub mod columns;
mod days;
pub mod entry;
pub mod filter;
pub mod gather;
pub mod group;
mod query;
mod reading;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod samples;
pub mod sort;
mod wallet;
mod wallet_query;
pub mod whole;
