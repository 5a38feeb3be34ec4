//! A movement in words.

use crate::movement::plan::{Kind, Movement};
use crate::ui::intl;

/// `20 minutes to Beta Co`, behind any form of the verb.
fn object(movement: &Movement) -> String {
    let count = |count: i128, one: &str, many: &str| {
        format!(
            "{} {}",
            intl::number(&count.to_string()),
            if count == 1 { one } else { many }
        )
    };
    match movement {
        Movement::Transfer { name, minutes, .. } => {
            format!("{} to {name}", count(minutes.get(), "minute", "minutes"))
        }
        Movement::Revert { name, minutes, .. } => {
            format!("{} from {name}", count(minutes.get(), "minute", "minutes"))
        }
        Movement::Allocate { name, credits, .. } => {
            format!("{} to {name}", count(credits.get(), "credit", "credits"))
        }
    }
}

/// What the confirming button says: `Transfer 20 minutes to Beta Co`.
pub fn act(movement: &Movement) -> String {
    let verb = match movement.kind() {
        Kind::Transfer => "Transfer",
        Kind::Revert => "Revert",
        Kind::Allocate => "Allocate",
    };
    format!("{verb} {}", object(movement))
}

/// What the receipt says: `Transferred 20 minutes to Beta Co`.
pub fn acted(movement: &Movement) -> String {
    let verb = match movement.kind() {
        Kind::Transfer => "Transferred",
        Kind::Revert => "Reverted",
        Kind::Allocate => "Allocated",
    };
    format!("{verb} {}", object(movement))
}

/// What one's own balance is called in a movement of `kind`.
pub fn own_balance(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer | Kind::Revert => "Your balance",
        Kind::Allocate => "Your prepaid credits",
    }
}

/// The path of the screen of `kind`.
pub fn screen(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer => "/transfer",
        Kind::Revert => "/revert",
        Kind::Allocate => "/allocate",
    }
}
