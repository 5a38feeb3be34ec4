//! How the wire travels: one request path, headers, time limits, and the one place that decides what an
//! answer means.

mod clock;
mod endpoints;
mod failure;
mod remote;
mod telling;
mod transport;

pub use clock::{now, sleep};
pub use failure::{Answer, Effect, Failure, Field, Why, read};
pub use remote::{Load, Progress, Remote};
pub use telling::{Act, Telling};
pub use transport::{Call, Client, address};
