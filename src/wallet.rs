//! Wallet history: which events to show, as kept in the URL, and how they are loaded.

pub mod events;
pub mod query;
