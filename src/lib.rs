//! Credit Desk.
