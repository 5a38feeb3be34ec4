//! What the browser offers, behind plain functions. Anything here may be missing or wrong; each function says what it
//! does then.

pub mod clock;
pub mod path;
pub mod storage;
