//! Pure: the drafts of the forms, and which client or organization a typed text means.

pub mod choice;
pub mod draft;
pub mod party;
