//! The life of one movement: what is asked for, what it would do, the states it goes through, and who drives
//! it.
//!
//! Pure: [`plan`] (what is asked for), [`draft`], [`choice`] and [`chosen`] (the forms), [`quote`] and [`receipt`] (the figures
//! before and after), [`machine`] (the life of one submission), [`book`] (all of them), [`pace`] (when to go on),
//! [`reconcile`] and [`alike`] (what a backend's books say), [`entry`] and [`bundle`] (a submission as text).
//!
//! With a browser: [`desk`] holds the movements above the screens; `runner` carries out an attempt and
//! `follow` goes on to the end, with the [`journal`], the other [`tabs`], [`books`] to search and [`preview`] for figures; [`directory`] knows whom
//! credits can be moved to; `accounts` is whose keys there are, and [`engine`] what the sign-in needs of all that; [`flight`] is what a panic still knows; `going`
//! keeps the forms while somebody signs in at a gateway.

pub mod accounts;
pub mod alike;
pub mod book;
pub mod books;
pub mod bundle;
pub mod choice;
pub mod chosen;
pub mod desk;
pub mod directory;
pub mod draft;
pub mod engine;
pub mod entry;
pub mod flight;
mod follow;
mod going;
pub mod journal;
pub mod machine;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod model;
pub mod pace;
pub mod plan;
pub mod preview;
pub mod quote;
pub mod receipt;
pub mod reconcile;
pub mod roster;
mod runner;
pub mod search_context;
pub mod tabs;
mod waker;

pub use crate::client::{Act, Failure, Field, Load, Progress, Remote, Telling, Why};
pub use crate::config::Credentials;
