use super::*;
use crate::client::FailureKind;
use crate::movement::submission::SubmissionEvent;
use crate::movement::submission::transitions::tests::{any_event, at, submission};
use proptest::prelude::*;

/// Returns the submission as it is after its page was closed: nothing is in progress.
fn after_reload(submission: &Submission) -> Submission {
    let mut stored = submission.clone();
    stored.activity = SubmissionActivity::Nothing;
    stored.quiet_since = None;
    stored.quiet_before = None;
    stored.resumed_at = None;
    stored.quote.lines.clear();
    if stored.is_open() {
        stored.state = stored.unresolved_state();
    }
    if !matches!(stored.extra_entries, ExtraEntries::More(_)) {
        stored.extra_entries = ExtraEntries::None;
    }
    stored
}

proptest! {
    /// Whatever happened to a submission, its record restores it.
    #[test]
    fn every_submission_is_restored_from_its_record(events in proptest::collection::vec(any_event(), 0..30)) {
        let mut submission = submission(1);
        for event in events {
            submission.step(event, at(2_000));
        }
        let text = write(&submission).unwrap();
        prop_assert_eq!(read(&text), Ok(after_reload(&submission)));
    }

    /// No text makes the reader panic.
    #[test]
    fn arbitrary_text_does_not_panic(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    /// No record with a damaged value makes the reader panic.
    #[test]
    fn damaged_records_do_not_panic(field in 0usize..14, value in proptest::sample::select(vec![
        "null", "-1", "1e400", "\"\"", "[]", "{}", "true", "[\"a\",\"b\"]", "\"\\u0000\"",
    ])) {
        let text = write(&submission(1)).unwrap();
        let mut record: serde_json::Value = serde_json::from_str(&text).unwrap();
        let map = record.as_object_mut().unwrap();
        let name = map.keys().nth(field % map.len()).cloned().unwrap();
        map.insert(name, serde_json::from_str(value).unwrap_or_default());
        let _ = read(&record.to_string());
    }
}

#[test]
fn records_of_version_1_can_be_read() {
    let text = include_str!("../../../../tests/contract/journal-1.json");
    let stored = read(text).unwrap();
    assert_eq!(stored.key.as_str(), "4dca9f4e-5a33-4b3c-9c57-2b8f0c5f2a11");
    assert_eq!(
        stored.body,
        r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#
    );
    let failures: Vec<_> = stored
        .attempts
        .iter()
        .map(|attempt| attempt.failure.as_ref().map(|failure| failure.kind.clone()))
        .collect();
    assert_eq!(failures, [Some(FailureKind::TimedOut), None]);
    assert_eq!(stored.state, State::Unknown { doubt: None });
    assert_eq!(stored.watermark.as_deref(), Some("3"));
}

#[test]
fn records_of_a_later_version_are_not_read() {
    let text = write(&submission(1))
        .unwrap()
        .replacen("\"v\":1", "\"v\":2", 1);
    assert!(read(&text).is_err());
    assert!(is_newer_and_open(&text), "and known to be unresolved");
    let settled = text.replacen("\"end\":null", "\"end\":{}", 1);
    assert!(!is_newer_and_open(&settled));
    assert!(!is_newer_and_open(&write(&submission(1)).unwrap()));
}

#[test]
fn a_submission_interrupted_while_sending_may_have_moved_something() {
    let mut sending = submission(1);
    sending.step(SubmissionEvent::Recorded, at(2_000));
    let stored = read(&write(&sending).unwrap()).unwrap();
    assert!(stored.is_open() && stored.is_doubtful());
}
