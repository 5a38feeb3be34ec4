//! Credit Desk: the browser portal in which reseller staff calculate, transfer, revert and allocate credits,
//! and read the log of all of it.
//!
//! The rooms, and who may know whom:
//! `pages -> movement, log, session, ui, units`; `movement, log -> client -> wire -> units`; `ui -> units`;
//! `client, config -> early`.

pub mod app;
pub mod browser;
pub mod client;
pub mod config;
pub mod log;
pub mod movement;
pub mod pages;
pub mod session;
pub mod ui;
pub mod units;
pub mod wallet;
pub mod wire;
