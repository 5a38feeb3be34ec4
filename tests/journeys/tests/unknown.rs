//! Not to know is a state that people can live with: it is said on every screen, it comes to an end by itself wherever the backend
//! can be read, and it never leads to a second movement.

mod steps;

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Setup};
use serde_json::{Value, json};
use steps::{
    Kind, TRANSFER, agreed, ended, give_keys, give_the_key, go, key_of, listen_in, made,
    refusals_are_expected, requests_of, sent, sign_in, somebody_transfers, take_notes, was_shown,
};

const LOGS: &str = "GET /api/v1/reseller/credits/logs";
const UNKNOWN: &str = "It is not known whether the movement was made.";

/// Nobody but the portal repeats a request.
fn setup() -> Setup {
    Setup::default().sandbox(["--connections", "close"])
}

/// Nobody waits longer for an answer than they must.
fn impatient() -> Setup {
    setup().config(json!({ "timeout_seconds": 3 }))
}

/// The reseller API too gives the first answer to a repeated key again.
fn replaying() -> Setup {
    setup()
        .sandbox(["--reseller-idempotency", "replay"])
        .config(json!({ "reseller_api": { "replays_idempotency_keys": true } }))
}

/// Either backend does nothing with a repeated key.
fn ignoring() -> Setup {
    let ignores = json!({ "replays_idempotency_keys": false, "settles_after_seconds": 3 });
    setup().config(json!({ "reseller_api": ignores, "organizations_api": ignores }))
}

fn status(status: u16) -> Value {
    // As a proxy in between says it.
    json!({ "fault": "status", "status": status, "body": "<html>upstream error</html>" })
}

/// After the commit.
fn behind(mut fault: Value) -> Value {
    fault["after_commit"] = json!(true);
    fault
}

/// Ways to get no answer that proves anything, and what a person reads then. There is one more: see
/// [`an_answer_that_does_not_come_in_time`].
fn no_answers() -> [(Value, &'static str); 5] {
    let broke = "The backend could not be reached, or the connection broke.";
    [
        (status(502), "The backend failed."),
        (json!({ "fault": "truncate" }), broke),
        (
            json!({ "fault": "garble" }),
            "The backend's answer could not be read.",
        ),
        (json!({ "fault": "drop_before" }), broke),
        (json!({ "fault": "drop_after" }), broke),
    ]
}

#[test]
fn where_keys_are_known_it_is_asked_again_with_the_same_key_and_bytes() {
    replaying().journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        for (size, (fault, words)) in (20..).zip(no_answers()) {
            let kind = Kind::Transfer;
            // In turn, what was asked for was done and was not.
            let fault = if size % 2 == 0 { fault } else { behind(fault) };
            kind.fault(desk, fault).await?;
            kind.send(desk, size).await?;
            let key = key_of(desk, "receipt").await?;
            was_shown(desk, words).await?;
            was_shown(desk, UNKNOWN).await?;
            was_shown(desk, "it is sent again with the same key at").await?;
            ended(desk, &key, "done").await?;
            assert_eq!(requests_of(desk, &key).await?.len(), 2, "{words}");
            let bodies = sent(desk, &key).await?;
            assert!(
                bodies.len() == 2 && bodies[0] == bodies[1],
                "byte for byte the same: {bodies:?}"
            );
        }
        assert_eq!(made(desk, Kind::Transfer).await?, no_answers().len());
        agreed(desk).await.map(drop)
    });
}

#[test]
fn where_keys_are_ignored_it_is_found_in_the_log_with_its_row() {
    ignoring().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        let cases = no_answers()
            .into_iter()
            .filter(|(fault, _)| fault["fault"] != "drop_before");
        for (size, (fault, words)) in (20..).zip(cases) {
            let kind = Kind::Transfer;
            kind.fault(desk, behind(fault)).await?;
            kind.send(desk, size).await?;
            let key = key_of(desk, "receipt").await?;
            was_shown(desk, words).await?;
            was_shown(desk, UNKNOWN).await?;
            let receipt = desk.css(".receipt");
            receipt.shows("it stands in the log").await?;
            let row = desk.sandbox.movements_of(&key).await?[0]["log_id"].clone();
            receipt.shows(&format!("Line {row}, ")).await?;
            ended(desk, &key, "done").await?;
            let told = desk.css(&format!("article.submission[data-key='{key}']"));
            told.shows(&format!("Line {row}, ")).await?;
            // It is never asked for twice.
            assert_eq!(requests_of(desk, &key).await?.len(), 1);
        }
        Kind::Allocation
            .fault(desk, json!({ "fault": "drop_after" }))
            .await?;
        Kind::Allocation.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        desk.css(".receipt")
            .shows("it stands in the wallet's history")
            .await?;
        ended(desk, &key, "done").await?;
        assert_eq!(requests_of(desk, &key).await?.len(), 1);
        assert_eq!(made(desk, Kind::Transfer).await?, 4);
        agreed(desk).await.map(drop)
    });
}

#[test]
fn an_answer_that_does_not_come_in_time() {
    impatient().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        for kind in Kind::BOTH {
            // Where keys are known, the second attempt overtakes the first one, which then finds that it was made.
            let after_commit = kind == Kind::Transfer;
            let late = json!({ "fault": "delay", "delay_ms": 6000, "after_commit": after_commit });
            kind.fault(desk, late).await?;
            kind.send(desk, 20).await?;
            let key = key_of(desk, "receipt").await?;
            was_shown(desk, "The backend did not answer in time.").await?;
            was_shown(desk, UNKNOWN).await?;
            desk.until("the first attempt to end", async || {
                let requests = requests_of(desk, &key).await?;
                Ok(requests.iter().all(|request| request["status"] == 200))
            })
            .await?;
            kind.is_made_once(desk, &key).await?;
        }
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn not_there_is_said_only_when_it_is_proved_and_then_it_may_be_sent_anew() {
    ignoring().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.fault(desk, json!({ "fault": "drop_before" })).await?;
            kind.send(desk, 20).await?;
            let unknown = desk.css(".unknown");
            unknown.shows("Only then does its absence prove").await?;
            let key = key_of(desk, "unknown").await?;
            let offered = desk.role("button").within(&unknown).texts().await?;
            assert_eq!(offered, ["Read again now"], "no way to send anew yet");
            let absent = desk.css(".absent");
            absent.shows("as read at").await?;
            assert_eq!(key_of(desk, "absent").await?, key);
            desk.css("aside.unresolved").gone().await?;
            desk.button("Fill the form again").click().await?;
            let (field, review) = match kind {
                Kind::Transfer => ("Minutes", "Review transfer"),
                Kind::Allocation => ("Credits", "Review allocation"),
            };
            desk.field(field).holds("20").await?;
            desk.button(review).click().await?;
            kind.confirm(desk, 20).click().await?;
            let other = key_of(desk, "receipt").await?;
            assert_ne!(other, key, "another submission");
            ended(desk, &other, "done").await?;
            ended(desk, &key, "absent").await?;
            kind.has_asked(desk, 2).await?;
            assert_eq!(made(desk, kind).await?, 1);
        }
        agreed(desk).await.map(drop)
    });
}

#[test]
fn what_takes_effect_late_is_waited_for() {
    let slow = json!({ "reseller_api": { "settles_after_seconds": 9 } });
    impatient().config(slow).journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        let late = json!({ "fault": "delay", "delay_ms": 5500 });
        Kind::Transfer.fault(desk, late).await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".unknown").shows("did not answer in time").await?;
        assert_eq!(made(desk, Kind::Transfer).await?, 0, "not yet");
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

/// How long after the one before each request of this key came in, in milliseconds.
async fn pauses(desk: &Desk, key: &str) -> Result<Vec<u64>> {
    let mut times = Vec::new();
    for request in requests_of(desk, key).await? {
        let at = request["at"].as_str().context("it has no time")?.to_owned();
        let at = desk
            .js(&format!("return Date.parse({})", json!(at)))
            .await?;
        times.push(at.as_u64().context("it is no time")?);
    }
    Ok(times.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

#[test]
fn a_backend_that_wants_to_be_left_alone_is_unless_a_person_insists() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        let mut busy = status(503);
        busy["retry_after"] = json!(3);
        kind.fault(desk, busy.clone()).await?;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        let pauses = pauses(desk, &key).await?;
        assert!(pauses.len() == 1 && pauses[0] >= 3000, "{pauses:?}");
        ended(desk, &key, "done").await?;

        // Still at work on it, says the backend; and a person who cannot wait asks at once, which moves nothing twice.
        kind.open(desk).await?;
        let working =
            json!({ "fault": "status", "status": 409, "retry_after": 300, "after_commit": true });
        kind.fault(desk, working).await?;
        kind.review(desk, 21).await?;
        kind.confirm(desk, 21).click().await?;
        desk.css(".unknown")
            .shows("still working on this submission")
            .await?;
        desk.button("Ask again now").click().await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(requests_of(desk, &key).await?.len(), 2);
        assert_eq!(made(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn a_backend_that_keeps_failing_is_not_asked_for_ever() {
    let quick = json!({ "organizations_api": { "settles_after_seconds": 1 } });
    let patience = std::time::Duration::from_secs(40);
    setup()
        .config(quick)
        .patience(patience)
        .journey(async |desk| {
            refusals_are_expected(desk);
            sign_in(desk, "/").await?;
            let kind = Kind::Allocation;
            let mut always = status(500);
            always["count"] = json!(null);
            kind.fault(desk, always).await?;
            kind.send(desk, 20).await?;
            // When asking does not help, the books are read; what is not in them was not made.
            let key = key_of(desk, "absent").await?;
            ended(desk, &key, "absent").await?;
            let pauses = pauses(desk, &key).await?;
            assert_eq!(pauses.len(), 4, "five attempts: {pauses:?}");
            let grow = pauses.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(grow && pauses[0] >= 750, "with growing pauses: {pauses:?}");
            assert_eq!(made(desk, kind).await?, 0);
            Ok(())
        });
}

#[test]
fn a_key_that_is_no_longer_known_is_not_asked_with() {
    let over =
        json!({ "organizations_api": { "replay_window_hours": 0, "settles_after_seconds": 2 } });
    setup().config(over).journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        was_shown(desk, "It is too long ago").await?;
        desk.css(".receipt")
            .shows("it stands in the wallet's history")
            .await?;
        kind.has_asked(desk, 1).await?;
        ended(desk, &key, "done").await
    });
}

#[test]
fn every_screen_says_what_is_unknown_as_long_as_it_is() {
    ignoring().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        let mut fault = behind(status(500));
        fault["delay_ms"] = json!(2500);
        Kind::Transfer.fault(desk, fault).await?;
        Kind::Transfer.send(desk, 20).await?;
        Kind::Transfer.has_asked(desk, 1).await?;
        let mut unreadable = status(500);
        unreadable["route"] = json!(LOGS);
        unreadable["count"] = json!(null);
        desk.sandbox.fault(unreadable).await?;
        let unknown = desk.css(".unknown");
        unknown.shows("the log could not be read").await?;
        let key = key_of(desk, "unknown").await?;
        // Who knows better may say so; nobody has to.
        desk.button("It was made").seen().await?;
        desk.button("It was not made").seen().await?;
        let banner = desk.css(&format!("aside.unresolved li[data-key='{key}']"));
        for screen in [
            "Overview",
            "Calculate",
            "Transfer",
            "Revert",
            "Allocate",
            "Log",
            "Activity",
        ] {
            go(desk, screen).await?;
            desk.heading(screen).seen().await?;
            banner.has("data-state", "unknown").await?;
            banner.shows("Transfer 20 minutes to Beta Co").await?;
            banner.shows("confirmed at").await?;
        }
        desk.link("Keys").click().await?;
        desk.heading("Sign in").seen().await?;
        banner.shows("may or may not have been made").await?;
        desk.button("Sign out").click().await?;
        banner.shows("goes on once you sign in").await?;
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        banner.shows("goes on once you sign in").await?;
        give_keys(desk).await?;
        desk.link("Show it").click().await?;
        unknown.shows("the log could not be read").await?;
        desk.sandbox.no_faults().await?;
        desk.button("Read again now").click().await?;
        desk.css(".receipt").shows("it stands in the log").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn what_the_log_cannot_tell_a_person_decides_and_the_journal_keeps_it() {
    ignoring().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        // Made, and its answer lost; and somebody else makes the same before anybody can look.
        let lost = json!({ "fault": "drop_after", "delay_ms": 2500 });
        kind.fault(desk, lost).await?;
        kind.send(desk, 20).await?;
        kind.has_asked(desk, 1).await?;
        somebody_transfers(desk, 20).await?;
        let candidates = desk.css(".unknown .candidates");
        candidates.seen().await?;
        let made_it = key_of(desk, "unknown").await?;
        desk.css(".unknown")
            .shows("Several lines may be it")
            .await?;
        let row = desk.sandbox.movements_of(&made_it).await?[0]["log_id"].clone();
        let line = desk
            .role("listitem")
            .within(&candidates)
            .containing(&format!("Line {row}, "));
        line.shows("Transfer of 20 minutes").await?;
        assert_eq!(desk.role("listitem").within(&candidates).count().await?, 2);
        desk.button("This is it").within(&line).click().await?;
        desk.css(".receipt")
            .shows("is what a person decided")
            .await?;
        ended(desk, &made_it, "decided-made").await?;

        // Not made; two others are. The person knows that neither is it.
        let lost = json!({ "fault": "drop_before", "delay_ms": 2500 });
        kind.fault(desk, lost).await?;
        kind.send(desk, 30).await?;
        kind.has_asked(desk, 3).await?;
        somebody_transfers(desk, 30).await?;
        somebody_transfers(desk, 30).await?;
        candidates.seen().await?;
        let not_made = key_of(desk, "unknown").await?;
        desk.button("It was not made").click().await?;
        desk.css(".absent")
            .shows("is what a person decided")
            .await?;
        ended(desk, &not_made, "decided-not").await?;

        desk.reload().await?;
        give_keys(desk).await?;
        for (key, words) in [
            (&made_it, format!("The line: {row}")),
            (&not_made, "Not made, as a person decided".to_owned()),
        ] {
            let told = desk.css(&format!("article.submission[data-key='{key}']"));
            told.shows("as a person decided").await?;
            told.shows(&words).await?;
        }
        ended(desk, &made_it, "decided-made").await?;
        ended(desk, &not_made, "decided-not").await
    });
}

#[test]
fn a_key_that_is_refused_half_way_is_asked_for_and_then_it_goes_on() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            let refused = json!({ "fault": "status", "status": 401 });
            kind.fault(desk, refused).await?;
            kind.send(desk, 20).await?;
            let waiting = desk.css(".unknown");
            waiting.has("data-state", "key-needed").await?;
            waiting.shows("Waiting for a key").await?;
            waiting.shows("Nothing was moved.").await?;
            let key = key_of(desk, "unknown").await?;
            let banner = desk.css(&format!("aside.unresolved li[data-key='{key}']"));
            banner.has("data-state", "key-needed").await?;
            give_the_key(desk).await?;
            kind.open(desk).await?;
            assert_eq!(key_of(desk, "receipt").await?, key);
            ended(desk, &key, "done").await?;
            let bodies = sent(desk, &key).await?;
            assert!(bodies.len() == 2 && bodies[0] == bodies[1], "{bodies:?}");
            assert_eq!(made(desk, kind).await?, 1);
        }
        // The page may be another one by then.
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "status", "status": 401 }))
            .await?;
        kind.send(desk, 40).await?;
        desk.css(".unknown").has("data-state", "key-needed").await?;
        let key = key_of(desk, "unknown").await?;
        desk.reload().await?;
        give_keys(desk).await?;
        ended(desk, &key, "done").await?;
        assert_eq!(requests_of(desk, &key).await?.len(), 2);

        // Behind an attempt that may have been made, a refused key proves nothing: there is no way back to the form.
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.fault(desk, json!({ "fault": "status", "status": 401 }))
            .await?;
        kind.send(desk, 30).await?;
        let waiting = desk.css(".unknown");
        waiting.has("data-state", "key-needed").await?;
        waiting.shows(UNKNOWN).await?;
        let offered = desk.role("button").within(&waiting).texts().await?;
        assert_eq!(offered, Vec::<String>::new());
        let key = key_of(desk, "unknown").await?;
        give_the_key(desk).await?;
        ended(desk, &key, "done").await?;
        assert_eq!(requests_of(desk, &key).await?.len(), 3);
        assert_eq!(made(desk, kind).await?, 2);
        Ok(())
    });
}
