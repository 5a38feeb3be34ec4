//! As long as a movement is not known it is said on every screen, and people can see to it: they decide, or give another key.

use serde_json::json;

use crate::steps::{
    Kind, PENDING, TRANSFER, ended, give_keys, give_the_key, go, key_of, listen_in, made,
    refusals_are_expected, requests_of, sent, sign_in, somebody_transfers,
    unknown::{UNKNOWN, behind, ignoring, setup, status},
};

const LOGS: &str = "GET /api/v1/reseller/credits/logs";

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
            if screen == "Transfer" {
                // The screen itself shows it.
                unknown.has("data-key", &key).await?;
                banner.gone().await?;
                continue;
            }
            banner.has("data-state", "unknown").await?;
            banner.shows("Transfer 20 minutes to Beta Co").await?;
            banner.shows("confirmed at").await?;
        }
        desk.link("Keys").click().await?;
        desk.heading("Sign in").seen().await?;
        banner.shows("may or may not have been made").await?;
        desk.button("Sign out").click().await?;
        let announced = desk.css("aside.unresolved");
        announced.shows(PENDING).await?;
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        announced.shows(PENDING).await?;
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
            (&not_made, "Not completed, but may be in the log".to_owned()),
        ] {
            let told = desk.css(&format!("article.submission[data-key='{key}']"));
            told.shows("a person decided").await?;
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
            waiting.shows("No credits moved.").await?;
            let key = key_of(desk, "unknown").await?;
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
