//! What comes out of a printer: the content of a screen, whole, and nothing that is only there to be used.

mod steps;

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use lopdf::Document;
use serde_json::json;
use steps::{Kind, sign_in};

/// The width of A4 between its margins, in pixels: upright, and on its side.
const WIDTHS: [u32; 2] = [703, 1032];

/// What nobody wants on paper.
const UNWANTED: [&str; 10] = [
    "Sign out",
    "Shortcuts",
    "Read again",
    "Skip to content",
    "All days to",
    "Export",
    "Rows a page",
    "Revert…",
    "Transfer again",
    "Search all rows",
];

/// Prints the page. Gives the text of each sheet, without spaces: a printed text has none of its own.
async fn printed(desk: &Desk, name: &str) -> Result<Vec<String>> {
    let document = Document::load_mem(&desk.print(name).await?)?;
    let mut sheets = Vec::new();
    for number in document.get_pages().into_keys() {
        let text = document.extract_text(&[number])?;
        sheets.push(squeezed(&text));
    }
    for word in UNWANTED.map(squeezed) {
        let found = sheets.iter().find(|sheet| sheet.contains(&word));
        assert_eq!(found, None, "{word} in {name}");
    }
    Ok(sheets)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn shows(sheets: &[String], text: &str) {
    let text = squeezed(text);
    let found = sheets.iter().any(|sheet| sheet.contains(&text));
    assert!(found, "{text} is not in {sheets:#?}");
}

/// Nothing is wider than the paper, in either direction of it, whatever the theme.
async fn fits_the_paper(desk: &Desk) -> Result<()> {
    const CUT_OFF: &str = "
        const right = document.documentElement.clientWidth;
        return [...document.querySelectorAll('main *')]
            .filter((found) => found.checkVisibility() && !found.closest('.visually-hidden'))
            .filter((found) => found.getBoundingClientRect().right > right + 1)
            .map((found) => `${found.tagName}.${found.className} ${found.textContent.trim().slice(0, 40)}`)
            .slice(0, 5)";
    desk.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await?;
    for width in WIDTHS {
        desk.size(width, 900).await?;
        assert_eq!(desk.js(CUT_OFF).await?, json!([]), "{width} wide");
    }
    desk.size(1280, 900).await?;
    desk.cdp("Emulation.setEmulatedMedia", json!({ "media": "" }))
        .await?;
    Ok(())
}

#[test]
fn the_log_is_printed_whole() {
    Setup::default()
        .sandbox(["--rows", "300"])
        .journey(async |desk| {
            desk.dark(true).await?;
            sign_in(desk, "/log?all=1").await?;
            desk.css(".bar .total").shows("303 rows").await?;
            desk.css("tr.row").nth(20).seen().await?;
            let in_page = desk.css("tr.row").count().await?;
            assert!(in_page < 200, "{in_page}");
            // Also by the browser's own command, which no button of the page announces.
            let sheets = printed(desk, "log").await?;
            assert!(sheets.len() > 3, "{}", sheets.len());
            shows(&sheets[..1], "All days · Account time (UTC+05:30)");
            shows(&sheets[..1], "303 rows");
            // Each reference once, on whichever sheet, and on every sheet the headings and whole rows: as many
            // references as statuses.
            let count = |sheet: &String, text: &str| sheet.matches(text).count();
            let rows: usize = sheets.iter().map(|sheet| count(sheet, "success")).sum();
            assert_eq!(rows, 303);
            for sheet in &sheets {
                assert_eq!(count(sheet, "Profit"), 1, "{sheet}");
                assert_eq!(
                    count(sheet, "success"),
                    count(sheet, "UTC+05:30") - count(sheet, "(UTC+05:30")
                );
            }
            desk.until("the window on the rows again", async || {
                Ok(desk.css("tr.row").count().await? == in_page)
            })
            .await?;
            Ok(())
        });
}

#[test]
fn a_page_of_the_log_fits_the_paper() {
    Setup::default()
        .sandbox(["--rows", "60"])
        .journey(async |desk| {
            sign_in(desk, "/log?page_size=50&from=2020-01-01").await?;
            desk.css("tr.row").nth(40).seen().await?;
            fits_the_paper(desk).await?;
            let sheets = printed(desk, "page").await?;
            shows(&sheets, "2020-01-01 –");
            shows(&sheets, "Page 1 of 2");
            Ok(())
        });
}

#[test]
fn receipt_overview_and_wallet_are_printed_without_controls() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".receipt").seen().await?;
        fits_the_paper(desk).await?;
        let sheets = printed(desk, "receipt").await?;
        assert_eq!(sheets.len(), 1);
        for text in ["20 minutes", "Beta Co", "$59.813", "Idempotency key"] {
            shows(&sheets, text);
        }
        steps::go(desk, "Overview").await?;
        desk.css(".plots").seen().await?;
        fits_the_paper(desk).await?;
        let sheets = printed(desk, "overview").await?;
        for text in [
            "Your balance",
            "Child organizations",
            "Acme",
            "Latest movements",
        ] {
            shows(&sheets, text);
        }
        steps::go(desk, "Wallet").await?;
        desk.css("table.events").seen().await?;
        fits_the_paper(desk).await?;
        shows(&printed(desk, "wallet").await?, "All days · UTC");
        Ok(())
    });
}
