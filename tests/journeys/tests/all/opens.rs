//! The portal opens, and nothing complains.

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
fn the_address_follows_whatever_way_one_takes() {
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
        // The screen before the last one, which was gone back and forward from.
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
