//! A submission is sent once, no matter how the button is pressed and where the user navigates in the meantime.

use anyhow::Result;
use credit_desk_journeys::{Desk, Key, journey};
use serde_json::{Value, json};
use thirtyfour::{RequestData, SessionId, common::command::FormatRequestData};

use crate::steps::{
    Kind, LOG, TRANSFER, assert_outcome, completed_count, fill_transfer, review_transfer, sign_in,
    submission_key, transfer_count,
};

#[test]
fn a_double_click_sends_one_request() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        review_transfer(desk, "Beta Co", "20").await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .double_click()
            .await?;
        desk.css(".receipt").shows("Transferred 20 minutes").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        assert_eq!(transfer_count(desk).await?, 1);
        Ok(())
    });
}

#[test]
fn holding_enter_stops_at_the_review_and_confirms_once() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "20").await?;
        let repeated_enter = || std::iter::repeat_n(char::from(Key::Enter), 12).collect::<String>();
        desk.press(repeated_enter()).await?;
        desk.heading("Review and confirm").seen().await?;
        desk.press(repeated_enter()).await?;
        assert_eq!(
            desk.sandbox.requests(TRANSFER).await?,
            0,
            "Enter never goes past the review"
        );
        desk.button("Transfer 20 minutes to Beta Co")
            .focus()
            .await?;
        desk.press(repeated_enter()).await?;
        desk.css(".receipt").shows("Transferred 20 minutes").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        assert_eq!(transfer_count(desk).await?, 1);
        Ok(())
    });
}

/// WebDriver actions of the keyboard and the mouse at the same time.
#[derive(Debug)]
struct SimultaneousInput(Value);

impl FormatRequestData for SimultaneousInput {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(reqwest::Method::POST, format!("/session/{session}/actions"))
            .add_body(self.0.clone())
    }
}

/// Presses Enter and clicks on one element at the same time.
async fn enter_and_click(desk: &Desk, on: &thirtyfour::WebElement) -> Result<()> {
    let enter = char::from(Key::Enter).to_string();
    let actions = json!({ "actions": [
        { "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": [
            { "type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": on.to_json()? },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ] },
        { "type": "key", "id": "keys", "actions": [
            { "type": "pause", "duration": 0 },
            { "type": "keyDown", "value": enter },
            { "type": "keyUp", "value": enter },
        ] },
    ] });
    desk.driver().cmd(SimultaneousInput(actions)).await?;
    Ok(())
}

#[test]
fn enter_and_a_click_at_the_same_time_send_one_request() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        // Not the clicks: a slow browser may receive the second press after the button is gone.
        desk.js("for (const type of ['keydown', 'mousedown']) {
                addEventListener(type, () => window.presses?.push(type), true);
            }")
            .await?;
        for kind in Kind::BOTH {
            kind.open(desk).await?;
            kind.review(desk, 20).await?;
            let button = kind.confirm_button(desk, 20);
            button.focus().await?;
            desk.js("window.presses = []").await?;
            enter_and_click(desk, &button.element().await?).await?;
            let key = submission_key(desk, "receipt").await?;
            let presses = desk.js("return presses.sort()").await?;
            assert_eq!(
                presses,
                json!(["keydown", "mousedown"]),
                "one from the key and one from the mouse"
            );
            assert_outcome(desk, &key, "done").await?;
            assert_eq!(desk.sandbox.requests(kind.route()).await?, 1);
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn many_clicks_at_the_same_time_send_one_request() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        for kind in Kind::BOTH {
            kind.open(desk).await?;
            kind.review(desk, 20).await?;
            // Before the page can render again: only a synchronous lock can reject all but the first.
            desk.js("const button = document.querySelector('.review button.primary'); for (let i = 0; i < 8; i += 1) button.click()")
                .await?;
            let key = submission_key(desk, "receipt").await?;
            assert_outcome(desk, &key, "done").await?;
            assert_eq!(desk.sandbox.requests(kind.route()).await?, 1);
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn leaving_the_screen_neither_stops_nor_repeats_a_movement() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        review_transfer(desk, "Beta Co", "20").await?;
        desk.sandbox
            .fault(json!({ "route": TRANSFER, "fault": "delay", "delay_ms": 3000, "after_commit": true }))
            .await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        desk.link("Credit log").click().await?;
        desk.css("aside.unresolved").shows("is being sent").await?;
        desk.back().await?;
        desk.css(".receipt").shows("Transferred 20 minutes").await?;
        desk.css("aside.unresolved").gone().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn going_back_to_the_form_during_the_recheck_sends_nothing() {
    journey(async |desk| {
        let kind = Kind::Transfer;
        let slow = json!({ "route": LOG, "fault": "delay", "delay_ms": 3000 });
        let wait_for_logs = async |times| {
            let is_answered = |request: &Value| {
                request["path"] == "/api/v1/reseller/credits/logs" && request["status"] == 200
            };
            desk.until("the log to be read", async || {
                let all = desk.sandbox.recent_requests().await?;
                Ok(all.iter().filter(|request| is_answered(request)).count() == times)
            })
            .await
        };
        sign_in(desk, "/calculate").await?;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        desk.sandbox.fault(slow.clone()).await?;
        kind.confirm_button(desk, 20).click().await?;
        desk.button("Edit").click().await?;
        kind.review(desk, 21).await?;
        wait_for_logs(1).await?;
        // What was confirmed is no longer what the form shows.
        kind.confirm_button(desk, 21).seen().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // Opening another screen doesn't cancel the confirmation, and its progress shows there.
        desk.sandbox.fault(slow).await?;
        kind.confirm_button(desk, 21).click().await?;
        desk.link("Calculate").click().await?;
        let banner = desk.css("aside.unresolved li");
        banner.shows("is being rechecked").await?;
        kind.wait_for_requests(desk, 1).await?;
        kind.open(desk).await?;
        let key = submission_key(desk, "receipt").await?;
        kind.assert_completed_once(desk, &key).await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn back_and_forward_send_nothing_again() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        Kind::Transfer.open(desk).await?;
        Kind::Transfer.review(desk, 20).await?;
        desk.sandbox
            .fault(json!({ "route": TRANSFER, "fault": "delay", "delay_ms": 5000, "after_commit": true }))
            .await?;
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "sending").await?;
        for _ in 0..3 {
            desk.back().await?;
            desk.heading("Overview").seen().await?;
            desk.css("aside.unresolved").shows("is being sent").await?;
            desk.forward().await?;
            assert_eq!(submission_key(desk, "sending").await?, key);
            assert_eq!(desk.css(".review").count().await?, 0);
        }
        assert_eq!(submission_key(desk, "receipt").await?, key);
        // Once the receipt was seen, back and forward lead to an empty form: nothing is left to confirm.
        desk.back().await?;
        desk.heading("Overview").seen().await?;
        desk.forward().await?;
        desk.field("Minutes").holds("").await?;
        assert_eq!(desk.css(".review, .receipt").count().await?, 0);
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        assert_eq!(transfer_count(desk).await?, 1);
        assert_outcome(desk, &key, "done").await
    });
}

#[test]
fn every_form_sends_a_new_key() {
    journey(async |desk| {
        sign_in(desk, "/calculate").await?;
        desk.field("Minutes").fill("500").await?;
        desk.field("Client rate per minute").fill("0.10").await?;
        desk.css(".quote").shows("$45.00").await?;
        desk.link("Transfer").click().await?;
        review_transfer(desk, "Beta Co", "20").await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        desk.css(".receipt").seen().await?;
        desk.link("Revert").click().await?;
        desk.field("Client").fill("Beta Co").await?;
        desk.field("Minutes").fill("5").await?;
        desk.button("Review revert").click().await?;
        desk.button("Revert 5 minutes from Beta Co").click().await?;
        desk.css(".receipt").seen().await?;
        desk.link("Allocate").click().await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("5").await?;
        desk.button("Review allocation").click().await?;
        desk.button("Allocate 5 credits to Northwind Studio")
            .click()
            .await?;
        desk.css(".receipt").seen().await?;
        let requests = desk.sandbox.recent_requests().await?;
        let posts: Vec<_> = requests
            .iter()
            .filter(|request| request["method"] == "POST")
            .collect();
        let mut keys: Vec<_> = posts
            .iter()
            .map(|post| post["idempotency_key"].as_str().unwrap_or_default())
            .collect();
        assert!(
            keys.iter()
                .all(|key| key.len() == 36 && key.as_bytes()[14] == b'4'),
            "UUID v4: {keys:?}"
        );
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), posts.len());
        for part in ["calculate", "transfer", "revert", "allocate"] {
            let sent = posts.iter().any(|post| {
                post["path"]
                    .as_str()
                    .is_some_and(|path| path.ends_with(part))
            });
            assert!(sent, "{part} was sent");
        }
        Ok(())
    });
}
