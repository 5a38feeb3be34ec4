//! What is done in the same way with movements of both kinds.

use anyhow::Result;
use credit_desk_journeys::{Desk, Find};
use serde_json::{Value, json};

use super::{ALLOCATE, TRANSFER, ended, go, key_of, made, review_transfer};

/// The two settings of a backend, each by a movement that meets it as the portal is shipped: the reseller API does nothing with a
/// repeated key, the organizations API gives the first answer again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Keys are ignored: what is unknown is searched for in the log.
    Transfer,
    /// Keys are replayed: what is unknown is asked for again.
    Allocation,
}

impl Kind {
    pub const BOTH: [Self; 2] = [Self::Transfer, Self::Allocation];

    /// As the sandbox names its route.
    pub fn route(self) -> &'static str {
        match self {
            Self::Transfer => TRANSFER,
            Self::Allocation => ALLOCATE,
        }
    }

    /// As the ledger names its movements.
    pub fn movement(self) -> &'static str {
        match self {
            Self::Transfer => "credit_transfer",
            Self::Allocation => "allocation",
        }
    }

    /// Where its form is.
    pub fn path(self) -> &'static str {
        match self {
            Self::Transfer => "/transfer",
            Self::Allocation => "/allocate",
        }
    }

    /// The one button that moves something.
    #[track_caller]
    pub fn confirm(self, desk: &Desk, size: u32) -> Find<'_> {
        match self {
            Self::Transfer => desk.button(&format!("Transfer {size} minutes to Beta Co")),
            Self::Allocation => {
                desk.button(&format!("Allocate {size} credits to Northwind Studio"))
            }
        }
    }

    /// Fills the form that is open and goes on to its review.
    pub async fn review(self, desk: &Desk, size: u32) -> Result<()> {
        match self {
            Self::Transfer => review_transfer(desk, "Beta Co", &size.to_string()).await,
            Self::Allocation => {
                desk.field("Organization").fill("Northwind Studio").await?;
                desk.field("Credits").fill(&size.to_string()).await?;
                desk.button("Review allocation").click().await?;
                desk.heading("Check and confirm").seen().await
            }
        }
    }

    /// Opens the form within the running portal, goes on to the review and confirms it.
    pub async fn send(self, desk: &Desk, size: u32) -> Result<()> {
        self.open(desk).await?;
        self.review(desk, size).await?;
        self.confirm(desk, size).click().await
    }

    /// Sends it and waits until its first request has come in. Gives its key.
    pub async fn is_sending(self, desk: &Desk, size: u32) -> Result<String> {
        self.send(desk, size).await?;
        self.has_asked(desk, 1).await?;
        key_of(desk, "sending").await
    }

    /// It was told as made, and the ledger holds it and no other of its kind.
    pub async fn is_made_once(self, desk: &Desk, key: &str) -> Result<()> {
        ended(desk, key, "done").await?;
        assert_eq!(made(desk, self).await?, 1);
        Ok(())
    }

    /// Opens the form within the running portal.
    pub async fn open(self, desk: &Desk) -> Result<()> {
        let link = match self {
            Self::Transfer => "Transfer",
            Self::Allocation => "Allocate",
        };
        go(desk, link).await
    }

    /// Opens the form, and puts aside the end of a movement that was taken up again.
    pub async fn open_anew(self, desk: &Desk) -> Result<()> {
        self.open(desk).await?;
        let shown = desk.css("main form.movement, main .receipt, main .absent");
        shown.seen().await?;
        for (part, button) in [(".receipt", "New "), (".absent", "Put it aside")] {
            if desk.css(part).count().await? > 0 {
                desk.button(button).click().await?;
            }
        }
        Ok(())
    }

    /// What the sandbox does wrong with the next one.
    pub async fn fault(self, desk: &Desk, mut fault: Value) -> Result<()> {
        fault["route"] = json!(self.route());
        desk.sandbox.fault(fault).await.map(drop)
    }

    /// Keeps the next answer back for so long that whatever happens meanwhile happens before it; the movement is made at once.
    pub async fn answers_late(self, desk: &Desk) -> Result<()> {
        let late = json!({ "fault": "delay", "delay_ms": 15_000, "after_commit": true });
        self.fault(desk, late).await
    }

    /// Waits until so many of its requests have come in.
    pub async fn has_asked(self, desk: &Desk, times: u64) -> Result<()> {
        desk.until(
            format!("{times} requests on {}", self.route()),
            async || Ok(desk.sandbox.requests(self.route()).await? == times),
        )
        .await
    }
}
