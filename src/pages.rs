//! One file per screen, next to a folder with the parts that only that screen uses. [`movement`] holds what transfer,
//! revert and allocate share, [`shared`] holds what several screens share, and [`tools`] holds the secondary views that
//! load lazily. Screens don't use each other.

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
