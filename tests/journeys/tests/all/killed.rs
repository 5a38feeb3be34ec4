//! The browser and all its processes are killed at some point after the confirmation, and it restarts on the same
//! profile.

use std::{env, time::Duration};

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup};
use serde_json::json;

use crate::steps::{
    Kind, allow_failed_requests, assert_activity_matches_ledger, completed_count, sign_in,
};

/// When it is killed, in milliseconds after the confirmation: roughly while the journal is written, while the request
/// is in flight, and when the response is due. Which delay hits which phase depends on the machine.
const KILL_DELAYS_MS: [u64; 5] = [0, 30, 80, 200, 550];

/// Returns a random delay in milliseconds. To repeat a failed run, set CREDIT_DESK_SEED to its seed.
fn random_delay_ms() -> Result<u64> {
    let seed = match env::var("CREDIT_DESK_SEED") {
        Ok(seed) => seed.parse()?,
        Err(_) => fastrand::u64(..),
    };
    let delay_ms = fastrand::Rng::with_seed(seed).u64(..700);
    println!("CREDIT_DESK_SEED={seed}: killed after {delay_ms} ms");
    Ok(delay_ms)
}

/// Confirms the open review, kills the browser after this delay, restarts it and signs in.
async fn confirm_and_kill(desk: &Desk, delay_ms: u64) -> Result<()> {
    desk.js("document.querySelector('.review button.primary').click()")
        .await?;
    // The moment of the kill varies on purpose, so there is no condition to wait for.
    tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    desk.kill_browser().await?;
    desk.sandbox.clear_faults().await?;
    sign_in(desk, "/").await
}

/// Whenever it is killed, what the portal finally shows matches the ledger, which holds nothing twice.
async fn assert_survives(desk: &Desk, kind: Kind) -> Result<()> {
    allow_failed_requests(desk);
    sign_in(desk, "/").await?;
    kind.send(desk, 20).await?;
    desk.css(".receipt").seen().await?;
    assert_activity_matches_ledger(desk).await?;
    // While the amounts are rechecked: nothing was sent, and nothing is shown.
    kind.open(desk).await?;
    kind.review(desk, 21).await?;
    let slow = json!({ "route": "*", "fault": "delay", "delay_ms": 5000, "count": null });
    desk.sandbox.fault(slow).await?;
    confirm_and_kill(desk, 0).await?;
    assert_eq!(assert_activity_matches_ledger(desk).await?.len(), 1);
    kind.wait_for_requests(desk, 1).await?;

    let delays = KILL_DELAYS_MS.into_iter().chain([random_delay_ms()?]);
    for (size, delay_ms) in (22..).zip(delays) {
        kind.open_empty(desk).await?;
        kind.review(desk, size).await?;
        let slow = json!({ "fault": "delay", "delay_ms": 300 });
        kind.fault(desk, slow).await?;
        confirm_and_kill(desk, delay_ms).await?;
        let shown = assert_activity_matches_ledger(desk).await?;
        let done = shown.iter().filter(|(_, state)| state == "done").count();
        println!("killed after {delay_ms} ms: {:?}", shown.first());
        assert_eq!(completed_count(desk, kind).await?, done);
    }
    Ok(())
}

#[test]
fn survives_where_repeated_keys_are_ignored() {
    let quick = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 3 } });
    Setup::default()
        .config(quick)
        .journey(async |desk| assert_survives(desk, Kind::Transfer).await);
}

#[test]
fn survives_where_repeated_keys_are_recognized() {
    Setup::default().journey(async |desk| assert_survives(desk, Kind::Allocation).await);
}
