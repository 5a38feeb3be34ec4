//! Steps that are the same for both kinds of movement.

use anyhow::Result;
use credit_desk_journeys::{Desk, Find};
use serde_json::{Value, json};

use super::{
    ALLOCATE, TRANSFER, assert_outcome, completed_count, open_screen, review_transfer,
    submission_key,
};

/// A kind of movement for each way a service treats repeated keys, as the shipped configuration has it: the reseller
/// API ignores a repeated key, and the organizations API returns the first response again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Keys are ignored: an unknown outcome is searched for in the log.
    Transfer,
    /// Keys are replayed: a request with an unknown outcome is sent again.
    Allocation,
}

impl Kind {
    pub const BOTH: [Self; 2] = [Self::Transfer, Self::Allocation];

    /// The sandbox's name for its route.
    pub fn route(self) -> &'static str {
        match self {
            Self::Transfer => TRANSFER,
            Self::Allocation => ALLOCATE,
        }
    }

    /// The ledger's name for its movements.
    pub fn ledger_kind(self) -> &'static str {
        match self {
            Self::Transfer => "credit_transfer",
            Self::Allocation => "allocation",
        }
    }

    /// The path of its form.
    pub fn path(self) -> &'static str {
        match self {
            Self::Transfer => "/transfer",
            Self::Allocation => "/allocate",
        }
    }

    /// The confirmation button, the only one that moves anything.
    #[track_caller]
    pub fn confirm_button(self, desk: &Desk, size: u32) -> Find<'_> {
        match self {
            Self::Transfer => desk.button(&format!("Transfer {size} minutes to Beta Co")),
            Self::Allocation => {
                desk.button(&format!("Allocate {size} credits to Northwind Studio"))
            }
        }
    }

    /// Fills in the open form and opens its review.
    pub async fn review(self, desk: &Desk, size: u32) -> Result<()> {
        match self {
            Self::Transfer => review_transfer(desk, "Beta Co", &size.to_string()).await,
            Self::Allocation => {
                desk.field("Organization").fill("Northwind Studio").await?;
                desk.field("Credits").fill(&size.to_string()).await?;
                desk.button("Review allocation").click().await?;
                desk.heading("Review and confirm").seen().await
            }
        }
    }

    /// Opens the form within the running portal, fills it in and confirms its review.
    pub async fn send(self, desk: &Desk, size: u32) -> Result<()> {
        self.open(desk).await?;
        self.review(desk, size).await?;
        self.confirm_button(desk, size).click().await
    }

    /// Sends it and waits until its first request has arrived. Returns its key.
    pub async fn send_and_wait(self, desk: &Desk, size: u32) -> Result<String> {
        self.send(desk, size).await?;
        self.wait_for_requests(desk, 1).await?;
        submission_key(desk, "sending").await
    }

    /// Waits until it is shown as done, and asserts that the ledger holds it and no other of its kind.
    pub async fn assert_completed_once(self, desk: &Desk, key: &str) -> Result<()> {
        assert_outcome(desk, key, "done").await?;
        assert_eq!(completed_count(desk, self).await?, 1);
        Ok(())
    }

    /// Opens the form within the running portal.
    pub async fn open(self, desk: &Desk) -> Result<()> {
        let link = match self {
            Self::Transfer => "Transfer",
            Self::Allocation => "Allocate",
        };
        open_screen(desk, link).await
    }

    /// Opens an empty form, and dismisses the outcome of a resumed movement.
    pub async fn open_empty(self, desk: &Desk) -> Result<()> {
        self.open(desk).await?;
        let shown = desk.css("main form.movement, main .receipt, main .absent");
        shown.seen().await?;
        for (part, button) in [(".receipt", "New "), (".absent", "Dismiss")] {
            if desk.css(part).count().await? > 0 {
                desk.button(button).click().await?;
            }
        }
        Ok(())
    }

    /// Adds a fault to the sandbox for the next request on this route.
    pub async fn fault(self, desk: &Desk, mut fault: Value) -> Result<()> {
        fault["route"] = json!(self.route());
        desk.sandbox.fault(fault).await.map(drop)
    }

    /// Delays the next response long enough for a test to act before it arrives. The movement is committed at once.
    pub async fn delay_response(self, desk: &Desk) -> Result<()> {
        let late = json!({ "fault": "delay", "delay_ms": 15_000, "after_commit": true });
        self.fault(desk, late).await
    }

    /// Waits until this many of its requests have arrived.
    pub async fn wait_for_requests(self, desk: &Desk, times: u64) -> Result<()> {
        desk.until(
            format!("{times} requests on {}", self.route()),
            async || Ok(desk.sandbox.requests(self.route()).await? == times),
        )
        .await
    }
}
