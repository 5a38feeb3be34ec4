//! Credit Desk: the browser portal in which reseller staff calculate, transfer, revert and allocate credits, and read
//! the credit log.
//!
//! # Modules
//!
//! Each module may use the ones after it, which `xtask/tests/portal/layout.rs` checks: `app`, `pages`, then `movement`, `log`
//! and `wallet`, then `client`, `session`, `config`, then `wire` and `browser`, then `units`. `pages` and `app` also
//! use `ui`, which uses `browser` and `units`. A file whose first line says "Pure" uses neither the framework nor the
//! browser, and is tested natively.
//!
//! - [`routes`]: every screen once: path, label, shortcut, required key, lazy part
//! - [`app`]: the frame: navigation, idle lock, new versions, panic page, lazy parts
//! - [`pages`]: one file per screen, and the parts that screens share
//! - [`movement`]: transfers, reverts and allocations, from the form to the settled submission
//! - [`log`]: the credit log: loading, filters, sorting, totals, charts, export
//! - [`wallet`]: the history of a wallet
//! - [`client`]: the single path of all requests to the services, endpoints, failures and their messages
//! - [`session`]: API keys, in memory only
//! - [`config`]: parses, validates and documents `config.json`
//! - [`wire`]: the JSON of both APIs
//! - [`ui`]: widgets that don't depend on the APIs
//! - [`browser`]: the router, storage, `Intl`, clocks, focus, tabs, downloads
//! - [`units`]: exact amounts, ids, names, days, times
//!
//! # The life of a movement
//!
//! ```text
//!  form ──▶ live preview ──▶ review ──▶ confirm
//!  movement::form  movement::quote   movement::submissions
//!                                          │  balances and the newest log entries are loaded once more;
//!                                          │  changed amounts or a likely duplicate need another confirmation
//!                                          ▼
//!                           journal: the submission is saved before its first byte is sent
//!                                          │  movement::journal
//!                                          ▼
//!                           sending: movement::desk, one Idempotency-Key for all attempts
//!               ┌──────────────────────────┼─────────────────────────┐
//!               ▼                          ▼                         ▼
//!        completed: receipt        status unknown             declined: checked against
//!               ▲                          │                    the log if it could be wrong
//!               │            replay with the same key, or
//!               └──────────  search of the log: movement::reconcile ──▶ not completed, or a user decides
//! ```
//!
//! # Rules that hold everywhere
//!
//! - Nothing is sent before it is in the journal, unless the user has accepted that there is no journal.
//! - A submission keeps its Idempotency-Key and the exact bytes of its body through all attempts.
//! - "Not completed" is shown only when it can be proven; otherwise the status is unknown.
//! - Amounts are decimals or integers, never floating point. A value that can't be exact is marked as such.
//! - Keys are kept in memory only: not in storage, URLs, logs or error messages.
//! - Any browser feature may be missing or wrong. That must never cause a panic or block an explicit user action.

pub mod app;
pub mod browser;
pub mod client;
pub mod config;
pub mod log;
pub mod movement;
pub mod pages;
pub mod routes;
pub mod session;
pub mod ui;
pub mod units;
pub mod wallet;
pub mod wire;
