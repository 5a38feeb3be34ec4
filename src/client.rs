//! HTTP client of both services: one request path, headers, time limits, and the one place that decides what a response
//! means.

mod base_address;
mod endpoints;
mod error_message;
mod failure;
mod gateway_session;
mod remote;
mod transport;

pub use base_address::is_same_base;
pub use error_message::{ErrorMessage, Operation};
pub use failure::{Certainty, Failure, FailureKind, Field, RawResponse, read};
pub use gateway_session::is_leaving_pending;
pub use remote::{FetchState, Load, Remote};
pub use transport::{Call, Client, address};
