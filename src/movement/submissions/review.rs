//! What the user is asked to confirm, and why the confirmation may ask once more.

use crate::client::Failure;
use crate::movement::Movement;
use crate::movement::quote::{Caution, Drift, Quote};
use crate::movement::reconcile::duplicates::Duplicate;
use crate::movement::submissions::CurrentAccount;
use crate::units::IdempotencyKey;
use crate::units::clock::Departure;

/// What the user is asked to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The movement to confirm.
    pub movement: Movement,
    /// What it would do.
    pub quote: Quote,
    /// Why the confirmation asks once more.
    pub issues: Vec<ConfirmationIssue>,
    /// The number of the check in progress since the button was pressed.
    pub checking: Option<u32>,
    /// Whether the screen was left during that check.
    pub is_abandoned: bool,
    /// The account these amounts belong to; `None` if it wasn't known yet.
    pub account: Option<String>,
}

/// Why the confirmation asks once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmationIssue {
    /// The amounts have changed. Contains the quote that was shown.
    Changed(Box<Quote>),
    /// The amounts couldn't be loaded again.
    Unread(Failure),
    /// Very similar movements were made within the last ten minutes.
    Duplicate(Vec<Duplicate>),
    /// Another movement of this kind is unresolved, possibly in another tab.
    Taken,
    /// A newer version of the portal holds an unresolved movement.
    Newer,
    /// The journal couldn't be written, and why.
    Unwritten(String),
    /// Too much time passed between the check and sending: the computer slept, or the network is very slow.
    Expired,
}

/// The amounts and the log, loaded again after the confirm button was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The current quote.
    pub fresh: Result<Quote, Failure>,
    /// When the check began, by this page's clocks.
    pub begun: Option<Departure>,
    /// The newest log entry; see [`Submission::watermark`](crate::movement::submission::Submission::watermark).
    pub watermark: Option<String>,
    /// The entries that the log shows.
    pub known: Vec<String>,
    /// Why the log couldn't be read, if that matters.
    pub unread: Option<Failure>,
    /// Possible duplicates.
    pub duplicates: Vec<Duplicate>,
    /// A new idempotency key.
    pub key: IdempotencyKey,
    /// The request body.
    pub body: String,
    /// The account it is sent from, and the service it goes to.
    pub current_account: CurrentAccount,
    /// A fingerprint of that account's credential, if known.
    pub credential: Option<String>,
    /// For how many hours the service recognizes a repeated key; `None` if it doesn't.
    pub promised_hours: Option<u32>,
}

impl Review {
    /// Whether `check` gives a new reason to ask. If so, stores all its reasons and the new quote.
    pub(crate) fn has_new_issue(&mut self, check: &Check, taken: bool) -> bool {
        let mut issues = Vec::new();
        let has = |test: fn(&ConfirmationIssue) -> bool| self.issues.iter().any(test);
        let mut is_new = taken;
        if taken {
            issues.push(ConfirmationIssue::Taken);
        }
        match &check.fresh {
            Ok(fresh) => {
                let already_asked = has(|issue| matches!(issue, ConfirmationIssue::Changed(_)));
                is_new |= match self.quote.drift(fresh) {
                    Drift::None => false,
                    // During phone calls, balances change all the time: ask once, not every time.
                    Drift::Balances => !already_asked,
                    Drift::Rates => true,
                };
                // Reserved credits can rise while every balance stays the same, and an organization can be suspended.
                is_new |= fresh.shortage().is_some() || (warns(fresh) && !warns(&self.quote));
                if self.quote.drift(fresh) != Drift::None {
                    issues.push(ConfirmationIssue::Changed(Box::new(self.quote.clone())));
                }
            }
            Err(failure) => {
                is_new |= !has(|issue| matches!(issue, ConfirmationIssue::Unread(_)));
                issues.push(ConfirmationIssue::Unread(failure.clone()));
            }
        }
        if let (Ok(_), Some(failure)) = (&check.fresh, &check.unread) {
            is_new |= !has(|issue| matches!(issue, ConfirmationIssue::Unread(_)));
            issues.push(ConfirmationIssue::Unread(failure.clone()));
        }
        if !check.duplicates.is_empty() {
            let shown = self.issues.iter().find_map(|issue| match issue {
                ConfirmationIssue::Duplicate(duplicates) => Some(duplicates.len()),
                _ => None,
            });
            is_new |= shown.is_none_or(|shown| check.duplicates.len() > shown);
            issues.push(ConfirmationIssue::Duplicate(check.duplicates.clone()));
        }
        if is_new {
            self.issues = issues;
            // The receipt is compared with the quote that was shown, because only that was confirmed.
            if let Ok(fresh) = &check.fresh {
                // The check may not have reloaded the organization's status, so the warning stays.
                let keeps_warning = warns(&self.quote) && !warns(fresh);
                self.quote = fresh.clone();
                self.quote
                    .cautions
                    .extend(keeps_warning.then_some(Caution::Suspended));
            }
        }
        is_new
    }
}

/// Whether a quote warns that the organization is suspended.
fn warns(quote: &Quote) -> bool {
    quote.cautions.contains(&Caution::Suspended)
}
