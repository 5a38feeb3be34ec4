//! The harness of the journeys: a real browser on the built portal, served by a sandbox of its own.
//!
//! `CREDIT_DESK_ENGINE` chooses the browser engine: `chromium` (as long as it is unset), `firefox` or `webkit`.
//!
//! A journey is an ordinary test. Everything it needs is started before it and stopped after it, however it ends:
//!
//! ```no_run
//! use credit_desk_journeys::journey;
//!
//! #[test]
//! fn a_wrong_key_is_refused() {
//!     journey(async |desk| {
//!         desk.goto("/").await?;
//!         desk.field("Reseller key").fill("not-the-key").await?;
//!         desk.button("Sign in").click().await?;
//!         desk.role("alert").shows("refused").await
//!     });
//! }
//! ```
//!
//! - [`journey`] and [`Setup`] run it; a failure leaves a screenshot, the page and the console under
//!   `target/journeys/<engine>/`.
//! - [`Desk`] is the person at the browser: where they go, what they press, the conditions they work under.
//! - [`Find`] is what they look for on the page. It waits; a test never sleeps.
//! - [`Sandbox`] is the backend: its ledger, its settings, and the faults it can be told to make. It can be killed and restarted.
//! - [`Host`] is a real nginx in the sandbox's stead, with the rules that the project ships: a plain host, or a gateway.
//! - [`Vendor`] is a backend behind such a gateway that says whatever a journey wants it to say.
//! - [`place`] is where the portal's files lie, where it is not the sandbox: below a path, or behind a gateway.
//! - [`storm`] is many movements at once, drawn from a seed, while everything fails around them.
//! - [`bench`] measures how long things take, and judges nothing.
//!
//! `cargo xtask test --only journeys` builds all that they need. On their own (`cargo test -p credit-desk-journeys`) they take
//! dist/ and the sandbox as they were built last.

pub mod bench;
mod browser;
mod conditions;
mod config;
mod console;
mod desk;
mod engine;
mod evidence;
mod find;
mod host;
mod journey;
mod launch;
mod network;
pub mod place;
mod process;
mod sandbox;
mod slot;
pub mod storm;
mod tree;
mod vendor;

pub use thirtyfour::Key;

pub use self::{
    conditions::PageScript,
    console::Entry,
    desk::Desk,
    engine::{Engine, runs_in},
    find::Find,
    host::{COLLEAGUE, Host, KEYS, Kind, STAFF},
    journey::{Setup, journey},
    process::dist,
    sandbox::Sandbox,
    vendor::Vendor,
};
