//! How the wire travels: one request path, headers, time limits, and the one place that decides what an
//! answer means.

mod base_address;
mod endpoints;
mod error_message;
mod failure;
mod gateway_session;
mod remote;
mod transport;

pub use base_address::is_same_base;
pub use error_message::{Act, Telling};
pub use failure::{Answer, Effect, Failure, Field, Why, read};
pub use gateway_session::is_leaving_pending;
pub use remote::{Load, Progress, Remote};
pub use transport::{Call, Client, address};
