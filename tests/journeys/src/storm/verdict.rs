//! What the portal shows as the outcome of a movement.

/// A verdict on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Completed, by the service's response.
    Answered,
    /// Completed, by an entry of the log.
    Found,
    /// Completed, as a user decided.
    MarkedMade,
    /// Declined: nothing moved.
    Declined,
    /// Searched for, and not in the log.
    Absent,
    /// Not completed, as a user decided.
    MarkedNotMade,
}

impl Verdict {
    /// Returns the verdict for the state of this name, if it is settled. `is_found` says whether it is based on a log
    /// entry.
    pub fn of(state: &str, is_found: bool) -> Option<Self> {
        Some(match state {
            "done" if is_found => Self::Found,
            "done" => Self::Answered,
            "refused" => Self::Declined,
            "absent" => Self::Absent,
            "decided-made" => Self::MarkedMade,
            "decided-not" => Self::MarkedNotMade,
            _ => return None,
        })
    }

    /// Whether it says that the movement was completed.
    pub fn is_made(self) -> bool {
        matches!(self, Self::Answered | Self::Found | Self::MarkedMade)
    }
}
