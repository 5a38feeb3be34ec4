//! A screen a file. A screen arranges what others decide; no screen knows another.

pub mod activity;
pub mod allocate;
pub mod calculate;
pub mod log;
pub mod overview;
pub mod parts;
pub mod revert;
pub mod sign_in;
pub mod signed_out;
pub mod transfer;
pub mod wallet;
