//! Not to know is a state that people can live with: it comes to an end by itself wherever the backend can be read, and it never
//! leads to a second movement.

use credit_desk_journeys::{Engine, Setup};
use serde_json::{Value, json};

use crate::steps::{
    Kind, TRANSFER, agreed, ended, key_of, listen_in, made, refusals_are_expected, requests_of,
    sent, sign_in, take_notes,
    unknown::{UNKNOWN, behind, ignoring, setup, status},
    was_shown,
};

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

/// Ways to get no answer that proves anything, and what a person reads then. There is one more: see
/// [`an_answer_that_does_not_come_in_time`].
fn no_answers(engine: Engine) -> [(Value, &'static str); 5] {
    let broke = "Can't reach the service.";
    let garbled = "Unreadable response.";
    // WebKit gives out what has come of an answer that breaks off.
    let cut_short = match engine {
        Engine::WebKit => garbled,
        Engine::Chromium | Engine::Firefox => broke,
    };
    [
        (status(502), "Service error."),
        (json!({ "fault": "truncate" }), cut_short),
        (json!({ "fault": "garble" }), garbled),
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
        for (size, (fault, words)) in (20..).zip(no_answers(desk.engine())) {
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
        assert_eq!(
            made(desk, Kind::Transfer).await?,
            no_answers(desk.engine()).len()
        );
        agreed(desk).await.map(drop)
    });
}

#[test]
fn where_keys_are_ignored_it_is_found_in_the_log_with_its_row() {
    ignoring().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        let cases = no_answers(desk.engine())
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
            was_shown(desk, "The service timed out.").await?;
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
    let slow = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 9 } });
    impatient().config(slow).journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        let late = json!({ "fault": "delay", "delay_ms": 5500 });
        Kind::Transfer.fault(desk, late).await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".unknown").shows("The service timed out").await?;
        assert_eq!(made(desk, Kind::Transfer).await?, 0, "not yet");
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}
