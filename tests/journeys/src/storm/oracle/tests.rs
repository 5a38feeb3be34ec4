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

fn wrong(verdicts: &[Verdict], facts: Facts) -> Vec<ViolationKind> {
    judge(&submission(verdicts), &facts).0
}

#[test]
fn every_verdict_must_be_right() {
    assert_eq!(wrong(&[Answered], rows(1)), []);
    assert_eq!(wrong(&[Declined], rows(0)), []);
    assert_eq!(wrong(&[Answered], rows(0)), [ViolationKind::ShownMade]);
    assert_eq!(wrong(&[Found], rows(0)), [ViolationKind::ShownMade]);
    // The first verdict was wrong, regardless of later ones.
    assert_eq!(
        wrong(&[Absent, Answered], rows(1)),
        [ViolationKind::ShownNotMade]
    );
    assert_eq!(
        wrong(&[MarkedNotMade], rows(1)),
        [ViolationKind::ShownNotMade, ViolationKind::AlarmMissing]
    );
}

#[test]
fn an_open_submission_is_a_violation() {
    let open = Submission {
        state: Some("unknown".to_owned()),
        is_recorded: true,
        ..Submission::default()
    };
    assert_eq!(judge(&open, &rows(0)).0, [ViolationKind::Unresolved]);
    let never_sent = Submission {
        state: Some("missing".to_owned()),
        ..Submission::default()
    };
    assert_eq!(judge(&never_sent, &rows(0)).0, []);
    assert_eq!(
        judge(&never_sent, &rows(1)).0,
        [ViolationKind::Unresolved],
        "it was sent"
    );
}

#[test]
fn a_colleagues_entry_may_be_mistaken_only_if_it_looks_the_same() {
    let same = Facts {
        indistinguishable: 1,
        ..rows(0)
    };
    assert_eq!(judge(&submission(&[Found]), &same), (vec![], true));
    // A response is not based on an entry.
    assert_eq!(wrong(&[Answered], same), [ViolationKind::ShownMade]);
}

#[test]
fn more_than_was_shown_needs_an_alarm() {
    let twice = Facts {
        is_repeated: true,
        ..rows(2)
    };
    assert_eq!(wrong(&[Answered], twice), [ViolationKind::AlarmMissing]);
    let alarmed = Submission {
        alarmed: true,
        ..submission(&[Answered])
    };
    assert_eq!(judge(&alarmed, &twice).0, []);
    assert_eq!(judge(&alarmed, &rows(2)).0, [ViolationKind::AppliedTwice]);
    // The alarm still has time.
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
    assert_eq!(judge(&alarmed, &rows(1)).0, [ViolationKind::FalseAlarm]);
    let same = Facts {
        indistinguishable: 1,
        ..rows(1)
    };
    assert_eq!(judge(&alarmed, &same), (vec![], true));
}

#[test]
fn a_wrong_decision_is_excused_but_still_needs_an_alarm() {
    let mut decided = submission(&[MarkedNotMade]);
    decided.wrong_decisions.insert(MarkedNotMade);
    assert_eq!(judge(&decided, &rows(1)).0, [ViolationKind::AlarmMissing]);
    decided.alarmed = true;
    assert_eq!(judge(&decided, &rows(1)).0, []);
    let mut decided = submission(&[MarkedMade]);
    decided.wrong_decisions.insert(MarkedMade);
    assert_eq!(judge(&decided, &rows(0)).0, []);
}

#[test]
fn an_entry_assigned_to_another_submission_raises_no_alarm() {
    let mut decided = submission(&[MarkedNotMade]);
    decided.wrong_decisions.insert(MarkedNotMade);
    let assigned = Facts {
        assigned_elsewhere: 1,
        ..rows(1)
    };
    assert_eq!(judge(&decided, &assigned).0, []);
    // That says nothing about a second entry.
    let twice = Facts {
        rows: 2,
        is_repeated: true,
        ..assigned
    };
    assert_eq!(judge(&decided, &twice).0, [ViolationKind::AlarmMissing]);
}

#[test]
fn a_late_log_excuses_a_verdict_but_not_a_missing_alarm() {
    let late = Facts {
        is_log_late: true,
        ..rows(1)
    };
    assert_eq!(wrong(&[Absent], late), [ViolationKind::AlarmMissing]);
}

#[test]
fn rows_that_were_not_shown_are_unaccounted() {
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
fn one_intention_is_applied_once() {
    let done = submission(&[Answered]);
    let absent = submission(&[Absent]);
    assert_eq!(check_intention(&[&done]), None);
    assert_eq!(
        check_intention(&[&absent, &done]),
        None,
        "another violation"
    );
    assert_eq!(
        check_intention(&[&done, &done]),
        Some(ViolationKind::AppliedTwice)
    );
}
