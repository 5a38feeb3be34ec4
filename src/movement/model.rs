//! A model of the world around a submission: a service with its own clock, a log that lags, nodes whose clocks differ,
//! colleagues who make the same transfers, and a computer that sleeps and whose clock changes. No sequence of events
//! may lead to a verdict that contradicts the model's ledger.

mod page;
mod service;

use crate::movement::submission::{ExtraEntries, State, Submission};
use page::{Page, ShownVerdict};
use proptest::prelude::*;
use service::Service;

/// What happens to one attempt.
#[derive(Clone, Copy, Debug)]
pub(super) enum AttemptOutcome {
    /// Carried out and answered.
    Answered,
    /// Lost in transit.
    Lost,
    /// The page times out; the request is carried out this many milliseconds later.
    Late(i64),
    /// The browser silently repeats the request, so it arrives twice; the second copy is answered.
    Repeated,
    /// The browser repeats the request. The repeat gets a 409 while the first copy is in flight, and the first copy is
    /// carried out this many milliseconds later.
    InFlight(i64),
    /// Declined by the service.
    Declined,
    /// The API key is rejected.
    Unauthorized,
}

/// What can happen in the model.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The user confirms a transfer, unless one is open.
    Confirm,
    /// Time passes.
    Wait(i64),
    /// The computer sleeps.
    Sleep(i64),
    /// The computer's clock is changed.
    SetClock(i64),
    /// The page is closed or killed, and opened again.
    Reload,
    /// A colleague makes a transfer: the same or a different one, with the same credential or another.
    Colleague { same: bool, own_credential: bool },
    /// The API key is replaced by another one for the same account.
    Rotate,
    /// The deployment's setting for replayed keys changes. It may be off although the service replays keys.
    Configure(bool),
    /// The user presses the retry button.
    RetryNow,
    /// The user decides the outcome, correctly or not.
    Decide { completed: bool },
    /// The user marks the matched entry as a colleague's.
    Disown,
}

fn outcomes() -> impl Strategy<Value = AttemptOutcome> {
    prop_oneof![
        3 => Just(AttemptOutcome::Answered),
        2 => Just(AttemptOutcome::Lost),
        3 => (0i64..50_000).prop_map(AttemptOutcome::Late),
        1 => Just(AttemptOutcome::Repeated),
        1 => (0i64..50_000).prop_map(AttemptOutcome::InFlight),
        1 => Just(AttemptOutcome::Declined),
        1 => Just(AttemptOutcome::Unauthorized),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Confirm),
        3 => (0i64..90_000).prop_map(Event::Wait),
        1 => (3_000i64..7_200_000).prop_map(Event::Sleep),
        1 => (-200_000_000i64..200_000_000).prop_map(Event::SetClock),
        2 => Just(Event::Reload),
        3 => (any::<bool>(), any::<bool>()).prop_map(|(same, own_credential)| Event::Colleague { same, own_credential }),
        1 => Just(Event::Rotate),
        1 => any::<bool>().prop_map(Event::Configure),
        1 => Just(Event::RetryNow),
        1 => any::<bool>().prop_map(|completed| Event::Decide { completed }),
        1 => Just(Event::Disown),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_verdict_is_contradicted_by_the_ledger(
        events in proptest::collection::vec(events(), 1..14),
        outcomes in proptest::collection::vec(outcomes(), 1..8),
        (replays, lag, skew, offset) in (any::<bool>(), 0i64..40_000, 0i64..20_000, -1_000_000_000i64..1_000_000_000),
        dated in any::<bool>(),
        log_ahead in prop_oneof![4 => Just(0i64), 1 => -480_000i64..480_000],
    ) {
        let mut service = Service::new(replays, lag, skew, offset);
        service.log_ahead = log_ahead;
        let mut page = Page::open(service, outcomes, dated);
        for event in events {
            match event {
                Event::Confirm => page.confirm(),
                Event::Wait(ms) => page.wait(ms),
                Event::Sleep(ms) => page.sleep(ms),
                Event::SetClock(by) => page.set_clock(by),
                Event::Reload => page.reload(),
                Event::Colleague { same, own_credential } => page.service.colleague(same, own_credential),
                Event::Rotate => page.rotate(),
                Event::Configure(replays) => page.replays = replays && page.service.replays,
                Event::RetryNow => page.retry_now(),
                Event::Decide { completed } => page.decide(completed),
                Event::Disown => page.disown(),
            }
            page.run_due_work();
        }
        page.finish();
        check(&page)?;
    }
}

/// Whether the user wrongly marked an entry of `key` as a colleague's.
fn has_own_disowned(page: &Page, key: &str) -> bool {
    let submission = page
        .submissions()
        .iter()
        .find(|submission| submission.key.as_str() == key);
    let is_own = |id: &String| page.service.entry(id).is_some_and(|entry| entry.key == key);
    submission.is_some_and(|submission| submission.foreign.iter().any(is_own))
}

fn check(page: &Page) -> Result<(), TestCaseError> {
    // What the user says about an entry is trusted, for the other submissions too.
    let is_misled = page
        .submissions()
        .iter()
        .any(|submission| has_own_disowned(page, submission.key.as_str()));
    let ledger = |key: &str| page.service.applied(key);
    for ShownVerdict {
        key,
        state,
        known_performer,
    } in &page.shown
    {
        let applied = ledger(key);
        match state {
            State::Done(_) => prop_assert!(applied > 0, "completed, but absent: {key}"),
            State::Found(found) => {
                let entry = page.service.entry(&found.id);
                prop_assert!(entry.is_some(), "no such entry");
                let entry = entry.unwrap();
                // A colleague's entry may be matched only if nothing the portal knows tells the two apart.
                let performer = entry.performer.to_string();
                let is_equal = known_performer.as_ref().is_none_or(|own| *own == performer);
                prop_assert!(
                    entry.key == *key || is_equal,
                    "a colleague's entry: {key} {entry:?}"
                );
                prop_assert!(entry.minutes == service::MINUTES, "another transfer");
            }
            State::Absent => prop_assert!(
                applied == 0 || is_misled,
                "not completed, but present: {key}"
            ),
            _ => {}
        }
    }
    // A submission that the user marked as completed without picking an entry is trusted to have one. If it was never
    // applied, an identical submission's second entry is attributed to it: the total shown still matches the ledger.
    let is_wrongly_completed = |submission: &&Submission| {
        let is_completed = matches!(
            submission.state,
            State::Decided {
                completed: true,
                entry_id: None
            }
        );
        is_completed && ledger(submission.key.as_str()) == 0
    };
    let submissions = page.submissions();
    let explained = submissions.iter().filter(is_wrongly_completed).count();
    for submission in submissions {
        let key = submission.key.as_str();
        let applied = ledger(key);
        let completed = usize::from(submission.is_completed());
        if submission.is_open() {
            continue;
        }
        let is_alarmed = matches!(submission.extra_entries, ExtraEntries::More(_));
        // A rejection that met an earlier request of the same submission in flight must not go unnoticed, nor must
        // anything that was applied twice. Exception: the user is asked or warned about the entry through another
        // submission.
        let is_shown_elsewhere = page.is_shown_with_another(key);
        // A log dated by a different clock than the service reports justifies a question, not an alarm.
        let is_dated_well = page.service.log_ahead.abs() < 30_000;
        let must_alarm = page.is_watching(submission) && is_dated_well;
        if applied > completed + explained && must_alarm && !is_misled && !is_shown_elsewhere {
            prop_assert!(
                is_alarmed,
                "no alarm was raised: {applied} for {completed}: {submission:?}"
            );
        }
        let twin = page.service.has_twin(key);
        if applied <= completed && !twin {
            prop_assert!(
                !is_alarmed,
                "a false alarm: {applied} for {completed}: {submission:?}"
            );
        }
    }
    Ok(())
}
