//! The life of one movement: what is asked for, what it would do, the states it goes through, and who drives
//! it.
//!
//! [`plan`], [`draft`], [`choice`], [`quote`], [`receipt`] and [`machine`] are pure. [`desk`] holds the movements
//! above the router and sends them; [`directory`] knows whom credits can be moved to.

pub mod choice;
pub mod desk;
pub mod directory;
pub mod draft;
pub mod machine;
pub mod plan;
pub mod preview;
pub mod quote;
pub mod receipt;

pub use crate::client::{Act, Failure, Field, Load, Progress, Remote, Telling, Why};
