//! While the outcome of a movement is unknown, every screen says so, and the user can resolve it: by deciding, or by
//! adding another API key.

use serde_json::json;

use crate::steps::{
    Kind, LOG, PENDING, TRANSFER, add_missing_key, allow_failed_requests, assert_outcome,
    completed_count, enter_keys, open_screen, record_sent_bodies, requests_with_key, sent_bodies,
    sign_in, submission_key, transfer_outside_portal,
    unknown::{UNKNOWN_MESSAGE, after_commit, setup, status_fault, without_key_replay},
    wait_for_record,
};

#[test]
fn every_screen_shows_an_unknown_outcome_until_it_is_resolved() {
    without_key_replay().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        let mut fault = after_commit(status_fault(500));
        fault["delay_ms"] = json!(2500);
        Kind::Transfer.fault(desk, fault).await?;
        Kind::Transfer.send(desk, 20).await?;
        Kind::Transfer.wait_for_requests(desk, 1).await?;
        let mut unreadable = status_fault(500);
        unreadable["route"] = json!(LOG);
        unreadable["count"] = json!(null);
        desk.sandbox.fault(unreadable).await?;
        let unknown = desk.css(".unknown");
        unknown.shows("couldn't load the log").await?;
        let key = submission_key(desk, "unknown").await?;
        // The user may decide, but doesn't have to.
        desk.button("Mark as completed").seen().await?;
        desk.button("Mark as not completed").seen().await?;
        let banner = desk.css(&format!("aside.unresolved li[data-key='{key}']"));
        for screen in [
            "Overview",
            "Calculate",
            "Transfer",
            "Revert",
            "Allocate",
            "Credit log",
            "Activity",
        ] {
            open_screen(desk, screen).await?;
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
        desk.link("API keys").click().await?;
        desk.heading("Sign in").seen().await?;
        banner.shows("an unknown status").await?;
        desk.button("Sign out").click().await?;
        let announced = desk.css("aside.unresolved");
        announced.shows(PENDING).await?;
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        announced.shows(PENDING).await?;
        enter_keys(desk).await?;
        desk.link("View").click().await?;
        unknown.shows("couldn't load the log").await?;
        desk.sandbox.clear_faults().await?;
        desk.button("Check again").click().await?;
        desk.css(".receipt").shows("it's in the log").await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn the_user_decides_what_the_log_cannot_prove_and_the_journal_keeps_it() {
    without_key_replay().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        // Completed, but its response is lost, and someone else makes the same transfer before the log is searched.
        let dropped = json!({ "fault": "drop_after", "delay_ms": 2500 });
        kind.fault(desk, dropped).await?;
        kind.send(desk, 20).await?;
        kind.wait_for_requests(desk, 1).await?;
        transfer_outside_portal(desk, 20).await?;
        let candidates = desk.css(".unknown .candidates");
        candidates.seen().await?;
        let completed = submission_key(desk, "unknown").await?;
        desk.css(".unknown")
            .shows("Several log entries could match")
            .await?;
        let row = desk.sandbox.movements_of(&completed).await?[0]["log_id"].clone();
        let entry = desk
            .role("listitem")
            .within(&candidates)
            .containing(&format!("Entry {row}, "));
        entry.shows("Transfer of 20 minutes").await?;
        assert_eq!(desk.role("listitem").within(&candidates).count().await?, 2);
        desk.button("This one").within(&entry).click().await?;
        desk.css(".receipt").shows("by a user").await?;
        assert_outcome(desk, &completed, "decided-made").await?;

        // This transfer wasn't completed, but two identical ones were. The user knows that they are not this one.
        let dropped = json!({ "fault": "drop_before", "delay_ms": 2500 });
        kind.fault(desk, dropped).await?;
        kind.send(desk, 30).await?;
        kind.wait_for_requests(desk, 3).await?;
        transfer_outside_portal(desk, 30).await?;
        transfer_outside_portal(desk, 30).await?;
        candidates.seen().await?;
        let not_completed = submission_key(desk, "unknown").await?;
        desk.button("Mark as not completed").click().await?;
        desk.css(".absent").shows("by a user").await?;
        assert_outcome(desk, &not_completed, "decided-not").await?;

        desk.reload().await?;
        enter_keys(desk).await?;
        for (key, words) in [
            (&completed, format!("The entry: {row}")),
            (
                &not_completed,
                "Not completed, but may be in the log".to_owned(),
            ),
        ] {
            let article = desk.css(&format!("article.submission[data-key='{key}']"));
            article.shows("by a user").await?;
            article.shows(&words).await?;
        }
        assert_outcome(desk, &completed, "decided-made").await?;
        assert_outcome(desk, &not_completed, "decided-not").await
    });
}

#[test]
fn a_rejected_api_key_is_requested_and_then_the_movement_resumes() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            let rejected = json!({ "fault": "status", "status": 401 });
            kind.fault(desk, rejected).await?;
            kind.send(desk, 20).await?;
            let waiting = desk.css(".unknown");
            waiting.has("data-state", "key-needed").await?;
            waiting.shows("Waiting for API key").await?;
            waiting.shows("No credits moved.").await?;
            let key = submission_key(desk, "unknown").await?;
            add_missing_key(desk).await?;
            kind.open(desk).await?;
            assert_eq!(submission_key(desk, "receipt").await?, key);
            assert_outcome(desk, &key, "done").await?;
            let bodies = sent_bodies(desk, &key).await?;
            assert!(bodies.len() == 2 && bodies[0] == bodies[1], "{bodies:?}");
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        // It also works after a reload.
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "status", "status": 401 }))
            .await?;
        kind.send(desk, 40).await?;
        desk.css(".unknown").has("data-state", "key-needed").await?;
        let key = submission_key(desk, "unknown").await?;
        wait_for_record(desk, &key, "unauthorized").await?;
        desk.reload().await?;
        enter_keys(desk).await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(requests_with_key(desk, &key).await?.len(), 2);

        // After an attempt that may have completed, a rejected API key proves nothing: there is no way back to the
        // form.
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.fault(desk, json!({ "fault": "status", "status": 401 }))
            .await?;
        kind.send(desk, 30).await?;
        let waiting = desk.css(".unknown");
        waiting.has("data-state", "key-needed").await?;
        waiting.shows(UNKNOWN_MESSAGE).await?;
        let offered = desk.role("button").within(&waiting).texts().await?;
        assert_eq!(offered, Vec::<String>::new());
        let key = submission_key(desk, "unknown").await?;
        add_missing_key(desk).await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(requests_with_key(desk, &key).await?.len(), 3);
        assert_eq!(completed_count(desk, kind).await?, 2);
        Ok(())
    });
}
