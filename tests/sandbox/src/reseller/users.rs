//! The people whose keys move a reseller's credits, as the log names them.

use serde::Serialize;

/// Who performed a movement.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The id, which the log row keeps.
    pub id: i64,
    name: &'static str,
    email: &'static str,
}

/// Who holds the main key.
pub const ADMIN: &User = &User {
    id: 1000,
    name: "Demo Reseller Admin",
    email: "admin@example.com",
};

/// Who holds the second key of the same account.
pub const COLLEAGUE: &User = &User {
    id: 1001,
    name: "Casey Colleague",
    email: "casey@example.com",
};

/// The user of an id.
pub fn user(id: i64) -> &'static User {
    if id == COLLEAGUE.id { COLLEAGUE } else { ADMIN }
}
