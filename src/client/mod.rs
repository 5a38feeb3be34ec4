//! How the wire travels: one request path, headers, time limits, and the one place that decides what an
//! answer means.

mod base_address;
mod endpoints;
mod failure;
mod gateway_session;
mod remote;
mod telling;
mod transport;

pub use base_address::is_same_base;
pub use failure::{Answer, Effect, Failure, Field, Why, read};
pub use gateway_session::is_leaving_pending;
pub use remote::{Load, Progress, Remote};
pub use telling::{Act, Telling};
pub use transport::{Call, Client, address};
