//! The log without a mouse: tab order, sorting, an entry's dialog, the charts and the menus. Pressing a control keeps
//! the focus on it.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Key, Setup};

use crate::steps::{navigate, open_screen, sign_in};

/// Two pages of entries.
fn setup() -> Setup {
    Setup::default().sandbox(["--rows", "30"])
}

/// Opens the log and waits for its entries.
async fn open(desk: &Desk) -> Result<()> {
    sign_in(desk, "/").await?;
    open_screen(desk, "Credit log").await?;
    desk.css("table.log .row").nth(19).seen().await
}

/// Waits until this element has the focus.
#[track_caller]
fn wait_for_focus<'a>(desk: &'a Desk, what: &'a str) -> impl Future<Output = Result<()>> + 'a {
    desk.until(format!("{what} to have the focus"), async move || {
        Ok(desk.focused().await? == what)
    })
}

/// Presses Tab until `last` has the focus. Returns what had it on the way, without repeats: a date field has several
/// tab stops.
async fn tab_to(desk: &Desk, last: &str) -> Result<Vec<String>> {
    const LIMIT: usize = 60;
    let mut stops: Vec<String> = Vec::new();
    for _ in 0..LIMIT {
        desk.press(Key::Tab).await?;
        let focused = desk.focused().await?;
        if stops.last() != Some(&focused) {
            stops.push(focused);
        }
        if stops.last().is_some_and(|focused| focused == last) {
            break;
        }
    }
    Ok(stops)
}

#[test]
fn the_tab_order_is_the_reading_order() {
    setup().journey(async |desk| {
        open(desk).await?;
        wait_for_focus(desk, "heading \"Credit log\"").await?;
        let stops = tab_to(desk, "button \"Notes\"").await?;
        let zone = desk
            .js("return Intl.DateTimeFormat().resolvedOptions().timeZone")
            .await?;
        let local = format!(
            "button \"Local time ({})\"",
            zone.as_str().unwrap_or_default()
        );
        let rows = match desk.engine() {
            Engine::WebKit => "button \"Entries per page 20\"",
            Engine::Chromium | Engine::Firefox => "combobox \"Entries per page\"",
        };
        let expected = [
            "button \"Refresh\"",
            "Date \"From\"",
            "Date \"To\"",
            "button \"Apply\"",
            "button \"All time\"",
            "button \"Today\"",
            "button \"Yesterday\"",
            "button \"Last 7 days\"",
            "button \"Last 30 days\"",
            "button \"This month\"",
            "button \"Last month\"",
            "button \"Account time (UTC+05:30)\"",
            &local,
            "DisclosureTriangle \"Filters and totals\"",
            rows,
            "button \"First page\"",
            "button \"Previous page\"",
            "button \"Next page\"",
            "button \"Last page\"",
            "DisclosureTriangle \"Columns\"",
            "DisclosureTriangle \"Export\"",
            "region \"Log, table\"",
            "button \"ID\"",
        ];
        assert_eq!(
            stops[..expected.len().min(stops.len())],
            expected,
            "{stops:#?}"
        );
        let row = tab_to(desk, "").await?;
        assert!(row[0].starts_with("button \"Entry "), "{row:?}");
        Ok(())
    });
}

#[test]
fn a_column_heading_sorts_and_keeps_the_focus() {
    setup().journey(async |desk| {
        open(desk).await?;
        let credit = desk.css("table.log th").containing("Client credit");
        desk.button("Client credit").within(&credit).focus().await?;
        for (order, path) in [
            ("ascending", "/log?sort=credit"),
            ("descending", "/log?sort=-credit"),
        ] {
            desk.press(Key::Enter).await?;
            credit.has("aria-sort", order).await?;
            desk.css(".stale").gone().await?;
            assert_eq!(desk.path().await?, path);
            wait_for_focus(desk, "button \"Client credit\"").await?;
        }
        desk.press(Key::Enter).await?;
        desk.css("th[aria-sort]").gone().await?;
        desk.css(".stale").gone().await?;
        assert_eq!(desk.path().await?, "/log");
        wait_for_focus(desk, "button \"Client credit\"").await
    });
}

#[test]
fn closing_an_entry_returns_the_focus_to_it() {
    setup().journey(async |desk| {
        open(desk).await?;
        let button = desk.css("table.log .row").nth(2);
        desk.css(".open").within(&button).focus().await?;
        let row = desk.focused().await?;
        let dialog = desk.css("dialog[open]");
        for (open, by_button) in [(Key::Enter, false), (Key::Space, true)] {
            desk.press(open).await?;
            dialog.seen().await?;
            assert_eq!(
                desk.js("return document.activeElement.closest('dialog[open]') !== null")
                    .await?,
                true,
                "the focus is in the dialog"
            );
            if by_button {
                desk.button("Close").within(&dialog).focus().await?;
                desk.press(Key::Enter).await?;
            } else {
                desk.press(Key::Escape).await?;
            }
            dialog.gone().await?;
            wait_for_focus(desk, &row).await?;
        }
        Ok(())
    });
}

#[test]
fn the_arrow_keys_move_through_a_chart() {
    setup().journey(async |desk| {
        open(desk).await?;
        navigate(desk, "/log?all=1").await?;
        desk.button("Charts").focus().await?;
        desk.press(Key::Enter).await?;
        for (plot, back, forward, start) in [
            ("#plot-balance", Key::Left, Key::Right, "last"),
            ("#plot-days", Key::Left, Key::Right, "last"),
            ("#plot-children", Key::Up, Key::Down, "first"),
        ] {
            let chart = desk.css(plot);
            let walker = desk.css(".walker").within(&chart);
            let readout = desk.css(".readout").within(&chart);
            walker.seen().await?;
            walker.focus().await?;
            let count = walker.element().await?.attr("aria-valuemax").await?;
            let count = count.unwrap_or_default();
            let first = if start == "last" { &*count } else { "1" };
            walker.has("aria-valuenow", first).await?;
            readout.shows("$").await?;
            let height = desk.js("return scrollY").await?;
            for (key, place) in [
                (Key::Home, "1"),
                (back.clone(), "1"),
                (forward.clone(), "2"),
                (back.clone(), "1"),
                (Key::End, &*count),
                (forward.clone(), &*count),
            ] {
                desk.press(key).await?;
                walker.has("aria-valuenow", place).await?;
                let text = format!("{place} of {count}");
                walker.has("aria-valuetext", &text).await?;
            }
            assert_eq!(
                desk.js("return scrollY").await?,
                height,
                "the page does not scroll"
            );
            desk.press(Key::Tab).await?;
            wait_for_focus(desk, "DisclosureTriangle \"View as table\"").await?;
            desk.press(Key::Enter).await?;
            desk.css("table").within(&chart).seen().await?;
        }
        Ok(())
    });
}

/// Returns the columns of the table, and those that are ticked in the column chooser.
async fn columns(desk: &Desk) -> Result<(Vec<String>, Vec<String>)> {
    const SHOWN: &str = "
        const text = (element) => element.firstChild.textContent.trim();
        const heads = [...document.querySelectorAll('table.log thead .sort')].map(text);
        const ticked = [...document.querySelectorAll('.columns label')].filter((label) => label.control.checked);
        return [heads, ticked.map((label) => label.textContent.trim())];";
    Ok(serde_json::from_value(desk.js(SHOWN).await?)?)
}

#[test]
fn columns_can_be_hidden_and_moved() {
    setup().journey(async |desk| {
        open(desk).await?;
        desk.css(".menu > summary")
            .containing("Columns")
            .focus()
            .await?;
        desk.press(Key::Enter).await?;
        desk.css(".menu[open] .columns").seen().await?;
        desk.press(Key::Tab).await?;
        if desk.engine() == Engine::Firefox {
            // Firefox also stops at scrollable elements.
            desk.press(Key::Tab).await?;
        }
        let first = desk.focused().await?;
        assert!(first.starts_with("checkbox "), "{first}");
        let heads = async |expected: &str, shown: bool| {
            let what = format!("{expected} to be shown, and ticked: {shown}");
            desk.until(what, async || {
                let (heads, ticked) = columns(desk).await?;
                Ok(heads == ticked && heads.iter().any(|head| head == expected) == shown)
            })
            .await
        };
        desk.field("Type")
            .within(&desk.css(".columns"))
            .focus()
            .await?;
        for shown in [false, true] {
            desk.press(Key::Space).await?;
            heads("Type", shown).await?;
            wait_for_focus(desk, "checkbox \"Type\"").await?;
        }
        desk.button("Move Client left").focus().await?;
        desk.press(Key::Enter).await?;
        desk.until("the child to come before the type", async || {
            let (heads, _) = columns(desk).await?;
            Ok(heads[2] == "Client")
        })
        .await?;
        wait_for_focus(desk, "button \"Move Client left\"").await
    });
}

#[test]
fn pressing_a_control_keeps_the_focus_on_it() {
    setup().journey(async |desk| {
        open(desk).await?;
        desk.button("Next page").focus().await?;
        desk.press(Key::Enter).await?;
        desk.css(".place").shows("Page 2 of 2").await?;
        desk.css(".stale").gone().await?;
        wait_for_focus(desk, "button \"Next page\"").await?;
        desk.button("Last 30 days").focus().await?;
        desk.press(Key::Enter).await?;
        desk.button("Last 30 days")
            .has("aria-pressed", "true")
            .await?;
        desk.css(".stale, .waiting").gone().await?;
        wait_for_focus(desk, "button \"Last 30 days\"").await?;
        desk.button("All time").focus().await?;
        desk.press(Key::Enter).await?;
        desk.css("table.log .row").nth(19).seen().await?;
        wait_for_focus(desk, "button \"All time\"").await?;
        desk.css(".menu > summary")
            .containing("Export")
            .focus()
            .await?;
        desk.press(Key::Enter).await?;
        // The menu's content appears a moment later.
        desk.button("Load all entries first").seen().await?;
        desk.press(Key::Tab).await?;
        wait_for_focus(desk, "button \"Load all entries first\"").await?;
        desk.press(Key::Enter).await?;
        desk.css("table.log .row").nth(32).seen().await?;
        desk.until("the focus to still be in the menu", async || {
            Ok(desk
                .js("return document.activeElement.closest('.menu') !== null")
                .await?
                == true)
        })
        .await
    });
}

/// Entries scroll under the sticky headings, but the focused element never ends up there.
#[test]
fn sticky_headings_never_cover_the_focused_element() {
    const COVERED: &str = "
        const { left, top, width, height } = document.activeElement.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        return !document.activeElement.contains(there);";
    Setup::default()
        .sandbox(["--rows", "230"])
        .journey(async |desk| {
            sign_in(desk, "/").await?;
            navigate(desk, "/log?all=1&cols=id.date").await?;
            desk.css(".tall table.log").seen().await?;
            desk.js("document.querySelector('.tall').scrollTop = 1500")
                .await?;
            // The entries at that position are painted a frame later.
            const FOCUS: &str = "
                const frame = document.querySelector('.tall').getBoundingClientRect();
                const rows = [...document.querySelectorAll('table.log .open')];
                const row = rows.find((row) => row.getBoundingClientRect().top > frame.top + 100);
                row?.focus();
                return row !== undefined";
            desk.until("a row", async || Ok(desk.js(FOCUS).await? == true))
                .await?;
            for _ in 0..12 {
                desk.press(Key::Shift + Key::Tab).await?;
                let focused = desk.focused().await?;
                assert_eq!(desk.js(COVERED).await?, false, "{focused} is covered");
            }
            Ok(())
        });
}
