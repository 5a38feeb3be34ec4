//! Benchmarks: how long the built portal takes in a real Chromium, and how that scales with the amount of data.
//!
//! They print measurements and never fail on them: no test depends on how fast a machine is. The page itself measures
//! the time from an action to the frame in which its outcome is painted, so each time includes at least two frames.
//!
//! | module | purpose |
//! |---|---|
//! | [`log`] | the credit log with many rows |
//! | [`load`], `load.js` | opening the portal, compared with a hand-written page that shows the same log |
//! | `visit` | the steps measured on each page |
//! | `plain` | the hand-written page |
//! | `ledger` | ledgers with many rows, generated once and kept |
//! | `probe`, `page.js` | running steps in the page, and timing them |
//! | `samples`, `report`, `versus` | statistics of repeated measurements, and how they are printed |

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
