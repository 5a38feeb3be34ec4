//! Form drafts outlive the page, but only for the user who typed them.

use credit_desk_journeys::journey;

use crate::steps::{enter_keys, fill_transfer, open_screen, sign_in, sign_in_as_other_account};

#[test]
fn a_draft_survives_a_reload() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.field("Client rate per minute").fill("0.25").await?;
        open_screen(desk, "Allocate").await?;
        desk.field("Description").fill("For March").await?;
        open_screen(desk, "Calculate").await?;
        desk.role("radio")
            .named("Revert from client")
            .click()
            .await?;
        desk.field("Minutes").fill("31").await?;
        desk.field("Client").fill("Acme").await?;
        open_screen(desk, "Allocate").await?;
        // Reload again before signing in.
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        desk.reload().await?;
        enter_keys(desk).await?;
        desk.field("Description").holds("For March").await?;
        open_screen(desk, "Transfer").await?;
        desk.field("Client").holds("Beta Co").await?;
        desk.field("Minutes").holds("23").await?;
        desk.field("Client rate per minute").holds("0.25").await?;
        open_screen(desk, "Calculate").await?;
        desk.field("Minutes").holds("31").await?;
        desk.field("Client").holds("Acme").await
    });
}

#[test]
fn signing_out_discards_the_draft() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        desk.reload().await?;
        let stored = desk
            .js("return JSON.stringify(sessionStorage)")
            .await?
            .to_string();
        assert!(
            !stored.contains("23") && !stored.contains("Beta"),
            "{stored}"
        );
        enter_keys(desk).await?;
        open_screen(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn a_draft_is_not_shown_to_another_account() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.reload().await?;
        sign_in_as_other_account(desk).await?;
        open_screen(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}
