//! Calculate: every figure of the preview, live, in both directions; and what it says when the answer is no.

use credit_desk_journeys::journey;

use crate::steps::{refusals_are_expected, sign_in};

#[test]
fn every_figure_of_both_previews_is_shown() {
    journey(async |desk| {
        // The child can't give back what the form still says when the direction changes, and a slow person lets it be asked.
        desk.allow_console_error("status of 400");
        sign_in(desk, "/calculate").await?;
        desk.field("Minutes").fill("500").await?;
        desk.field("Rate charged per minute").fill("0.10").await?;
        let quote = desk.css(".quote");
        for words in [
            "Your balance",
            "$61.613",
            "$16.613",
            "You pay",
            "$45.00",
            "The child receives",
            "$50.00",
            "Your profit",
            "$5.00",
            "Margin per minute",
            "$0.01/min",
            "Your rate",
            "$0.09/min",
            "Minutes your balance buys now",
            "684",
        ] {
            quote.shows(words).await?;
        }

        desk.field("Revert from a child").click().await?;
        desk.field("Child organization").fill("Beta Co").await?;
        desk.field("Minutes").fill("10").await?;
        for words in [
            "Balance of Beta Co",
            "$10.00",
            "$8.00",
            "$62.513",
            "Taken from the child",
            "$2.00",
            "Refunded to you",
            "$0.90",
            "The child's rate",
            "$0.20/min",
            "Unused minutes of the child now",
            "50",
        ] {
            quote.shows(words).await?;
        }
        // Nothing moves here.
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "61.613");
        assert_eq!(desk.sandbox.balance("child:4002").await?, "10");
        Ok(())
    });
}

#[test]
fn a_preview_that_is_refused_says_why_at_its_field() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/calculate").await?;
        let quote = desk.css(".quote");
        desk.field("Minutes").fill("1000").await?;
        desk.field("Rate charged per minute").fill("0.20").await?;
        quote.shows("Insufficient balance.").await?;
        // A preview could not have moved anything.
        assert!(!quote.texts().await?.concat().contains("No credits moved."));
        desk.field("Minutes").fill("20").await?;
        desk.field("Rate charged per minute").fill("0.05").await?;
        quote.shows("Rate can't be below your cost.").await?;
        desk.field("Rate charged per minute")
            .fill("0.1234567")
            .await?;
        desk.button("Calculate").click().await?;
        desk.css("#rate-error")
            .shows("At most six decimals")
            .await?;
        desk.field("Minutes").fill("2.5").await?;
        desk.css("#minutes-error")
            .shows("Only whole figures")
            .await?;
        desk.field("Revert from a child").click().await?;
        desk.field("Child organization").fill("Beta Co").await?;
        desk.field("Minutes").fill("51").await?;
        quote
            .shows("This client doesn't have that many unused minutes.")
            .await
    });
}
