//! Benchmarks: how long the built portal takes in a real Chromium, and how that grows with what it holds.
//!
//! They print figures and judge none: no test depends on how fast a machine is. Times are taken by the page itself, from the
//! act to the frame in which its outcome is painted, so they hold two frames at least.
//!
//! | room | job |
//! |---|---|
//! | [`log`] | the credit log with many rows |
//! | [`load`], `load.js` | opening the portal, beside a page that shows the same log and was written by hand |
//! | `visit` | what is done with either |
//! | `plain` | that page |
//! | `ledger` | ledgers with many rows, made once and kept |
//! | `probe`, `page.js` | the page's side: what is done there, and the clock |
//! | `samples`, `report`, `versus` | what repeated measurements come to, and how they are printed |

mod ledger;
pub mod load;
pub mod log;
mod plain;
mod probe;
mod report;
mod samples;
mod versus;
mod visit;

pub use self::{report::Report, versus::Versus};
