use super::*;
use crate::client::FailureKind;
use crate::movement::submission::SubmissionEvent;
use crate::movement::submission::transitions::tests::{any_happening, at, submission};
use proptest::prelude::*;

/// What a page that was closed leaves behind: nothing is under way any more.
fn after_reload(submission: &Submission) -> Submission {
    let mut kept = submission.clone();
    kept.doing = SubmissionActivity::Nothing;
    kept.quiet_since = None;
    kept.quiet_before = None;
    kept.resumed_at = None;
    kept.quote.lines.clear();
    if kept.is_open() {
        kept.state = kept.unended();
    }
    if !matches!(kept.excess, ExtraEntries::More(_)) {
        kept.excess = ExtraEntries::None;
    }
    kept
}

proptest! {
    /// Whatever happened to a submission, the journal gives it back as it stood.
    #[test]
    fn the_journal_gives_back_what_it_took(events in proptest::collection::vec(any_happening(), 0..30)) {
        let mut submission = submission(1);
        for event in events {
            submission.step(event, at(2_000));
        }
        let text = write(&submission).unwrap();
        prop_assert_eq!(read(&text), Ok(after_reload(&submission)));
    }

    /// No text makes the reader fall over.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    /// Nor does a text with any of its values put out of place.
    #[test]
    fn damaged_entries_are_read_or_refused(field in 0usize..14, value in proptest::sample::select(vec![
        "null", "-1", "1e400", "\"\"", "[]", "{}", "true", "[\"a\",\"b\"]", "\"\\u0000\"",
    ])) {
        let text = write(&submission(1)).unwrap();
        let mut entry: serde_json::Value = serde_json::from_str(&text).unwrap();
        let map = entry.as_object_mut().unwrap();
        let name = map.keys().nth(field % map.len()).cloned().unwrap();
        map.insert(name, serde_json::from_str(value).unwrap_or_default());
        let _ = read(&entry.to_string());
    }
}

#[test]
fn what_was_written_first_can_be_read_for_ever() {
    let text = include_str!("../../../../tests/contract/journal-1.json");
    let kept = read(text).unwrap();
    assert_eq!(kept.key.as_str(), "4dca9f4e-5a33-4b3c-9c57-2b8f0c5f2a11");
    assert_eq!(
        kept.body,
        r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#
    );
    let whys: Vec<_> = kept
        .attempts
        .iter()
        .map(|attempt| attempt.failure.as_ref().map(|failure| failure.kind.clone()))
        .collect();
    assert_eq!(whys, [Some(FailureKind::TimedOut), None]);
    assert_eq!(kept.state, State::Unknown { doubt: None });
    assert_eq!(kept.watermark.as_deref(), Some("3"));
}

#[test]
fn a_later_version_is_left_alone() {
    let text = write(&submission(1))
        .unwrap()
        .replacen("\"v\":1", "\"v\":2", 1);
    assert!(read(&text).is_err());
    assert!(is_newer_and_open(&text), "and known to be unresolved");
    let ended = text.replacen("\"end\":null", "\"end\":{}", 1);
    assert!(!is_newer_and_open(&ended));
    assert!(!is_newer_and_open(&write(&submission(1)).unwrap()));
}

#[test]
fn a_submission_that_was_being_sent_may_have_moved_something() {
    let mut sending = submission(1);
    sending.step(SubmissionEvent::Recorded, at(2_000));
    let kept = read(&write(&sending).unwrap()).unwrap();
    assert!(kept.is_open() && kept.is_doubtful());
}
