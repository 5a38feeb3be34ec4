//! What is not known is asked again, when the backend likes to be asked, and not for ever.

use anyhow::{Context as _, Result};
use credit_desk_journeys::Desk;
use serde_json::json;

use crate::steps::{
    Kind, ended, key_of, made, refusals_are_expected, requests_of, sign_in, take_notes,
    unknown::{setup, status},
    was_shown,
};

/// How long after the one before each request of this key came in, in milliseconds.
async fn pauses(desk: &Desk, key: &str) -> Result<Vec<u64>> {
    let mut times = Vec::new();
    for request in requests_of(desk, key).await? {
        let at = request["at"].as_str().context("it has no time")?.to_owned();
        let at = desk
            .js(&format!("return Date.parse({})", json!(at)))
            .await?;
        times.push(at.as_u64().context("it is no time")?);
    }
    Ok(times.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

#[test]
fn a_backend_that_wants_to_be_left_alone_is_unless_a_person_insists() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        let mut busy = status(503);
        busy["retry_after"] = json!(3);
        kind.fault(desk, busy.clone()).await?;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        let pauses = pauses(desk, &key).await?;
        assert!(pauses.len() == 1 && pauses[0] >= 3000, "{pauses:?}");
        ended(desk, &key, "done").await?;

        // Still at work on it, says the backend; and a person who cannot wait asks at once, which moves nothing twice.
        kind.open(desk).await?;
        let working =
            json!({ "fault": "status", "status": 409, "retry_after": 300, "after_commit": true });
        kind.fault(desk, working).await?;
        kind.review(desk, 21).await?;
        kind.confirm(desk, 21).click().await?;
        desk.css(".unknown")
            .shows("still working on this submission")
            .await?;
        desk.button("Ask again now").click().await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(requests_of(desk, &key).await?.len(), 2);
        assert_eq!(made(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn a_backend_that_keeps_failing_is_not_asked_for_ever() {
    let quick =
        json!({ "timeout_seconds": 3, "organizations_api": { "settles_after_seconds": 3 } });
    let patience = std::time::Duration::from_secs(40);
    setup()
        .config(quick)
        .patience(patience)
        .journey(async |desk| {
            refusals_are_expected(desk);
            sign_in(desk, "/").await?;
            let kind = Kind::Allocation;
            let mut always = status(500);
            always["count"] = json!(null);
            kind.fault(desk, always).await?;
            kind.send(desk, 20).await?;
            // When asking does not help, the books are read; what is not in them was not made.
            let key = key_of(desk, "absent").await?;
            ended(desk, &key, "absent").await?;
            let pauses = pauses(desk, &key).await?;
            assert_eq!(pauses.len(), 4, "five attempts: {pauses:?}");
            let grow = pauses.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(grow && pauses[0] >= 750, "with growing pauses: {pauses:?}");
            assert_eq!(made(desk, kind).await?, 0);
            Ok(())
        });
}

#[test]
fn a_key_that_is_no_longer_known_is_not_asked_with() {
    let over = json!({
        "timeout_seconds": 3,
        "organizations_api": { "replay_window_hours": 0, "settles_after_seconds": 3 },
    });
    setup().config(over).journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        take_notes(desk).await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        was_shown(desk, "Too old to retry safely.").await?;
        desk.css(".receipt")
            .shows("it stands in the wallet's history")
            .await?;
        kind.has_asked(desk, 1).await?;
        ended(desk, &key, "done").await
    });
}
