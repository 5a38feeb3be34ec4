//! Calculate: every amount of the live preview in both directions, and what it shows when a preview is declined.

use credit_desk_journeys::journey;

use crate::steps::{allow_failed_requests, sign_in};

#[test]
fn both_previews_show_every_amount() {
    journey(async |desk| {
        // When the direction changes, the form still has an amount that the child can't give back, and a slow run
        // requests its preview.
        desk.allow_console_error("status of 400");
        sign_in(desk, "/calculate").await?;
        desk.field("Minutes").fill("500").await?;
        desk.field("Client rate per minute").fill("0.10").await?;
        let quote = desk.css(".quote");
        for words in [
            "Your balance",
            "$61.613",
            "$16.613",
            "Cost to you",
            "$45.00",
            "Client is credited",
            "$50.00",
            "Your profit",
            "$5.00",
            "Profit per minute",
            "$0.01/min",
            "Your rate",
            "$0.09/min",
            "Minutes available before",
            "684",
        ] {
            quote.shows(words).await?;
        }

        desk.field("Revert from client").click().await?;
        desk.field("Client").fill("Beta Co").await?;
        desk.field("Minutes").fill("10").await?;
        for words in [
            "Beta Co's balance",
            "$10.00",
            "$8.00",
            "$62.513",
            "Deducted from client",
            "$2.00",
            "Refund to you",
            "$0.90",
            "Client rate",
            "$0.20/min",
            "Client's unused minutes",
            "50",
        ] {
            quote.shows(words).await?;
        }
        // Nothing is transferred.
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "61.613");
        assert_eq!(desk.sandbox.balance("child:4002").await?, "10");
        Ok(())
    });
}

#[test]
fn a_declined_preview_says_why_at_its_field() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/calculate").await?;
        let quote = desk.css(".quote");
        desk.field("Minutes").fill("1000").await?;
        desk.field("Client rate per minute").fill("0.20").await?;
        quote.shows("Insufficient balance.").await?;
        // Not mentioned: a preview never moves anything.
        assert!(!quote.texts().await?.concat().contains("No credits moved."));
        desk.field("Minutes").fill("20").await?;
        desk.field("Client rate per minute").fill("0.05").await?;
        quote.shows("Rate can't be below your cost.").await?;
        desk.field("Client rate per minute")
            .fill("0.1234567")
            .await?;
        desk.button("Calculate").click().await?;
        desk.css("#rate-error")
            .shows("Up to 6 decimal places")
            .await?;
        desk.field("Minutes").fill("2.5").await?;
        desk.css("#minutes-error")
            .shows("Whole numbers only")
            .await?;
        desk.field("Revert from client").click().await?;
        desk.field("Client").fill("Beta Co").await?;
        desk.field("Minutes").fill("51").await?;
        quote
            .shows("This client doesn't have that many unused minutes.")
            .await
    });
}
