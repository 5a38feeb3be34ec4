//! Printing: a screen's complete content, without its controls.

use anyhow::{Context as _, Result};
use credit_desk_journeys::{Desk, Engine, Key, Setup};
use serde_json::json;

use crate::steps::{self, Kind, sign_in};

/// The width of A4 between its margins, in pixels: portrait and landscape.
const WIDTHS: [u32; 2] = [703, 1032];

/// Texts of controls, which must not be printed.
const UNWANTED: [&str; 8] = [
    "Sign out",
    "Shortcuts",
    "Refresh",
    "Skip to content",
    "Entries per page",
    "Revert…",
    "Repeat",
    "Search all entries",
];

/// Runs only in the engine whose printed sheets can be counted.
fn setup() -> Setup {
    let reason = "the sheets are counted in the PDF as Chromium writes it";
    Setup::default().only([Engine::Chromium], reason)
}

/// What the browser printed: the number of sheets, and the page's content while printing.
struct Printed {
    sheets: usize,
    is_wide: bool,
    rows: u64,
    text: String,
}

impl Printed {
    fn shows(&self, text: &str) {
        assert!(self.text.contains(text), "no {text} in {}", self.text);
    }
}

/// Prints the page with the browser's own command, not the portal's Print button.
async fn print_page(desk: &Desk, name: &str) -> Result<Printed> {
    // Runs before all other listeners for the end of printing.
    const WATCH: &str = "
        window.printed = null;
        addEventListener('afterprint', () => {
            window.printed = document.querySelectorAll('table.log tr.row').length;
        }, { once: true, capture: true })";
    desk.js(WATCH).await?;
    let pdf = desk.print(name).await?;
    let pdf = String::from_utf8_lossy(&pdf);
    let rows = desk.js("return window.printed").await?;
    // innerText leaves out what is not displayed in print.
    desk.paper(true).await?;
    let text = desk.js("return document.body.innerText").await?;
    desk.paper(false).await?;
    let printed = Printed {
        sheets: pdf.matches("/Type /Page\n").count(),
        is_wide: pdf.contains("/MediaBox [0 0 84"),
        rows: rows.as_u64().context("nothing was printed")?,
        text: text.as_str().unwrap_or_default().to_owned(),
    };
    assert!(printed.sheets > 0, "no sheet in {name}");
    for word in UNWANTED {
        assert!(
            !printed.text.contains(word),
            "{word} in {name}: {}",
            printed.text
        );
    }
    Ok(printed)
}

/// Asserts that nothing is wider than the paper, in portrait or landscape, whatever the theme.
async fn assert_fits_paper(desk: &Desk) -> Result<()> {
    const CUT_OFF: &str = "
        const right = document.documentElement.clientWidth;
        return [...document.querySelectorAll('main *')]
            .filter((found) => found.checkVisibility() && !found.closest('.visually-hidden'))
            .filter((found) => found.getBoundingClientRect().right > right + 1)
            .map((found) => `${found.tagName}.${found.className} ${found.textContent.trim().slice(0, 40)}`)
            .slice(0, 5)";
    desk.paper(true).await?;
    for width in WIDTHS {
        desk.size(width, 900).await?;
        assert_eq!(desk.js(CUT_OFF).await?, json!([]), "{width} wide");
    }
    desk.size(1280, 900).await?;
    desk.paper(false).await
}

#[test]
fn a_log_printed_with_the_browsers_command_says_what_is_missing() {
    setup().sandbox(["--rows", "300"]).journey(async |desk| {
        desk.dark(true).await?;
        sign_in(desk, "/log?all=1").await?;
        desk.css(".bar .total").shows("303 entries").await?;
        desk.css("tr.row").nth(20).seen().await?;
        let in_page = desk.css("tr.row").count().await?;
        assert!(in_page < 200, "{in_page}");
        let paper = print_page(desk, "log").await?;
        assert!(paper.rows < 200, "{}", paper.rows);
        paper.shows("Only the entries in view are printed.");
        assert!(paper.is_wide);
        paper.shows("All time · Account time (UTC+05:30)");
        paper.shows("303 entries");
        desk.until(
            "only the rows in view to be in the page again",
            async || Ok(desk.css("tr.row").count().await? == in_page),
        )
        .await?;
        Ok(())
    });
}

#[test]
fn a_page_of_the_log_fits_the_paper() {
    setup().sandbox(["--rows", "60"]).journey(async |desk| {
        sign_in(desk, "/log?page_size=50&from=2020-01-01").await?;
        desk.css("tr.row").nth(40).seen().await?;
        assert_fits_paper(desk).await?;
        const WHOLE: &str = "
                const style = (selector) => getComputedStyle(document.querySelector(selector));
                return [style('tr.row').breakInside, style('table.log thead').display]";
        desk.paper(true).await?;
        let whole = json!(["avoid", "table-header-group"]);
        assert_eq!(
            desk.js(WHOLE).await?,
            whole,
            "rows are not split, and headings repeat"
        );
        let paper = print_page(desk, "page").await?;
        assert_eq!(paper.rows, 50);
        paper.shows("2020-01-01 –");
        paper.shows("Page 1 of 2");
        Ok(())
    });
}

#[test]
fn receipt_overview_and_wallet_are_printed_without_controls() {
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".receipt").seen().await?;
        assert_fits_paper(desk).await?;
        let paper = print_page(desk, "receipt").await?;
        assert_eq!(paper.sheets, 1);
        for text in ["20 minutes", "Beta Co", "$59.813", "Idempotency key"] {
            paper.shows(text);
        }
        steps::open_screen(desk, "Overview").await?;
        desk.css(".plots").seen().await?;
        assert_fits_paper(desk).await?;
        let paper = print_page(desk, "overview").await?;
        for text in [
            "Your balance",
            "Reseller clients",
            "Acme",
            "Recent transactions",
        ] {
            paper.shows(text);
        }
        steps::open_screen(desk, "Wallet history").await?;
        desk.css("table.events").seen().await?;
        assert_fits_paper(desk).await?;
        let paper = print_page(desk, "wallet").await?;
        paper.shows("All time · UTC");
        paper.shows("Events of your wallet");
        Ok(())
    });
}

#[test]
fn the_menus_print_and_copy_include_every_row() {
    // A headless browser has no printer, so the rows in the page at that moment are counted.
    const COUNT_ROWS: &str = "
        window.print = () => { window.printed = document.querySelectorAll('table.log tr.row').length; }";
    const PASTE_INTO: &str = "
        const field = document.createElement('textarea');
        document.querySelector('main').append(field);
        field.focus()";
    Setup::default()
        .sandbox(["--rows", "300"])
        .journey(async |desk| {
            sign_in(desk, "/log?all=1").await?;
            desk.css(".bar .total").shows("303 entries").await?;
            let in_page = desk.css("tr.row").count().await?;
            assert!(in_page < 200, "{in_page}");
            let export = desk.css(".menu > summary").containing("Export");
            export.click().await?;
            let menu = desk.css(".menu[open]");
            desk.js(COUNT_ROWS).await?;
            desk.button("Print").within(&menu).click().await?;
            desk.until("every row to be printed", async || {
                Ok(desk.js("return window.printed").await? == 303)
            })
            .await?;
            desk.until(
                "only the rows in view to be in the page again",
                async || Ok(desk.css("tr.row").count().await? == in_page),
            )
            .await?;
            desk.button("Copy").within(&menu).click().await?;
            menu.shows("Copied.").await?;
            desk.js(PASTE_INTO).await?;
            desk.press(Key::Control + "v").await?;
            let pasted = desk
                .js("return document.querySelector('main > textarea').value")
                .await?;
            let pasted = pasted.as_str().context("nothing was pasted")?;
            assert!(pasted.starts_with("id\tdate\tutc_offset\t"), "{pasted}");
            assert_eq!(pasted.lines().count(), 304);
            Ok(())
        });
}
