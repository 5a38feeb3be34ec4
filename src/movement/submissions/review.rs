//! What a person is asked to confirm, and what makes the confirming step ask once more.

use crate::client::Failure;
use crate::movement::Movement;
use crate::movement::quote::{Caution, Drift, Quote};
use crate::movement::reconcile::duplicates::Duplicate;
use crate::movement::submissions::Home;
use crate::units::IdempotencyKey;
use crate::units::clock::Departure;

/// What a person is asked to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What is asked for.
    pub movement: Movement,
    /// What it would do.
    pub quote: Quote,
    /// What made the confirming step ask once more.
    pub issues: Vec<ConfirmationIssue>,
    /// The check under way since the button was pressed, by its number.
    pub checking: Option<u32>,
    /// Whether its screen was left during that check.
    pub left: bool,
    /// Whose figures these are; `None` where nobody knew yet.
    pub account: Option<String>,
}

/// Why the confirming step asks once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmationIssue {
    /// The figures are no longer those that were shown; these were.
    Changed(Box<Quote>),
    /// The figures could not be read again.
    Unread(Failure),
    /// Something much like it was made a moment ago.
    Duplicate(Vec<Duplicate>),
    /// Another movement of this kind is unresolved, in another tab perhaps.
    Taken,
    /// A later version of the portal holds a movement that is unresolved.
    Newer,
    /// The journal could not be written: why.
    Unwritten(String),
    /// Too much time passed between the check and the moment of sending: the computer slept, or the network is very slow.
    Expired,
}

/// The figures and the books, read anew after the confirming button was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The quote as it is now.
    pub fresh: Result<Quote, Failure>,
    /// When the reading began, by this page's clocks.
    pub begun: Option<Departure>,
    /// The newest entry of the log; see [`Submission::watermark`](crate::movement::submission::Submission::mark).
    pub watermark: Option<String>,
    /// The entries that the log shows.
    pub known: Vec<String>,
    /// Why the books could not be read, where that matters.
    pub unread: Option<Failure>,
    /// What looks like it.
    pub alikes: Vec<Duplicate>,
    /// A fresh key.
    pub key: IdempotencyKey,
    /// The movement's bytes.
    pub body: String,
    /// Whose key it leaves with, and where it goes.
    pub home: Home,
    /// A fingerprint of that key, where it is known.
    pub credential: Option<String>,
    /// For how many hours the service recognizes a repeated key; `None` where it does not.
    pub promised_hours: Option<u32>,
}

impl Review {
    /// Whether `check` gives reason to ask (once more); if so, puts the reasons down.
    pub(crate) fn has_new_issue(&mut self, check: &Check, taken: bool) -> bool {
        let mut issues = Vec::new();
        let has = |test: fn(&ConfirmationIssue) -> bool| self.issues.iter().any(test);
        let mut news = taken;
        if taken {
            issues.push(ConfirmationIssue::Taken);
        }
        match &check.fresh {
            Ok(fresh) => {
                let asked = has(|ask| matches!(ask, ConfirmationIssue::Changed(_)));
                news |= match self.quote.drift(fresh) {
                    Drift::None => false,
                    // Where calls are running, balances move all the time: that is asked once, not for ever.
                    Drift::Balances => !asked,
                    Drift::Rates => true,
                };
                // Reserved credits can rise while every balance stays the same, and an organization can be suspended.
                news |= fresh.shortage().is_some() || (warns(fresh) && !warns(&self.quote));
                if self.quote.drift(fresh) != Drift::None {
                    issues.push(ConfirmationIssue::Changed(Box::new(self.quote.clone())));
                }
            }
            Err(failure) => {
                news |= !has(|ask| matches!(ask, ConfirmationIssue::Unread(_)));
                issues.push(ConfirmationIssue::Unread(failure.clone()));
            }
        }
        if let (Ok(_), Some(failure)) = (&check.fresh, &check.unread) {
            news |= !has(|ask| matches!(ask, ConfirmationIssue::Unread(_)));
            issues.push(ConfirmationIssue::Unread(failure.clone()));
        }
        if !check.alikes.is_empty() {
            let asked = self.issues.iter().find_map(|ask| match ask {
                ConfirmationIssue::Duplicate(alikes) => Some(alikes.len()),
                _ => None,
            });
            news |= asked.is_none_or(|asked| check.alikes.len() > asked);
            issues.push(ConfirmationIssue::Duplicate(check.alikes.clone()));
        }
        if news {
            self.issues = issues;
            // What was not shown is not what was confirmed: the receipt is held against what was seen.
            if let Ok(fresh) = &check.fresh {
                // The check may not have read the organization's status again, so the warning stays.
                let warned = warns(&self.quote) && !warns(fresh);
                self.quote = fresh.clone();
                self.quote
                    .cautions
                    .extend(warned.then_some(Caution::Suspended));
            }
        }
        news
    }
}

/// Whether a quote warns that the organization is suspended.
fn warns(quote: &Quote) -> bool {
    quote.cautions.contains(&Caution::Suspended)
}
