//! One file per screen, beside a folder with the parts that only it uses. [`movement`] is what transfer, revert and allocate
//! share, and [`shared`] what several other screens use. Screens don't use each other.

pub mod activity;
pub mod allocate;
pub mod calculate;
pub mod log;
pub mod movement;
pub mod overview;
pub mod revert;
pub mod shared;
pub mod sign_in;
pub mod signed_out;
pub mod tools;
pub mod transfer;
pub mod wallet;
