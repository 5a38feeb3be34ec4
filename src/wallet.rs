//! The history of a wallet: which events to show, kept in the URL, and how they are loaded.

pub mod events;
pub mod query;
