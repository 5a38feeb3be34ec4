//! Accessibility: every screen under axe-core, at phone and desktop widths, in light and dark mode.

use std::{env, fs};

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Engine, Setup};
use serde_json::json;

use crate::steps::{
    self, Kind, allow_failed_requests, enter_keys, navigate, open_screen, review_transfer,
    submission_key,
};

/// Runs axe-core once no animation is running, with its default rules and the rule of WCAG 2.2 that is off by default.
/// Returns a line for each finding.
const RUN_AXE: &str = "
    return (async () => {
        const finished = Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
        await Promise.race([finished, new Promise((done) => setTimeout(done, 2000))]);
        const rules = { 'target-size': { enabled: true } };
        const { violations } = await axe.run(document, { resultTypes: ['violations'], rules });
        const plain = (text) => text.replace(/\\s+/g, ' ');
        return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
            `${id} at ${target.join(' ')}: ${plain(failureSummary)}`));
    })();";

/// Whether the open menu is within the page.
const FITS: &str = "
    const { left, right } = document.querySelector('.menu[open] > .menu-body').getBoundingClientRect();
    return left >= 0 && right <= document.documentElement.clientWidth;";

/// Visits all screens and collects the findings.
struct Auditor<'a> {
    desk: &'a Desk,
    axe: String,
    findings: Vec<String>,
}

impl<'a> Auditor<'a> {
    fn new(desk: &'a Desk) -> Result<Self> {
        let path = env::var_os("CREDIT_DESK_AXE").context(
            "CREDIT_DESK_AXE does not say where axe.min.js is: `cargo xtask test --only journeys` does",
        )?;
        Ok(Self {
            desk,
            axe: fs::read_to_string(path)?,
            findings: Vec::new(),
        })
    }

    /// Checks the current screen.
    async fn check(&mut self, screen: &str) -> Result<()> {
        let desk = self.desk;
        desk.css(".stale, .waiting, progress").gone().await?;
        if desk.js("return !window.axe").await? == true {
            // Not as a script element, which the page's policy would block.
            desk.driver().execute(&*self.axe, Vec::new()).await?;
        }
        let findings: Vec<String> = serde_json::from_value(desk.js(RUN_AXE).await?)?;
        if !findings.is_empty() {
            desk.screenshot(screen).await?;
        }
        let lines = findings
            .into_iter()
            .map(|finding| format!("{screen}: {finding}"));
        self.findings.extend(lines);
        Ok(())
    }

    /// Signs in and visits every screen through links, since loading a page discards the API keys.
    async fn visit_all(&mut self) -> Result<()> {
        self.sign_in().await?;
        self.desk.heading("Overview").seen().await?;
        self.desk
            .css(".presets button")
            .containing("All time")
            .click()
            .await?;
        self.desk.css(".plots").seen().await?;
        self.check("overview").await?;
        self.movements().await?;
        self.log().await?;
        self.other_screens().await?;
        self.unknown().await
    }

    async fn sign_in(&mut self) -> Result<()> {
        let desk = self.desk;
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        self.check("sign-in").await?;
        desk.button("Sign in").click().await?;
        desk.css("[aria-invalid=true]").seen().await?;
        self.check("sign-in without a key").await?;
        enter_keys(desk).await
    }

    async fn movements(&mut self) -> Result<()> {
        let desk = self.desk;
        open_screen(desk, "Calculate").await?;
        desk.field("Minutes").fill("20").await?;
        desk.field("Client rate per minute").fill("0.2").await?;
        desk.css(".quote .balances").seen().await?;
        self.check("calculate").await?;
        open_screen(desk, "Transfer").await?;
        desk.button("Review transfer").click().await?;
        desk.css("[aria-invalid=true]").nth(0).seen().await?;
        self.check("transfer, empty").await?;
        steps::fill_transfer(desk, "Beta Co", "20").await?;
        desk.css(".quote .balances").shows("$59.813").await?;
        self.check("transfer").await?;
        desk.button("Review transfer").click().await?;
        desk.heading("Review and confirm").seen().await?;
        self.check("transfer, review").await?;
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        submission_key(desk, "receipt").await?;
        self.check("transfer, receipt").await?;
        open_screen(desk, "Revert").await?;
        desk.field("Client").fill("Beta Co").await?;
        desk.field("Minutes").fill("5").await?;
        desk.css(".quote .balances").shows("$60.263").await?;
        self.check("revert").await?;
        open_screen(desk, "Allocate").await?;
        desk.button("Add field").click().await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("20").await?;
        desk.css(".quote .balances").seen().await?;
        self.check("allocate").await
    }

    async fn log(&mut self) -> Result<()> {
        let desk = self.desk;
        open_screen(desk, "Credit log").await?;
        desk.css("table.log .row").nth(19).seen().await?;
        self.check("log").await?;
        for menu in ["Columns", "Export"] {
            let summary = desk.css(".menu > summary").containing(menu);
            summary.click().await?;
            // Content beyond the left edge could not even be scrolled into view.
            assert_eq!(desk.js(FITS).await?, true, "{menu} overflows the page");
            self.check(&format!("log, {menu}")).await?;
            summary.click().await?;
        }
        desk.button(", details").nth(0).click().await?;
        desk.css("dialog[open] dl").seen().await?;
        self.check("log, entry").await?;
        desk.button("Close").click().await?;
        desk.css("dialog[open]").gone().await?;
        // Narrow screens, which have no keyboard, don't show this button.
        if desk
            .css("[aria-haspopup=dialog]")
            .containing("Shortcuts")
            .count()
            .await?
            > 0
        {
            desk.button("Shortcuts").click().await?;
            self.check("log, shortcuts").await?;
            desk.button("Close").click().await?;
            desk.css("dialog[open]").gone().await?;
        }
        // From another screen: filters in use are expanded when the screen opens.
        open_screen(desk, "Activity").await?;
        navigate(desk, "/log?all=1&type=transfer&sort=-credit&group=child").await?;
        desk.css("table.groups").seen().await?;
        desk.css("form.filters").seen().await?;
        desk.button("Charts").click().await?;
        desk.css(".plots").seen().await?;
        self.check("log, all rows").await?;
        desk.js("document.querySelectorAll('.plot details').forEach((folded) => { folded.open = true; })")
            .await?;
        desk.css(".plot table").nth(2).seen().await?;
        self.check("log, all rows, plots as tables").await?;
        navigate(desk, "/log?from=2020-01-01&to=2020-01-31").await?;
        desk.css(".empty").seen().await?;
        self.check("log, no rows").await
    }

    async fn other_screens(&mut self) -> Result<()> {
        let desk = self.desk;
        open_screen(desk, "Wallet history").await?;
        desk.css("table.events tbody tr").nth(0).seen().await?;
        self.check("wallet").await?;
        open_screen(desk, "Activity").await?;
        desk.button("Support details").nth(0).click().await?;
        desk.css("article pre").nth(0).seen().await?;
        self.check("activity").await?;
        desk.link("API keys").click().await?;
        desk.heading("Sign in").seen().await?;
        self.check("keys").await?;
        navigate(desk, "/nowhere").await?;
        desk.heading("Page not found").seen().await?;
        self.check("no such page").await
    }

    /// A movement with an unknown outcome. Nothing resolves it within a minute.
    async fn unknown(&mut self) -> Result<()> {
        let desk = self.desk;
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "drop_before" })).await?;
        kind.open_empty(desk).await?;
        review_transfer(desk, "Beta Co", "25").await?;
        kind.confirm_button(desk, 25).click().await?;
        submission_key(desk, "unknown").await?;
        self.check("transfer, unknown").await?;
        open_screen(desk, "Overview").await?;
        desk.css("aside.unresolved").seen().await?;
        self.check("overview, something unresolved").await
    }
}

/// Only the portal repeats a request, and the full log is long enough to scroll in its own frame.
fn setup() -> Setup {
    Setup::default().sandbox(["--connections", "close", "--rows", "230"])
}

async fn assert_accessible(desk: &Desk, dark: bool, width: u32) -> Result<()> {
    allow_failed_requests(desk);
    desk.size(width, 900).await?;
    desk.dark(dark).await?;
    let mut auditor = Auditor::new(desk)?;
    auditor.visit_all().await?;
    assert!(
        auditor.findings.is_empty(),
        "\n{}",
        auditor.findings.join("\n")
    );
    Ok(())
}

#[test]
fn light_mode_on_desktop() {
    setup().journey(async |desk| assert_accessible(desk, false, 1280).await);
}

/// Every engine checks each color scheme and each width; only Chromium checks every combination.
const OTHER_ENGINES: &str = "the other engines check each color scheme and each width once";

#[test]
fn dark_mode_on_desktop() {
    let setup = setup().only([Engine::Chromium], OTHER_ENGINES);
    setup.journey(async |desk| assert_accessible(desk, true, 1280).await);
}

#[test]
fn light_mode_on_a_phone() {
    let setup = setup().only([Engine::Chromium], OTHER_ENGINES);
    setup.journey(async |desk| assert_accessible(desk, false, 320).await);
}

#[test]
fn dark_mode_on_a_phone() {
    setup().journey(async |desk| assert_accessible(desk, true, 320).await);
}
