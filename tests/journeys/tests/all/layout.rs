//! Nothing that is in view moves while a screen loads: cumulative layout shift, as browsers measure it.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup};
use serde::Deserialize;

use crate::steps::{self, before_every_page, go, sign_in};

/// Notes every shift that no click or key explains. A browser excludes those of the half second after one; answers take
/// longer here.
const NOTE_SHIFTS: &str = "
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

/// The most that may shift on one screen: 0.02, in ten thousandths.
const MOST: u32 = 200;

#[derive(Debug, Deserialize)]
struct Shift {
    /// In ten thousandths.
    value: u32,
    moved: Vec<String>,
}

/// What shifted on this screen since the last look, if it was too much.
async fn too_much(desk: &Desk, screen: &str) -> Result<Option<String>> {
    // What comes last comes when the page is at rest.
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
    Ok((sum > MOST).then(|| format!("{screen}: {sum}{}", lines.collect::<String>())))
}

async fn nothing_moves(desk: &Desk, width: u32, height: u32) -> Result<()> {
    desk.size(width, height).await?;
    before_every_page(desk, NOTE_SHIFTS).await?;
    sign_in(desk, "/").await?;
    // Only now: the program itself would take minutes.
    desk.slow(700, 2_000_000).await?;
    desk.reload().await?;
    let mut found = Vec::new();
    found.extend(too_much(desk, "the first page").await?);
    steps::give_keys(desk).await?;
    desk.heading("Overview").seen().await?;
    // Signing in replaces the page as a whole.
    desk.js("window.shifts.length = 0").await?;
    found.extend(too_much(desk, "Overview").await?);
    for link in [
        "Calculate",
        "Transfer",
        "Revert",
        "Allocate",
        "Log",
        "Wallet",
        "Activity",
    ] {
        go(desk, link).await?;
        desk.heading(link).seen().await?;
        found.extend(too_much(desk, link).await?);
        if link == "Transfer" {
            steps::fill_transfer(desk, "Beta Co", "20").await?;
            desk.css(".quote .balances").shows("$59.813").await?;
            found.extend(too_much(desk, "the quote").await?);
            desk.button("Review transfer").click().await?;
            desk.heading("Check and confirm").seen().await?;
            found.extend(too_much(desk, "the review").await?);
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
fn nothing_moves_on_a_desk() {
    setup().journey(async |desk| nothing_moves(desk, 1280, 900).await);
}

#[test]
fn nothing_moves_on_a_phone() {
    setup().journey(async |desk| nothing_moves(desk, 390, 844).await);
}
