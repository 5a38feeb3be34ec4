//! Steps that several journeys take.
#![allow(dead_code, reason = "each journey takes its own steps")]

use anyhow::Result;
use credit_desk_journeys::Desk;

/// The route of a transfer, as the sandbox names it.
pub const TRANSFER: &str = "POST /api/v1/reseller/credits/transfer";
/// The route of a revert.
pub const REVERT: &str = "POST /api/v1/reseller/credits/revert";
/// The route of an allocation.
pub const ALLOCATE: &str = "POST /v1/organizations/*/credits/allocate";
/// The organization that can be allocated to.
pub const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
/// One's own organization at the organizations API.
pub const PARENT: &str = "org_00000000-0000-4000-8000-000000000001";

/// Opens `path` and signs in at both backends.
pub async fn sign_in(desk: &Desk, path: &str) -> Result<()> {
    desk.goto(path).await?;
    desk.field("Reseller API key")
        .fill("demo-reseller-key")
        .await?;
    desk.field("Organizations API key")
        .fill("lp_test_demo")
        .await?;
    desk.button("Sign in").click().await?;
    desk.role("navigation").named("Main").seen().await
}

/// Fills the transfer form; the rate follows from the child.
pub async fn fill_transfer(desk: &Desk, child: &str, minutes: &str) -> Result<()> {
    desk.field("Child organization").fill(child).await?;
    desk.field("Minutes").fill(minutes).await
}

/// Fills the transfer form and goes on to its review.
pub async fn review_transfer(desk: &Desk, child: &str, minutes: &str) -> Result<()> {
    fill_transfer(desk, child, minutes).await?;
    desk.button("Review transfer").click().await?;
    desk.heading("Check and confirm").seen().await
}

/// What the backend says no to is an error on the browser's own console too.
pub fn refusals_are_expected(desk: &Desk) {
    desk.allow_console_error("Failed to load resource");
}

/// How many transfers the ledger holds besides the one it opens with.
pub async fn transfers(desk: &Desk) -> Result<usize> {
    Ok(desk.sandbox.movements("credit_transfer").await?.len() - 1)
}

/// Goes to `path` within the running portal, as following a link does; the session stays.
pub async fn follow(desk: &Desk, path: &str) -> Result<()> {
    desk.js(&format!(
        "const link = document.createElement('a'); link.href = '{path}'; document.body.append(link); link.click(); link.remove()"
    ))
    .await?;
    Ok(())
}
