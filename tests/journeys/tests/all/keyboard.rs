//! The log without a mouse: the order in which one comes through it, sorting, a row's dialog, the plots and the menus;
//! and whoever presses something stays where they were.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Key, Setup};

use crate::steps::{follow, go, sign_in};

/// Two pages of rows.
fn setup() -> Setup {
    Setup::default().sandbox(["--rows", "30"])
}

/// Opens the log and waits for its rows.
async fn open(desk: &Desk) -> Result<()> {
    sign_in(desk, "/").await?;
    go(desk, "Log").await?;
    desk.css("table.log .row").nth(19).seen().await
}

/// Waits until this has the focus.
#[track_caller]
fn focus_is_on<'a>(desk: &'a Desk, what: &'a str) -> impl Future<Output = Result<()>> + 'a {
    desk.until(format!("{what} to have the focus"), async move || {
        Ok(desk.focused().await? == what)
    })
}

/// What has the focus on the way to `last`, each thing once: a date has several places in itself.
async fn way_to(desk: &Desk, last: &str) -> Result<Vec<String>> {
    const MOST: usize = 60;
    let mut way: Vec<String> = Vec::new();
    for _ in 0..MOST {
        desk.press(Key::Tab).await?;
        let here = desk.focused().await?;
        if way.last() != Some(&here) {
            way.push(here);
        }
        if way.last().is_some_and(|here| here == last) {
            break;
        }
    }
    Ok(way)
}

#[test]
fn one_comes_through_it_as_it_is_read() {
    setup().journey(async |desk| {
        open(desk).await?;
        focus_is_on(desk, "heading \"Log\"").await?;
        let way = way_to(desk, "button \"Notes\"").await?;
        let zone = desk
            .js("return Intl.DateTimeFormat().resolvedOptions().timeZone")
            .await?;
        let local = format!(
            "button \"Local time ({})\"",
            zone.as_str().unwrap_or_default()
        );
        let rows = match desk.engine() {
            Engine::WebKit => "button \"Rows a page 20\"",
            Engine::Chromium | Engine::Firefox => "combobox \"Rows a page\"",
        };
        let expected = [
            "button \"Read again\"",
            "Date \"From\"",
            "Date \"To\"",
            "button \"Show\"",
            "button \"All days\"",
            "button \"Today\"",
            "button \"Yesterday\"",
            "button \"Last 7 days\"",
            "button \"Last 30 days\"",
            "button \"This month\"",
            "button \"Last month\"",
            "button \"Account time (UTC+05:30)\"",
            &local,
            "DisclosureTriangle \"Filter and sums\"",
            rows,
            "button \"First page\"",
            "button \"Previous page\"",
            "button \"Next page\"",
            "button \"Last page\"",
            "DisclosureTriangle \"Columns\"",
            "DisclosureTriangle \"Export\"",
            "region \"Log, table\"",
            "button \"Id\"",
        ];
        assert_eq!(way[..expected.len().min(way.len())], expected, "{way:#?}");
        let row = way_to(desk, "").await?;
        assert!(row[0].starts_with("button \"Row "), "{row:?}");
        Ok(())
    });
}

#[test]
fn a_heading_sorts_and_keeps_the_focus() {
    setup().journey(async |desk| {
        open(desk).await?;
        let credit = desk.css("table.log th").containing("Credit");
        desk.button("Credit").within(&credit).focus().await?;
        for (order, path) in [
            ("ascending", "/log?sort=credit"),
            ("descending", "/log?sort=-credit"),
        ] {
            desk.press(Key::Enter).await?;
            credit.has("aria-sort", order).await?;
            desk.css(".stale").gone().await?;
            assert_eq!(desk.path().await?, path);
            focus_is_on(desk, "button \"Credit\"").await?;
        }
        desk.press(Key::Enter).await?;
        desk.css("th[aria-sort]").gone().await?;
        desk.css(".stale").gone().await?;
        assert_eq!(desk.path().await?, "/log");
        focus_is_on(desk, "button \"Credit\"").await
    });
}

#[test]
fn a_row_opens_and_closes_and_the_focus_comes_back() {
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
            focus_is_on(desk, &row).await?;
        }
        Ok(())
    });
}

#[test]
fn a_plot_is_walked_with_the_arrow_keys() {
    setup().journey(async |desk| {
        open(desk).await?;
        follow(desk, "/log?all=1").await?;
        desk.button("Plots").focus().await?;
        desk.press(Key::Enter).await?;
        for (plot, back, on, start) in [
            ("#plot-balance", Key::Left, Key::Right, "last"),
            ("#plot-days", Key::Left, Key::Right, "last"),
            ("#plot-children", Key::Up, Key::Down, "first"),
        ] {
            let figure = desk.css(plot);
            let walker = desk.css(".walker").within(&figure);
            let readout = desk.css(".readout").within(&figure);
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
                (on.clone(), "2"),
                (back.clone(), "1"),
                (Key::End, &*count),
                (on.clone(), &*count),
            ] {
                desk.press(key).await?;
                walker.has("aria-valuenow", place).await?;
                let told = format!("{place} of {count}");
                walker.has("aria-valuetext", &told).await?;
            }
            assert_eq!(desk.js("return scrollY").await?, height, "the page stays");
            desk.press(Key::Tab).await?;
            focus_is_on(desk, "DisclosureTriangle \"Show as a table\"").await?;
            desk.press(Key::Enter).await?;
            desk.css("table").within(&figure).seen().await?;
        }
        Ok(())
    });
}

/// The columns of the table, and those that the chooser says are shown.
async fn columns(desk: &Desk) -> Result<(Vec<String>, Vec<String>)> {
    const SHOWN: &str = "
        const text = (element) => element.firstChild.textContent.trim();
        const heads = [...document.querySelectorAll('table.log thead .sort')].map(text);
        const ticked = [...document.querySelectorAll('.columns label')].filter((label) => label.control.checked);
        return [heads, ticked.map((label) => label.textContent.trim())];";
    Ok(serde_json::from_value(desk.js(SHOWN).await?)?)
}

#[test]
fn columns_are_chosen_and_moved() {
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
            // It stops at what scrolls, too.
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
            focus_is_on(desk, "checkbox \"Type\"").await?;
        }
        desk.button("Child: earlier").focus().await?;
        desk.press(Key::Enter).await?;
        desk.until("the child to stand before the type", async || {
            let (heads, _) = columns(desk).await?;
            Ok(heads[2] == "Child")
        })
        .await?;
        focus_is_on(desk, "button \"Child: earlier\"").await
    });
}

#[test]
fn whoever_presses_something_stays_there() {
    setup().journey(async |desk| {
        open(desk).await?;
        desk.button("Next page").focus().await?;
        desk.press(Key::Enter).await?;
        desk.css(".place").shows("Page 2 of 2").await?;
        desk.css(".stale").gone().await?;
        focus_is_on(desk, "button \"Next page\"").await?;
        desk.button("Last 30 days").focus().await?;
        desk.press(Key::Enter).await?;
        desk.button("Last 30 days")
            .has("aria-pressed", "true")
            .await?;
        desk.css(".stale, .waiting").gone().await?;
        focus_is_on(desk, "button \"Last 30 days\"").await?;
        desk.button("All days").focus().await?;
        desk.press(Key::Enter).await?;
        desk.css("table.log .row").nth(19).seen().await?;
        focus_is_on(desk, "button \"All days\"").await?;
        desk.css(".menu > summary")
            .containing("Export")
            .focus()
            .await?;
        desk.press(Key::Enter).await?;
        // What is in the menu comes a moment after it.
        desk.button("Read every row of these days first")
            .seen()
            .await?;
        desk.press(Key::Tab).await?;
        focus_is_on(desk, "button \"Read every row of these days first\"").await?;
        desk.press(Key::Enter).await?;
        desk.css("table.log .row").nth(32).seen().await?;
        desk.until("the focus to be in the menu still", async || {
            Ok(desk
                .js("return document.activeElement.closest('.menu') !== null")
                .await?
                == true)
        })
        .await
    });
}

/// Rows that scroll under their headings do not hide there what has the focus.
#[test]
fn the_headings_hide_nothing_that_has_the_focus() {
    const COVERED: &str = "
        const { left, top, width, height } = document.activeElement.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        return !document.activeElement.contains(there);";
    Setup::default()
        .sandbox(["--rows", "230"])
        .journey(async |desk| {
            sign_in(desk, "/").await?;
            follow(desk, "/log?all=1&cols=id.date").await?;
            desk.css(".tall table.log").seen().await?;
            desk.js("document.querySelector('.tall').scrollTop = 1500")
                .await?;
            // The rows of that place are painted a frame later.
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
                let here = desk.focused().await?;
                assert_eq!(desk.js(COVERED).await?, false, "{here} is covered");
            }
            Ok(())
        });
}
