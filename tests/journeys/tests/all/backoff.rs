//! Requests with an unknown outcome are retried when the service allows it, but not forever.

use anyhow::{Context as _, Result};
use credit_desk_journeys::Desk;
use serde_json::json;

use crate::steps::{
    Kind, allow_failed_requests, assert_outcome, completed_count, record_page_text,
    requests_with_key, sign_in, submission_key,
    unknown::{setup, status_fault},
    was_shown,
};

/// Returns the pauses between the requests with this key, in milliseconds.
async fn pauses(desk: &Desk, key: &str) -> Result<Vec<u64>> {
    let mut times = Vec::new();
    for request in requests_with_key(desk, key).await? {
        let at = request["at"]
            .as_str()
            .context("the request has no time")?
            .to_owned();
        let at = desk
            .js(&format!("return Date.parse({})", json!(at)))
            .await?;
        times.push(at.as_u64().context("not a time")?);
    }
    Ok(times.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

#[test]
fn retry_after_is_respected_unless_the_user_retries() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        let mut busy = status_fault(503);
        busy["retry_after"] = json!(3);
        kind.fault(desk, busy.clone()).await?;
        kind.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        let pauses = pauses(desk, &key).await?;
        assert!(pauses.len() == 1 && pauses[0] >= 3000, "{pauses:?}");
        assert_outcome(desk, &key, "done").await?;

        // The service says that it is still processing. A user who retries at once moves nothing twice.
        kind.open(desk).await?;
        let working =
            json!({ "fault": "status", "status": 409, "retry_after": 300, "after_commit": true });
        kind.fault(desk, working).await?;
        kind.review(desk, 21).await?;
        kind.confirm_button(desk, 21).click().await?;
        desk.css(".unknown").shows("Still processing").await?;
        desk.button("Retry now").click().await?;
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(requests_with_key(desk, &key).await?.len(), 2);
        assert_eq!(completed_count(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn retries_stop_when_the_service_keeps_failing() {
    let quick =
        json!({ "timeout_seconds": 3, "organizations_api": { "settles_after_seconds": 3 } });
    let wait_timeout = std::time::Duration::from_secs(40);
    setup()
        .config(quick)
        .wait_timeout(wait_timeout)
        .journey(async |desk| {
            allow_failed_requests(desk);
            sign_in(desk, "/").await?;
            let kind = Kind::Allocation;
            let mut permanent = status_fault(500);
            permanent["count"] = json!(null);
            kind.fault(desk, permanent).await?;
            kind.send(desk, 20).await?;
            // When retries don't help, the log is searched. A movement that isn't in it wasn't completed.
            let key = submission_key(desk, "absent").await?;
            assert_outcome(desk, &key, "absent").await?;
            let pauses = pauses(desk, &key).await?;
            assert_eq!(pauses.len(), 4, "five attempts: {pauses:?}");
            let is_growing = pauses.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(
                is_growing && pauses[0] >= 750,
                "with growing pauses: {pauses:?}"
            );
            assert_eq!(completed_count(desk, kind).await?, 0);
            Ok(())
        });
}

#[test]
fn a_key_past_its_replay_window_is_not_retried() {
    let expired = json!({
        "timeout_seconds": 3,
        "organizations_api": { "replay_window_hours": 0, "settles_after_seconds": 3 },
    });
    setup().config(expired).journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        record_page_text(desk).await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        was_shown(desk, "Too old to retry safely.").await?;
        desk.css(".receipt")
            .shows("it's in the wallet's history")
            .await?;
        kind.wait_for_requests(desk, 1).await?;
        assert_outcome(desk, &key, "done").await
    });
}
