//! However it is clicked, a submission is sent once.

mod steps;

use credit_desk_journeys::{Key, journey};
use steps::{TRANSFER, fill_transfer, review_transfer, sign_in, transfers};

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
        assert_eq!(transfers(desk).await?, 1);
        Ok(())
    });
}

#[test]
fn enter_held_down_stops_at_the_review_and_confirms_once() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "20").await?;
        let held = || std::iter::repeat_n(char::from(Key::Enter), 12).collect::<String>();
        desk.press(held()).await?;
        desk.heading("Check and confirm").seen().await?;
        desk.press(held()).await?;
        assert_eq!(
            desk.sandbox.requests(TRANSFER).await?,
            0,
            "Enter never goes past the review"
        );
        desk.button("Transfer 20 minutes to Beta Co")
            .focus()
            .await?;
        desk.press(held()).await?;
        desk.css(".receipt").shows("Transferred 20 minutes").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        assert_eq!(transfers(desk).await?, 1);
        Ok(())
    });
}

#[test]
fn leaving_the_screen_neither_stops_nor_repeats_a_movement() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        review_transfer(desk, "Beta Co", "20").await?;
        desk.sandbox
            .fault(serde_json::json!({ "route": TRANSFER, "fault": "delay", "delay_ms": 1500, "after_commit": true }))
            .await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        desk.link("Log").click().await?;
        desk.css("aside.unresolved").shows("is being sent").await?;
        desk.back().await?;
        desk.css(".receipt").shows("Transferred 20 minutes").await?;
        desk.css("aside.unresolved").gone().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn every_form_sends_a_fresh_key() {
    journey(async |desk| {
        sign_in(desk, "/calculate").await?;
        desk.field("Minutes").fill("500").await?;
        desk.field("Rate charged per minute").fill("0.10").await?;
        desk.css(".quote").shows("$45.00").await?;
        desk.link("Transfer").click().await?;
        review_transfer(desk, "Beta Co", "20").await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        desk.css(".receipt").seen().await?;
        desk.link("Revert").click().await?;
        desk.field("Child organization").fill("Beta Co").await?;
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
