use super::*;
use Verdict::{Absent, Answered, Declined, Found, MarkedMade, MarkedNotMade};

fn submission(verdicts: &[Verdict]) -> Submission {
    Submission {
        verdicts: verdicts.to_vec(),
        ..Submission::default()
    }
}

fn rows(rows: usize) -> Facts {
    Facts {
        rows,
        is_final: true,
        ..Facts::default()
    }
}

fn wrong(verdicts: &[Verdict], facts: Facts) -> Vec<Wrong> {
    judge(&submission(verdicts), &facts).0
}

#[test]
fn every_verdict_has_to_be_right() {
    assert_eq!(wrong(&[Answered], rows(1)), []);
    assert_eq!(wrong(&[Declined], rows(0)), []);
    assert_eq!(wrong(&[Answered], rows(0)), [Wrong::ShownMade]);
    assert_eq!(wrong(&[Found], rows(0)), [Wrong::ShownMade]);
    // The first one was wrong, whatever came later.
    assert_eq!(wrong(&[Absent, Answered], rows(1)), [Wrong::ShownNotMade]);
    assert_eq!(
        wrong(&[MarkedNotMade], rows(1)),
        [Wrong::ShownNotMade, Wrong::AlarmMissing]
    );
}

#[test]
fn an_open_submission_is_a_violation() {
    let open = Submission {
        state: Some("unknown".to_owned()),
        is_recorded: true,
        ..Submission::default()
    };
    assert_eq!(judge(&open, &rows(0)).0, [Wrong::Unresolved]);
    let never_sent = Submission {
        state: Some("missing".to_owned()),
        ..Submission::default()
    };
    assert_eq!(judge(&never_sent, &rows(0)).0, []);
    assert_eq!(
        judge(&never_sent, &rows(1)).0,
        [Wrong::Unresolved],
        "it was sent"
    );
}

#[test]
fn a_colleagues_entry_may_be_taken_for_the_own_one_only_if_they_look_the_same() {
    let same = Facts {
        equal: 1,
        ..rows(0)
    };
    assert_eq!(judge(&submission(&[Found]), &same), (vec![], true));
    // An answer is no entry.
    assert_eq!(wrong(&[Answered], same), [Wrong::ShownMade]);
}

#[test]
fn more_than_was_shown_needs_an_alarm() {
    let twice = Facts {
        is_repeated: true,
        ..rows(2)
    };
    assert_eq!(wrong(&[Answered], twice), [Wrong::AlarmMissing]);
    let alarmed = Submission {
        alarmed: true,
        ..submission(&[Answered])
    };
    assert_eq!(judge(&alarmed, &twice).0, []);
    assert_eq!(judge(&alarmed, &rows(2)).0, [Wrong::AppliedTwice]);
    // It has its time.
    let early = Facts {
        is_final: false,
        ..twice
    };
    assert_eq!(wrong(&[Answered], early), []);
}

#[test]
fn an_alarm_needs_a_reason() {
    let alarmed = Submission {
        alarmed: true,
        ..submission(&[Answered])
    };
    assert_eq!(judge(&alarmed, &rows(1)).0, [Wrong::FalseAlarm]);
    let same = Facts {
        equal: 1,
        ..rows(1)
    };
    assert_eq!(judge(&alarmed, &same), (vec![], true));
}

#[test]
fn a_wrong_decision_is_the_persons_and_its_alarm_the_portals() {
    let mut decided = submission(&[MarkedNotMade]);
    decided.wrong_decisions.insert(MarkedNotMade);
    assert_eq!(judge(&decided, &rows(1)).0, [Wrong::AlarmMissing]);
    decided.alarmed = true;
    assert_eq!(judge(&decided, &rows(1)).0, []);
    let mut decided = submission(&[MarkedMade]);
    decided.wrong_decisions.insert(MarkedMade);
    assert_eq!(judge(&decided, &rows(0)).0, []);
}

#[test]
fn an_entry_that_the_person_has_assigned_to_another_submission_raises_no_alarm() {
    let mut decided = submission(&[MarkedNotMade]);
    decided.wrong_decisions.insert(MarkedNotMade);
    let assigned = Facts {
        given_away: 1,
        ..rows(1)
    };
    assert_eq!(judge(&decided, &assigned).0, []);
    // It says nothing about a second one.
    let twice = Facts {
        rows: 2,
        is_repeated: true,
        ..assigned
    };
    assert_eq!(judge(&decided, &twice).0, [Wrong::AlarmMissing]);
}

#[test]
fn a_log_that_is_later_than_promised_excuses_a_verdict_but_no_silence() {
    let late = Facts {
        is_log_late: true,
        ..rows(1)
    };
    assert_eq!(wrong(&[Absent], late), [Wrong::AlarmMissing]);
}

#[test]
fn a_row_that_was_never_shown_to_be_there_may_be_anybodys() {
    assert_eq!(submission(&[Answered]).unaccounted(1), 0);
    assert_eq!(
        submission(&[Answered]).unaccounted(2),
        1,
        "a proxy repeated it"
    );
    assert_eq!(submission(&[MarkedNotMade]).unaccounted(1), 1);
    assert_eq!(
        submission(&[Absent, Found]).unaccounted(1),
        1,
        "found later"
    );
    assert_eq!(submission(&[]).unaccounted(0), 0);
}

#[test]
fn submissions_that_are_minutes_apart_are_not_confused() {
    let at = |seconds| Submission {
        pressed: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
        ..Submission::default()
    };
    assert!(at(1000).is_about_as_old(&at(1010)) && at(1010).is_about_as_old(&at(1000)));
    assert!(!at(1000).is_about_as_old(&at(1200)) && !at(1200).is_about_as_old(&at(1000)));
}

#[test]
fn one_intention_is_made_once() {
    let done = submission(&[Answered]);
    let absent = submission(&[Absent]);
    assert_eq!(intention(&[&done]), None);
    assert_eq!(intention(&[&absent, &done]), None, "another violation");
    assert_eq!(intention(&[&done, &done]), Some(Wrong::AppliedTwice));
}
