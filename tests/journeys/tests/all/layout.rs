//! Nothing visible moves while a screen loads: cumulative layout shift, as browsers measure it.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup};
use serde::Deserialize;

use crate::steps::{self, open_screen, sign_in};

/// Records every shift that no click or key explains. A browser excludes shifts within half a second of one; responses
/// take longer here.
const RECORD_SHIFTS: &str = "
    window.shifts = [];
    const name = (node) => {
        const element = node?.nodeType === 1 ? node : node?.parentElement;
        if (!element) return '(gone)';
        const text = element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40);
        return `${element.localName}${element.className ? '.' + element.className.replaceAll(' ', '.') : ''} (${text})`;
    };
    const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
            if (hadRecentInput) continue;
            const moved = sources.map(({ node, previousRect, currentRect }) =>
                `${name(node)}: ${place(previousRect)} -> ${place(currentRect)}`);
            window.shifts.push({ value: Math.round(value * 1e4), moved });
        }
    }).observe({ type: 'layout-shift', buffered: true });";

/// The most that may shift on one screen: 0.02, in ten-thousandths.
const MAX_SHIFT: u32 = 200;

#[derive(Debug, Deserialize)]
struct Shift {
    /// In ten-thousandths.
    value: u32,
    moved: Vec<String>,
}

/// Describes what shifted on this screen since the last call, if it was too much.
async fn excessive_shift(desk: &Desk, screen: &str) -> Result<Option<String>> {
    // Wait until the page is at rest, which includes the last shifts.
    const REST: &str = "
        return new Promise((resolve) => {
            let seen = -1;
            const look = () => {
                const now = performance.getEntriesByType('resource').length + document.querySelectorAll('*').length;
                if (now === seen) return resolve(window.shifts.splice(0));
                seen = now;
                setTimeout(look, 1200);
            };
            look();
        });";
    desk.css(".waiting, .stale, progress").gone().await?;
    let shifts: Vec<Shift> = serde_json::from_value(desk.js(REST).await?)?;
    let sum: u32 = shifts.iter().map(|shift| shift.value).sum();
    let lines = shifts.iter().map(|shift| {
        format!(
            "\n  {:>5}  {}",
            shift.value,
            shift.moved.join("\n         ")
        )
    });
    Ok((sum > MAX_SHIFT).then(|| format!("{screen}: {sum}{}", lines.collect::<String>())))
}

async fn assert_nothing_shifts(desk: &Desk, width: u32, height: u32) -> Result<()> {
    desk.size(width, height).await?;
    desk.before_every_page(RECORD_SHIFTS).await?;
    sign_in(desk, "/").await?;
    // Only now: loading the program itself would take minutes.
    desk.slow(700, 2_000_000).await?;
    desk.reload().await?;
    let mut found = Vec::new();
    found.extend(excessive_shift(desk, "the first page").await?);
    steps::enter_keys(desk).await?;
    desk.heading("Overview").seen().await?;
    // Signing in replaces the whole page.
    desk.js("window.shifts.length = 0").await?;
    found.extend(excessive_shift(desk, "Overview").await?);
    for link in [
        "Calculate",
        "Transfer",
        "Revert",
        "Allocate",
        "Credit log",
        "Wallet history",
        "Activity",
    ] {
        open_screen(desk, link).await?;
        desk.heading(link).seen().await?;
        found.extend(excessive_shift(desk, link).await?);
        if link == "Transfer" {
            steps::fill_transfer(desk, "Beta Co", "20").await?;
            desk.css(".quote .balances").shows("$59.813").await?;
            found.extend(excessive_shift(desk, "the quote").await?);
            desk.button("Review transfer").click().await?;
            desk.heading("Review and confirm").seen().await?;
            found.extend(excessive_shift(desk, "the review").await?);
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    Ok(())
}

fn setup() -> Setup {
    let reason = "only Chromium measures layout shifts";
    Setup::default()
        .sandbox(["--rows", "300"])
        .only([Engine::Chromium], reason)
}

#[test]
fn nothing_shifts_on_desktop() {
    setup().journey(async |desk| assert_nothing_shifts(desk, 1280, 900).await);
}

#[test]
fn nothing_shifts_on_a_phone() {
    setup().journey(async |desk| assert_nothing_shifts(desk, 390, 844).await);
}
