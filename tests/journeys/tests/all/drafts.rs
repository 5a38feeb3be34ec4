//! What stands in the forms outlives the page, for the person who typed it.

use credit_desk_journeys::journey;

use crate::steps::{fill_transfer, give_keys, go, sign_in, sign_in_as_somebody_else};

#[test]
fn a_draft_survives_a_reload() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.field("Rate charged per minute").fill("0.25").await?;
        go(desk, "Allocate").await?;
        desk.field("Description").fill("For March").await?;
        go(desk, "Calculate").await?;
        desk.role("radio")
            .named("Revert from a child")
            .click()
            .await?;
        desk.field("Minutes").fill("31").await?;
        desk.field("Child organization").fill("Acme").await?;
        go(desk, "Allocate").await?;
        // The second reload comes before anybody has signed in again.
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        desk.reload().await?;
        give_keys(desk).await?;
        desk.field("Description").holds("For March").await?;
        go(desk, "Transfer").await?;
        desk.field("Child organization").holds("Beta Co").await?;
        desk.field("Minutes").holds("23").await?;
        desk.field("Rate charged per minute").holds("0.25").await?;
        go(desk, "Calculate").await?;
        desk.field("Minutes").holds("31").await?;
        desk.field("Child organization").holds("Acme").await
    });
}

#[test]
fn a_draft_that_was_signed_out_of_is_gone() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        desk.reload().await?;
        let kept = desk
            .js("return JSON.stringify(sessionStorage)")
            .await?
            .to_string();
        assert!(!kept.contains("23") && !kept.contains("Beta"), "{kept}");
        give_keys(desk).await?;
        go(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn a_draft_is_not_shown_to_another_account() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.reload().await?;
        sign_in_as_somebody_else(desk).await?;
        go(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}
