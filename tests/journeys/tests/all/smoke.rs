//! Smoke tests: the portal opens without errors.

use credit_desk_journeys::journey;

use crate::steps::sign_in;

#[test]
fn the_page_opens() {
    journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        desk.css("#boot").gone().await?;
        let title = desk.title().await?;
        assert!(title.contains("Credit Desk"), "the title is {title:?}");
        Ok(())
    });
}

#[test]
fn the_url_follows_links_and_back_and_forward() {
    journey(async |desk| {
        sign_in(desk, "/revert").await?;
        for link in ["Transfer", "Allocate"] {
            desk.link(link).click().await?;
            desk.heading(link).seen().await?;
        }
        desk.back().await?;
        desk.heading("Transfer").seen().await?;
        desk.forward().await?;
        desk.heading("Allocate").seen().await?;
        // Transfer is also the previous history entry.
        desk.link("Transfer").click().await?;
        desk.heading("Transfer").seen().await?;
        desk.until(
            "its address",
            async || Ok(desk.path().await? == "/transfer"),
        )
        .await?;
        desk.back().await?;
        desk.heading("Allocate").seen().await?;
        Ok(())
    });
}
