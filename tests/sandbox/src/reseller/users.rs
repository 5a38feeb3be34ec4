//! The users of a reseller's keys, as shown in the log.

use serde::Serialize;

/// The user who performed a movement.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The id, which is stored in the log row.
    pub id: i64,
    name: &'static str,
    email: &'static str,
}

/// The user of the main key.
pub const ADMIN: &User = &User {
    id: 1000,
    name: "Demo Reseller Admin",
    email: "admin@example.com",
};

/// The user of the second key of the same account.
pub const COLLEAGUE: &User = &User {
    id: 1001,
    name: "Casey Colleague",
    email: "casey@example.com",
};

/// Returns the user with this id.
pub fn user(id: i64) -> &'static User {
    if id == COLLEAGUE.id { COLLEAGUE } else { ADMIN }
}
