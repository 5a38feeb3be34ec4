//! Pure: the drafts of the forms, and which client or organization the typed text refers to.

pub mod choice;
pub mod draft;
pub mod party;
