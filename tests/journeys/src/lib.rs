//! Test harness for the portal: drives the built portal in a real browser against a private sandbox service.
//!
//! `CREDIT_DESK_ENGINE` selects the browser engine: `chromium` (the default), `firefox` or `webkit`.
//!
//! A journey is an ordinary test. Everything it needs is started before it runs and stopped afterward, even if it
//! fails:
//!
//! ```no_run
//! use credit_desk_journeys::journey;
//!
//! #[test]
//! fn a_wrong_key_is_declined() {
//!     journey(async |desk| {
//!         desk.goto("/").await?;
//!         desk.field("Reseller API key").fill("not-the-key").await?;
//!         desk.button("Sign in").click().await?;
//!         desk.role("alert").shows("Invalid API key").await
//!     });
//! }
//! ```
//!
//! - [`journey`] and [`Setup`] run a journey. A failure leaves a screenshot, the page and the console under
//!   `target/journeys/<engine>/`.
//! - [`Desk`] is the user at the browser: navigation, key presses and the conditions the user works under.
//! - [`Find`] locates elements on the page. It waits, so tests never sleep.
//! - [`Sandbox`] is the service: its ledger, settings and injectable faults. It can be killed and restarted.
//! - [`NginxHost`] is a real nginx that serves the portal instead of the sandbox, with the rules that the project
//!   ships, as a plain host or a gateway.
//! - [`Vendor`] is a service behind such a gateway that returns whatever response a journey defines.
//! - [`fake_host`] serves the portal from this process: under a path, or as a gateway whose behavior a journey changes.
//! - [`storm`] runs many movements at once, generated from a seed, while everything around them fails.
//! - [`bench`] measures how long things take. It never fails on a result.
//!
//! `cargo xtask test --only journeys` builds everything the journeys need. Run directly
//! (`cargo test -p credit-desk-journeys`), they use dist/ and the sandbox from the last build.

pub mod bench;
mod browser;
mod conditions;
mod config;
mod console;
mod desk;
mod engine;
mod evidence;
pub mod fake_host;
mod files;
mod find;
mod journey;
mod launch;
mod network;
mod nginx_host;
mod process;
mod sandbox;
mod slot;
pub mod storm;
mod sync;
mod tree;
mod vendor;

pub use thirtyfour::Key;

pub use self::{
    conditions::PageScript,
    console::ConsoleEntry,
    desk::Desk,
    engine::{Engine, runs_in},
    find::Find,
    journey::{Setup, journey},
    nginx_host::{COLLEAGUE, HostKind, KEYS, NginxHost, STAFF},
    process::dist,
    sandbox::Sandbox,
    vendor::Vendor,
};
