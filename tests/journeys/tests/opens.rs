//! The portal opens, and nothing complains.

use credit_desk_journeys::journey;

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
