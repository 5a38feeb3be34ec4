//! Every screen at phone and desktop widths, in light and dark mode: nothing overflows the page, and the keyboard
//! reaches what it must. Screenshots are left under target/journeys/.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Key, Setup, journey};
use serde_json::json;

use crate::steps::{
    self, Kind, allow_failed_requests, open_screen, sign_in, transfer_outside_portal,
};

const SCREENS: [(&str, &str); 8] = [
    ("Overview", "overview"),
    ("Calculate", "calculate"),
    ("Transfer", "transfer"),
    ("Revert", "revert"),
    ("Allocate", "allocate"),
    ("Credit log", "log"),
    ("Wallet history", "wallet"),
    ("Activity", "activity"),
];

/// Takes a screenshot, and asserts that nothing overflows the page.
async fn assert_fits(desk: &Desk, name: &str) -> Result<()> {
    // A word in a link, heading or control must not break across lines.
    const BROKEN: &str = r"
        const broken = [];
        for (const element of document.querySelectorAll('.frame a, h1, button, summary, label')) {
            if (!element.checkVisibility()) continue;
            const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const node = walker.currentNode;
                for (const { index, 0: word } of node.data.matchAll(/\w+/g)) {
                    const range = document.createRange();
                    range.setStart(node, index);
                    range.setEnd(node, index + word.length);
                    const tops = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
                    if (tops.size > 1) broken.push(word);
                }
            }
        }
        return broken";
    assert_eq!(desk.js(BROKEN).await?, serde_json::json!([]), "{name}");
    // Never negative: space reserved for a scrollbar counts in only one of the two widths.
    const OVER: &str = "
        const { scrollWidth, clientWidth } = document.documentElement;
        return Math.max(0, scrollWidth - clientWidth)";
    desk.screenshot(name).await?;
    assert_eq!(desk.js(OVER).await?, 0, "{name} overflows the page");
    Ok(())
}

#[test]
fn nothing_overflows_the_page() {
    journey(async |desk| {
        for (width, height) in [(1280, 900), (320, 720)] {
            desk.size(width, height).await?;
            for dark in [false, true] {
                desk.dark(dark).await?;
                sign_in(desk, "/").await?;
                for (link, name) in SCREENS {
                    desk.link(link)
                        .within(&desk.role("navigation").named("Main"))
                        .click()
                        .await?;
                    desk.heading(link).seen().await?;
                    if name == "transfer" {
                        steps::fill_transfer(desk, "Beta Co", "20").await?;
                        desk.css(".quote .balances").shows("$59.813").await?;
                    }
                    if name == "log" {
                        desk.css("table.log").seen().await?;
                    }
                    let shade = if dark { "dark" } else { "light" };
                    assert_fits(desk, &format!("{name}-{width}-{shade}")).await?;
                    if name == "log" {
                        let filters = desk.css("summary").containing("Filters and totals");
                        filters.click().await?;
                        desk.button("Search").seen().await?;
                        assert_fits(desk, &format!("filters-{width}-{shade}")).await?;
                    }
                }
            }
        }
        Ok(())
    });
}

#[test]
fn every_part_of_the_log_fits_a_phone() {
    Setup::default()
        .sandbox(["--rows", "300"])
        .journey(async |desk| {
            desk.size(320, 720).await?;
            sign_in(desk, "/log?all=1&group=child").await?;
            desk.css("summary").containing("Charts").click().await?;
            desk.css("figure.plot").nth(2).seen().await?;
            assert_fits(desk, "log-whole").await?;
            for menu in ["Columns", "Export"] {
                let summary = desk.css(".menu > summary").containing(menu);
                summary.click().await?;
                // Content to the left of the page could not be scrolled into view.
                const OUT: &str = "
                    const menu = document.querySelector('.menu[open] .menu-body').getBoundingClientRect();
                    return [menu.left < 0, menu.right > innerWidth]";
                assert_eq!(desk.js(OUT).await?, json!([false, false]), "{menu}");
                assert_fits(desk, &format!("log-{menu}")).await?;
                summary.click().await?;
            }
            desk.css("tr.row .open").nth(0).click().await?;
            desk.role("dialog").seen().await?;
            assert_fits(desk, "log-row").await
        });
}

#[test]
fn every_part_of_a_movement_fits_a_phone() {
    let slow = json!({ "reseller_api": { "settles_after_seconds": 30 } });
    // Browsers resend a request only on a reused connection.
    let setup = Setup::default().sandbox(["--connections", "close"]);
    setup.config(slow).journey(async |desk| {
        allow_failed_requests(desk);
        let kind = Kind::Transfer;
        desk.size(320, 720).await?;
        sign_in(desk, "/").await?;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let spent = json!({ "child": { "id": 4002, "balance": "8" } });
        desk.sandbox.set(spent).await?;
        kind.confirm_button(desk, 20).click().await?;
        desk.css(".review .asks").seen().await?;
        assert_fits(desk, "part-review").await?;
        // The request is duplicated in transit.
        kind.fault(desk, json!({ "fault": "duplicate" })).await?;
        kind.confirm_button(desk, 20).click().await?;
        desk.css(".receipt .excess").seen().await?;
        assert_fits(desk, "part-excess").await?;
        desk.button("New transfer").click().await?;
        let lost = json!({ "fault": "drop_after", "delay_ms": 2500 });
        kind.fault(desk, lost).await?;
        kind.review(desk, 30).await?;
        kind.confirm_button(desk, 30).click().await?;
        kind.wait_for_requests(desk, 2).await?;
        assert_fits(desk, "part-sending").await?;
        transfer_outside_portal(desk, 30).await?;
        desk.css(".candidates").seen().await?;
        assert_fits(desk, "part-candidates").await?;
        open_screen(desk, "Activity").await?;
        desk.button("Support details").nth(0).click().await?;
        assert_fits(desk, "part-activity").await?;
        desk.button("Sign out").click().await?;
        desk.css("aside.unresolved").seen().await?;
        assert_fits(desk, "part-sign-in").await
    });
}

#[test]
fn the_keyboard_reaches_everything_and_navigation_moves_focus_and_title() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        desk.heading("Overview").seen().await?;
        desk.link("Transfer")
            .within(&desk.role("navigation").named("Main"))
            .click()
            .await?;
        desk.heading("Transfer").seen().await?;
        assert_eq!(desk.title().await?, "Transfer · Credit Desk");
        assert_eq!(desk.focused().await?, "heading \"Transfer\"");
        desk.press(Key::Tab).await?;
        assert_eq!(desk.focused().await?, "combobox \"Client\"");
        desk.press("Beta Co").await?;
        desk.press(Key::Tab).await?;
        desk.press("20").await?;
        desk.press(Key::Enter).await?;
        desk.heading("Review and confirm").seen().await?;
        assert_eq!(desk.focused().await?, "heading \"Review and confirm\"");
        desk.press(Key::Tab).await?;
        assert_eq!(
            desk.focused().await?,
            "button \"Transfer 20 minutes to Beta Co\""
        );
        desk.press(Key::Enter).await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(desk.focused().await?, "heading \"Completed\"");
        desk.press(Key::Tab).await?;
        desk.press(Key::Enter).await?;
        desk.until("the form to have the focus", async || {
            Ok(desk.focused().await? == "combobox \"Client\"")
        })
        .await
    });
}

#[test]
fn the_skip_link_moves_the_focus_to_the_main_content() {
    journey(async |desk| {
        sign_in(desk, "/log").await?;
        // A screen that opens moves the focus to its heading.
        desk.css(".total").shows("3 entries").await?;
        desk.js("document.activeElement.blur()").await?;
        desk.css(".skip").focus().await?;
        desk.press(Key::Enter).await?;
        desk.until("the focus to be on the main content", async || {
            Ok(desk.js("return document.activeElement.id").await? == "main")
        })
        .await
    });
}

#[test]
fn numbers_follow_the_browsers_language() {
    journey(async |desk| {
        desk.language("de-DE").await?;
        sign_in(desk, "/transfer").await?;
        desk.field("Client").fill("Beta Co").await?;
        desk.field("Client rate per minute").holds("0,20").await?;
        desk.field("Client rate per minute").fill("0,25").await?;
        desk.field("Minutes").fill("20").await?;
        desk.css(".quote .balances").shows("$59,813").await?;
        desk.css("#rate-hint").shows("0,25/min").await
    });
}

#[test]
fn selected_controls_stand_out_in_forced_colors() {
    const COLORS: &str = "
        const probe = document.createElement('div');
        probe.id = 'probe';
        document.body.append(probe);
        const color = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor;
        probe.attributeStyleMap.set('forced-color-adjust', 'none');
        probe.attributeStyleMap.set('background-color', 'Highlight');
        const colors = ['#probe', '.presets [aria-pressed=true]', '.presets [aria-pressed=false]', 'button.primary', 'a[aria-current=page]']
            .map(color);
        probe.remove();
        return colors";
    let reason = "only Chromium can be asked for forced colors";
    Setup::default()
        .only([Engine::Chromium], reason)
        .journey(async |desk| {
            desk.media(&[("forced-colors", "active")]).await?;
            sign_in(desk, "/log").await?;
            desk.button("Yesterday").click().await?;
            desk.button("Yesterday").has("aria-pressed", "true").await?;
            // Colors change with a transition.
            desk.until(
                "only selected controls to have the highlight color",
                async || {
                    let colors: Vec<String> = serde_json::from_value(desk.js(COLORS).await?)?;
                    let is_highlighted: Vec<bool> =
                        colors.iter().map(|color| *color == colors[0]).collect();
                    Ok(is_highlighted == [true, true, false, true, true])
                },
            )
            .await?;
            desk.screenshot("forced-colors").await
        });
}
