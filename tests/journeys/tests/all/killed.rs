//! The browser is killed at some moment after the confirmation, with all its processes, and started again on the same profile.

use std::{env, time::Duration};

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup};
use serde_json::json;

use crate::steps::{Kind, agreed, made, refusals_are_expected, sign_in};

/// When it is killed, in milliseconds after the confirmation: about while the journal is written, while the request is on its way,
/// and when the answer is due. Which is which differs from machine to machine.
const MOMENTS: [u64; 5] = [0, 30, 80, 200, 550];

/// One more moment, by chance. The seed of a run that failed can be given again in CREDIT_DESK_SEED.
fn drawn() -> Result<u64> {
    let seed = match env::var("CREDIT_DESK_SEED") {
        Ok(seed) => seed.parse()?,
        Err(_) => fastrand::u64(..),
    };
    let moment = fastrand::Rng::with_seed(seed).u64(..700);
    println!("CREDIT_DESK_SEED={seed}: killed after {moment} ms");
    Ok(moment)
}

/// Confirms what is reviewed, kills the browser at this moment, starts it again and signs in.
async fn confirm_and_kill(desk: &Desk, moment: u64) -> Result<()> {
    desk.js("document.querySelector('.review button.primary').click()")
        .await?;
    tokio::time::sleep(Duration::from_millis(moment)).await;
    desk.kill_browser().await?;
    desk.sandbox.no_faults().await?;
    sign_in(desk, "/").await
}

/// Whatever the moment: what is told in the end is what the ledger holds, and it holds nothing twice.
async fn survives(desk: &Desk, kind: Kind) -> Result<()> {
    refusals_are_expected(desk);
    sign_in(desk, "/").await?;
    kind.send(desk, 20).await?;
    desk.css(".receipt").seen().await?;
    agreed(desk).await?;
    // While the figures are read once more: nothing was sent, and nothing is told.
    kind.open(desk).await?;
    kind.review(desk, 21).await?;
    let slow = json!({ "route": "*", "fault": "delay", "delay_ms": 5000, "count": null });
    desk.sandbox.fault(slow).await?;
    confirm_and_kill(desk, 0).await?;
    assert_eq!(agreed(desk).await?.len(), 1);
    kind.has_asked(desk, 1).await?;

    let moments = MOMENTS.into_iter().chain([drawn()?]);
    for (size, moment) in (22..).zip(moments) {
        kind.open_anew(desk).await?;
        kind.review(desk, size).await?;
        let slow = json!({ "fault": "delay", "delay_ms": 300 });
        kind.fault(desk, slow).await?;
        confirm_and_kill(desk, moment).await?;
        let told = agreed(desk).await?;
        let done = told.iter().filter(|(_, state)| state == "done").count();
        println!("killed after {moment} ms: {:?}", told.first());
        assert_eq!(made(desk, kind).await?, done);
    }
    Ok(())
}

#[test]
fn where_the_backend_ignores_a_repeated_key() {
    let quick = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 3 } });
    Setup::default()
        .config(quick)
        .journey(async |desk| survives(desk, Kind::Transfer).await);
}

#[test]
fn where_the_backend_knows_a_repeated_key() {
    Setup::default().journey(async |desk| survives(desk, Kind::Allocation).await);
}
