//! Every screen under axe-core, on a phone and on a desk, in light and in dark: nothing stands in anybody's way that a
//! program can find.

use std::{env, fs};

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Engine, Setup};
use serde_json::json;

use crate::steps::{
    self, Kind, follow, give_keys, go, key_of, refusals_are_expected, review_transfer,
};

/// Looks once nothing moves any more, by every rule that axe-core keeps to and by the one of WCAG 2.2 that it leaves
/// out unless asked. Gives a line for each finding.
const LOOK: &str = "
    return (async () => {
        const finished = Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
        await Promise.race([finished, new Promise((done) => setTimeout(done, 2000))]);
        const rules = { 'target-size': { enabled: true } };
        const { violations } = await axe.run(document, { resultTypes: ['violations'], rules });
        const plain = (text) => text.replace(/\\s+/g, ' ');
        return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
            `${id} at ${target.join(' ')}: ${plain(failureSummary)}`));
    })();";

/// Whether the open menu lies within the page.
const FITS: &str = "
    const { left, right } = document.querySelector('.menu[open] > .menu-body').getBoundingClientRect();
    return left >= 0 && right <= document.documentElement.clientWidth;";

/// One who goes through all the screens and notes what they find.
struct Auditor<'a> {
    desk: &'a Desk,
    axe: String,
    found: Vec<String>,
}

impl<'a> Auditor<'a> {
    fn new(desk: &'a Desk) -> Result<Self> {
        let path = env::var_os("CREDIT_DESK_AXE").context(
            "CREDIT_DESK_AXE does not say where axe.min.js is: `cargo xtask test --only journeys` does",
        )?;
        Ok(Self {
            desk,
            axe: fs::read_to_string(path)?,
            found: Vec::new(),
        })
    }

    /// Looks at what is on the screen.
    async fn look(&mut self, screen: &str) -> Result<()> {
        let desk = self.desk;
        desk.css(".stale, .waiting, progress").gone().await?;
        if desk.js("return !window.axe").await? == true {
            // As a script of its own it would be the page's, whose policy lets none in.
            desk.driver().execute(&*self.axe, Vec::new()).await?;
        }
        let findings: Vec<String> = serde_json::from_value(desk.js(LOOK).await?)?;
        if !findings.is_empty() {
            desk.screenshot(screen).await?;
        }
        let lines = findings
            .into_iter()
            .map(|finding| format!("{screen}: {finding}"));
        self.found.extend(lines);
        Ok(())
    }

    /// Signs in and goes through every screen, with links: a page that is loaded anew forgets the keys.
    async fn tour(&mut self) -> Result<()> {
        self.outside().await?;
        self.desk.heading("Overview").seen().await?;
        self.desk
            .css(".presets button")
            .containing("All days")
            .click()
            .await?;
        self.desk.css(".plots").seen().await?;
        self.look("overview").await?;
        self.movements().await?;
        self.log().await?;
        self.rest().await?;
        self.unknown().await
    }

    async fn outside(&mut self) -> Result<()> {
        let desk = self.desk;
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        self.look("sign-in").await?;
        desk.button("Sign in").click().await?;
        desk.css("[aria-invalid=true]").seen().await?;
        self.look("sign-in without a key").await?;
        give_keys(desk).await
    }

    async fn movements(&mut self) -> Result<()> {
        let desk = self.desk;
        go(desk, "Calculate").await?;
        desk.field("Minutes").fill("20").await?;
        desk.field("Rate charged per minute").fill("0.2").await?;
        desk.css(".quote .balances").seen().await?;
        self.look("calculate").await?;
        go(desk, "Transfer").await?;
        desk.button("Review transfer").click().await?;
        desk.css("[aria-invalid=true]").nth(0).seen().await?;
        self.look("transfer, not filled").await?;
        steps::fill_transfer(desk, "Beta Co", "20").await?;
        desk.css(".quote .balances").shows("$59.813").await?;
        self.look("transfer").await?;
        desk.button("Review transfer").click().await?;
        desk.heading("Check and confirm").seen().await?;
        self.look("transfer, review").await?;
        Kind::Transfer.confirm(desk, 20).click().await?;
        key_of(desk, "receipt").await?;
        self.look("transfer, receipt").await?;
        go(desk, "Revert").await?;
        desk.field("Child organization").fill("Beta Co").await?;
        desk.field("Minutes").fill("5").await?;
        desk.css(".quote .balances").shows("$60.263").await?;
        self.look("revert").await?;
        go(desk, "Allocate").await?;
        desk.button("Add a row").click().await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("20").await?;
        desk.css(".quote .balances").seen().await?;
        self.look("allocate").await
    }

    async fn log(&mut self) -> Result<()> {
        let desk = self.desk;
        go(desk, "Log").await?;
        desk.css("table.log .row").nth(19).seen().await?;
        self.look("log").await?;
        for menu in ["Columns", "Export"] {
            let summary = desk.css(".menu > summary").containing(menu);
            summary.click().await?;
            // What lies beyond the left edge cannot even be scrolled to.
            assert_eq!(desk.js(FITS).await?, true, "{menu} runs out of the page");
            self.look(&format!("log, {menu}")).await?;
            summary.click().await?;
        }
        desk.button(", every field").nth(0).click().await?;
        desk.css("dialog[open] dl").seen().await?;
        self.look("log, a row").await?;
        desk.button("Close").click().await?;
        desk.css("dialog[open]").gone().await?;
        // Where there is no room for it, there is no keyboard either.
        if desk
            .css("[aria-haspopup=dialog]")
            .containing("Shortcuts")
            .count()
            .await?
            > 0
        {
            desk.button("Shortcuts").click().await?;
            self.look("log, shortcuts").await?;
            desk.button("Close").click().await?;
            desk.css("dialog[open]").gone().await?;
        }
        // From elsewhere: what is in use is unfolded as the screen opens.
        go(desk, "Activity").await?;
        follow(desk, "/log?all=1&type=transfer&sort=-credit&group=child").await?;
        desk.css("table.groups").seen().await?;
        desk.css("form.filters").seen().await?;
        desk.button("Plots").click().await?;
        desk.css(".plots").seen().await?;
        self.look("log, all rows").await?;
        desk.js("document.querySelectorAll('.plot details').forEach((folded) => { folded.open = true; })")
            .await?;
        desk.css(".plot table").nth(2).seen().await?;
        self.look("log, all rows, plots as tables").await?;
        follow(desk, "/log?from=2020-01-01&to=2020-01-31").await?;
        desk.css(".empty").seen().await?;
        self.look("log, no rows").await
    }

    async fn rest(&mut self) -> Result<()> {
        let desk = self.desk;
        go(desk, "Wallet").await?;
        desk.css("table.events tbody tr").nth(0).seen().await?;
        self.look("wallet").await?;
        go(desk, "Activity").await?;
        desk.button("For support").nth(0).click().await?;
        desk.css("article pre").nth(0).seen().await?;
        self.look("activity").await?;
        desk.link("Keys").click().await?;
        desk.heading("Sign in").seen().await?;
        self.look("keys").await?;
        follow(desk, "/nowhere").await?;
        desk.heading("No such page").seen().await?;
        self.look("no such page").await
    }

    /// A movement that nobody knows of whether it was made; nothing ends it within a minute.
    async fn unknown(&mut self) -> Result<()> {
        let desk = self.desk;
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "drop_before" })).await?;
        kind.open_anew(desk).await?;
        review_transfer(desk, "Beta Co", "25").await?;
        kind.confirm(desk, 25).click().await?;
        key_of(desk, "unknown").await?;
        self.look("transfer, not known").await?;
        go(desk, "Overview").await?;
        desk.css("aside.unresolved").seen().await?;
        self.look("overview, something unresolved").await
    }
}

/// Nobody but the portal repeats a request, and the whole log is long enough to scroll in a frame of its own.
fn setup() -> Setup {
    Setup::default().sandbox(["--connections", "close", "--rows", "230"])
}

async fn nothing_is_in_the_way(desk: &Desk, dark: bool, width: u32) -> Result<()> {
    refusals_are_expected(desk);
    desk.size(width, 900).await?;
    desk.dark(dark).await?;
    let mut auditor = Auditor::new(desk)?;
    auditor.tour().await?;
    assert!(auditor.found.is_empty(), "\n{}", auditor.found.join("\n"));
    Ok(())
}

#[test]
fn in_light_on_a_desk() {
    setup().journey(async |desk| nothing_is_in_the_way(desk, false, 1280).await);
}

/// Everything is looked at in each color scheme and at each width; only Chromium does both with both.
const OTHER_ENGINES: &str = "the other engines look at each scheme and each width once";

#[test]
fn in_dark_on_a_desk() {
    let setup = setup().only([Engine::Chromium], OTHER_ENGINES);
    setup.journey(async |desk| nothing_is_in_the_way(desk, true, 1280).await);
}

#[test]
fn in_light_on_a_phone() {
    let setup = setup().only([Engine::Chromium], OTHER_ENGINES);
    setup.journey(async |desk| nothing_is_in_the_way(desk, false, 320).await);
}

#[test]
fn in_dark_on_a_phone() {
    setup().journey(async |desk| nothing_is_in_the_way(desk, true, 320).await);
}
