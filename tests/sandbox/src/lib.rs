//! Simulates both vendors' APIs on an embedded SQLite ledger. It shares no code with the portal: the contract is
//! implemented twice, and the same example bodies keep the two implementations consistent.
//!
//! - [`options`]: the command-line options
//! - `server`: listening, connections, shutdown
//! - `app`: the routes; `gate`: the checks that every API request passes; `cors`; `vendor`: each vendor's failures
//! - `reseller`, `layers`: the endpoints, one file each
//! - `keys`: the valid API keys; `log_view`: which log rows are shown, when and how
//! - `store`: the ledger file, double entry, idempotency keys; `seed`: its opening data
//! - `settings`: options that can be changed at run time
//! - `faults`, `misbehave`: faults on request; `recorder`: received requests; `rates`: rate limits
//! - `admin`: the routes under `/__sandbox/`; `static_files`: the built portal
//! - [`units`]: exact quantities; `clock`: timestamps in each vendor's format

mod admin;
mod app;
mod clock;
mod cors;
mod faults;
mod gate;
mod keys;
mod layers;
mod log_view;
mod misbehave;
pub mod options;
mod rates;
mod recorder;
mod reseller;
mod seed;
mod server;
mod settings;
mod state;
mod static_files;
mod store;
pub mod units;
mod vendor;

pub use options::Options;
pub use server::{Sandbox, StartError};
