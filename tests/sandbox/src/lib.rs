//! A full stand-in for both vendors' APIs on an embedded SQLite ledger. It shares no code with the
//! portal: two readings of one contract, held together by the same example bodies.
//!
//! - [`options`]: what can be chosen at start
//! - `server`: listening, connections, stopping
//! - `app`: the routes; `gate`: what every API request passes; `cors`; `vendor`: failures by vendor
//! - `reseller`, `layers`: the endpoints, a file each
//! - `keys`: the API keys that work; `log_view`: which log rows are shown, when and how
//! - `store`: the ledger file, double entry, idempotency keys; `seed`: its opening data
//! - `settings`: what can be changed while it runs
//! - `faults`, `misbehave`: faults on request; `recorder`: the requests seen; `rates`: limits
//! - `admin`: the routes under `/__sandbox/`; `static_files`: the built portal
//! - [`units`]: exact quantities; `clock`: moments as each vendor writes them

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
