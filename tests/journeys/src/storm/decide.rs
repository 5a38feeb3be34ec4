//! What a user answers when the portal can't tell. Pure.

use super::{screen::Screen, verdict::Verdict};

/// A decision: which button to press, and what that means for the submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The part of the page that contains the button.
    pub scope: String,
    /// The button's text.
    pub button: &'static str,
    /// The verdict it gives. `None` if it only marks an entry as a colleague's.
    pub verdict: Option<Verdict>,
    /// The id of the entry it is about, if any.
    pub entry: Option<String>,
}

/// Support's answer about a submission.
#[derive(Clone, Copy, Debug, Default)]
pub struct SupportAnswer<'a> {
    /// Whether it was completed.
    pub completed: bool,
    /// The id of its entry in the log.
    pub entry: Option<&'a str>,
}

const THIS_ONE: &str = "This one";
/// Marks an entry as a colleague's.
pub const COLLEAGUES: &str = "This is a colleague's";

/// Returns what the user presses, given support's answer. A user who decides wrongly says the opposite.
pub fn decide(
    answer: SupportAnswer<'_>,
    wrongly: bool,
    checks_entries: bool,
    screen: &Screen,
) -> Decision {
    let own = answer
        .entry
        .and_then(|id| position_of(id, &screen.candidates));
    let on_candidate = |index: usize, button, verdict| Decision {
        scope: format!(".unknown .candidates > li:nth-child({})", index + 1),
        button,
        verdict,
        entry: id_of(&screen.candidates[index]).map(str::to_owned),
    };
    let without_entry = |button, verdict| Decision {
        scope: ".unknown".to_owned(),
        button,
        verdict: Some(verdict),
        entry: None,
    };
    let can = |button: &str| screen.offers(button);
    if answer.completed != wrongly {
        return match own {
            Some(index) if can(THIS_ONE) => {
                on_candidate(index, THIS_ONE, Some(Verdict::MarkedMade))
            }
            None if wrongly && !screen.candidates.is_empty() && can(THIS_ONE) => {
                on_candidate(0, THIS_ONE, Some(Verdict::MarkedMade))
            }
            _ => without_entry("Mark as completed", Verdict::MarkedMade),
        };
    }
    // Only a listed entry can be marked as a colleague's.
    match own.or((!screen.candidates.is_empty()).then_some(0)) {
        Some(index) if checks_entries && can(COLLEAGUES) => on_candidate(index, COLLEAGUES, None),
        _ => without_entry("Mark as not completed", Verdict::MarkedNotMade),
    }
}

/// Returns the position of the candidate with this id.
fn position_of(id: &str, candidates: &[String]) -> Option<usize> {
    candidates.iter().position(|text| id_of(text) == Some(id))
}

/// Returns the id of a candidate: the second word of `Entry 17, today`.
fn id_of(candidate: &str) -> Option<&str> {
    let mut words = candidate.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(candidates: &[&str]) -> Screen {
        Screen {
            candidates: candidates.iter().map(|&text| text.to_owned()).collect(),
            buttons: [
                "Mark as completed",
                "Mark as not completed",
                THIS_ONE,
                COLLEAGUES,
            ]
            .map(str::to_owned)
            .to_vec(),
            ..Screen::default()
        }
    }

    const COMPLETED: SupportAnswer<'_> = SupportAnswer {
        completed: true,
        entry: Some("7"),
    };

    #[test]
    fn the_own_entry_is_chosen() {
        let screen = screen(&["Entry 17, today", "Entry 7, today"]);
        let decision = decide(COMPLETED, false, false, &screen);
        assert_eq!(decision.scope, ".unknown .candidates > li:nth-child(2)");
        assert_eq!(decision.button, THIS_ONE);
        assert_eq!(decision.entry.as_deref(), Some("7"));
    }

    #[test]
    fn without_candidates_the_decision_names_no_entry() {
        let decided = |answer, wrongly| decide(answer, wrongly, true, &screen(&[])).button;
        assert_eq!(decided(COMPLETED, false), "Mark as completed");
        assert_eq!(decided(COMPLETED, true), "Mark as not completed");
        assert_eq!(
            decided(SupportAnswer::default(), false),
            "Mark as not completed"
        );
        assert_eq!(decided(SupportAnswer::default(), true), "Mark as completed");
    }

    #[test]
    fn a_colleagues_entry_is_marked_or_mistaken_for_the_own_one() {
        let screen = screen(&["Entry 17, today"]);
        let decided = |wrongly| decide(SupportAnswer::default(), wrongly, true, &screen).button;
        assert_eq!(decided(false), COLLEAGUES);
        assert_eq!(decided(true), THIS_ONE);
    }
}
