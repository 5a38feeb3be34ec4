//! What a person says where the portal cannot tell. Pure.

use super::{screen::Screen, verdict::Verdict};

/// A decision: the button, and what it makes of the submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The part of the page in which the button is.
    pub scope: String,
    /// What it says.
    pub button: &'static str,
    /// The verdict it gives; none where an entry is only called a colleague's.
    pub verdict: Option<Verdict>,
    /// The id of the entry that it is about, if any.
    pub entry: Option<String>,
}

/// What a person knows about a submission, by telephone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Truth<'a> {
    /// Whether it was made.
    pub made: bool,
    /// The id of its entry in the log.
    pub entry: Option<&'a str>,
}

const IT_IS: &str = "This is it";
/// What calls an entry somebody else's.
pub const COLLEAGUES: &str = "This is a colleague's";

/// What the person presses, given what is true. Somebody who decides wrongly says the opposite.
pub fn decide(truth: Truth<'_>, wrongly: bool, checks_entries: bool, screen: &Screen) -> Decision {
    let own = truth.entry.and_then(|id| place_of(id, &screen.candidates));
    let at = |place: usize, button, verdict| Decision {
        scope: format!(".unknown .candidates > li:nth-child({})", place + 1),
        button,
        verdict,
        entry: id_of(&screen.candidates[place]).map(str::to_owned),
    };
    let plainly = |button, verdict| Decision {
        scope: ".unknown".to_owned(),
        button,
        verdict: Some(verdict),
        entry: None,
    };
    let can = |button: &str| screen.offers(button);
    if truth.made != wrongly {
        return match own {
            Some(place) if can(IT_IS) => at(place, IT_IS, Some(Verdict::MarkedMade)),
            None if wrongly && !screen.candidates.is_empty() && can(IT_IS) => {
                at(0, IT_IS, Some(Verdict::MarkedMade))
            }
            _ => plainly("It was made", Verdict::MarkedMade),
        };
    }
    // Only an entry that is there can be called a colleague's.
    match own.or((!screen.candidates.is_empty()).then_some(0)) {
        Some(place) if checks_entries && can(COLLEAGUES) => at(place, COLLEAGUES, None),
        _ => plainly("It was not made", Verdict::MarkedNotMade),
    }
}

/// The candidate that names this id.
fn place_of(id: &str, candidates: &[String]) -> Option<usize> {
    candidates.iter().position(|text| id_of(text) == Some(id))
}

/// The id that a candidate names, after the word for what it is.
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
            buttons: ["It was made", "It was not made", IT_IS, COLLEAGUES]
                .map(str::to_owned)
                .to_vec(),
            ..Screen::default()
        }
    }

    const MADE: Truth<'_> = Truth {
        made: true,
        entry: Some("7"),
    };

    #[test]
    fn the_own_entry_is_pointed_at() {
        let screen = screen(&["Line 17, today", "Line 7, today"]);
        let decision = decide(MADE, false, false, &screen);
        assert_eq!(decision.scope, ".unknown .candidates > li:nth-child(2)");
        assert_eq!(decision.button, IT_IS);
        assert_eq!(decision.entry.as_deref(), Some("7"));
    }

    #[test]
    fn without_an_entry_it_is_said_plainly() {
        let decided = |truth, wrongly| decide(truth, wrongly, true, &screen(&[])).button;
        assert_eq!(decided(MADE, false), "It was made");
        assert_eq!(decided(MADE, true), "It was not made");
        assert_eq!(decided(Truth::default(), false), "It was not made");
        assert_eq!(decided(Truth::default(), true), "It was made");
    }

    #[test]
    fn a_colleagues_entry_is_called_so_or_taken_for_the_own_one() {
        let screen = screen(&["Line 17, today"]);
        let decided = |wrongly| decide(Truth::default(), wrongly, true, &screen).button;
        assert_eq!(decided(false), COLLEAGUES);
        assert_eq!(decided(true), IT_IS);
    }
}
