//! What the portal shows as the end of a movement.

/// A verdict on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Completed, by the service's answer.
    Answered,
    /// Completed, by an entry of the log.
    Found,
    /// Completed, as a person decided.
    MarkedMade,
    /// Declined: nothing moved.
    Declined,
    /// Looked for, and not there.
    Absent,
    /// Not completed, as a person decided.
    MarkedNotMade,
}

impl Verdict {
    /// From a state's name, and whether it rests on an entry.
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

    /// Whether it says that the movement was made.
    pub fn is_made(self) -> bool {
        matches!(self, Self::Answered | Self::Found | Self::MarkedMade)
    }
}
