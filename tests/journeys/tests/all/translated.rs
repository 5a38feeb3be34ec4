//! A page that is translated while it is in use: numbers stay unchanged, and no outdated text stays on the screen.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup};
use serde_json::{Value, json};

use crate::steps::{self, Kind, allow_failed_requests, navigate, sign_in};

const TRANSLATOR: &str = include_str!("steps/translator.js");

/// How the page is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Translation {
    /// As browsers do: parts of the page can be exempt.
    Browser,
    /// As some extensions do: everything is translated.
    Everything,
}

impl Translation {
    /// Starts translating the open page. A page that is loaded later is not translated.
    async fn start(self, desk: &Desk) -> Result<()> {
        let obeys = self == Self::Browser;
        let script = format!("const OBEYS = {obeys};\n{TRANSLATOR}");
        desk.js(&script).await.map(drop)
    }
}

/// Returns the page's text, translated back, without times of day and keys, which differ between two runs.
async fn read(desk: &Desk) -> Result<String> {
    const READ: &str = r"
        const text = window.readable ? readable() : (() => {
            const copy = document.body.cloneNode(true);
            for (const hidden of copy.querySelectorAll('script, pre, [hidden]')) hidden.remove();
            return copy.textContent;
        })();
        return text
            .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'key')
            .replace(/\d{1,2}:\d\d(:\d\d)?([.,]\d+)?/g, 'time')
            .replace(/\d{14}/g, 'time')
            .replace(/\s+/g, ' ')";
    Ok(desk.js(READ).await?.as_str().unwrap_or_default().to_owned())
}

/// Visits every screen, makes a transfer, and calls `look` wherever the screen is ready.
async fn use_the_desk(desk: &Desk, look: &mut impl AsyncFnMut(&str) -> Result<()>) -> Result<()> {
    for (path, ready) in [
        ("/", "table"),
        ("/log", "tr.row"),
        ("/log?page=2", "tr.row"),
        ("/log?page=3", "tr.row"),
        ("/log?all=1&group=child", "tr.row"),
        ("/wallet", "main h1"),
        ("/calculate", "#minutes"),
        ("/activity", "main h1"),
        ("/transfer", "#minutes"),
    ] {
        navigate(desk, path).await?;
        desk.css(ready).nth(0).seen().await?;
        look(path).await?;
    }
    desk.css("#child").fill("Beta Co").await?;
    for minutes in ["20", "300", "20"] {
        desk.css("#minutes").fill(minutes).await?;
        desk.until(format!("the preview of {minutes} minutes"), async || {
            let text = read(desk).await?;
            let cost = if minutes == "20" {
                "$59.813"
            } else {
                "$34.613"
            };
            Ok(text.contains(cost))
        })
        .await?;
        look(&format!("preview of {minutes}")).await?;
    }
    desk.css("form.movement button[type=submit], form.movement .primary")
        .click()
        .await?;
    desk.css(".review .primary").seen().await?;
    look("review").await?;
    desk.css(".review .primary").click().await?;
    desk.css("main .receipt").seen().await?;
    look("receipt").await?;
    desk.css(".receipt .primary, .receipt button")
        .nth(0)
        .click()
        .await?;
    desk.css("#minutes").seen().await?;
    look("form again").await?;
    navigate(desk, "/activity").await?;
    desk.css("article.submission").seen().await?;
    look("activity").await
}

fn compare(translation: Translation) {
    let setup = || Setup::default().sandbox(["--rows", "250"]);
    let mut expected = Vec::new();
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        use_the_desk(desk, &mut async |at| {
            let text = settled(desk).await?;
            expected.push((at.to_owned(), text));
            Ok(())
        })
        .await
    });
    assert!(expected.len() > 10);
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        translation.start(desk).await?;
        let mut expected = expected.iter();
        use_the_desk(desk, &mut async |at| {
            let (name, text) = expected.next().expect("the same steps as before");
            assert_eq!(name, at);
            desk.until(
                format!("{at} to show the same in translation: {text}"),
                async || Ok(read(desk).await? == *text),
            )
            .await
        })
        .await?;
        if translation == Translation::Browser {
            assert_eq!(desk.js("return translatedNumbers").await?, json!([]));
        }
        let count = desk
            .js("return document.querySelectorAll('[data-translated]').length")
            .await?;
        assert_ne!(count, Value::from(0), "nothing was translated");
        Ok(())
    });
}

/// Returns the page's text once it has stayed the same for a moment.
async fn settled(desk: &Desk) -> Result<String> {
    let last = std::cell::RefCell::new((String::new(), 0));
    desk.until("the page to settle", async || {
        let text = read(desk).await?;
        let mut last = last.borrow_mut();
        if last.0 == text {
            last.1 += 1;
        } else {
            *last = (text, 0);
        }
        Ok(last.1 > 10)
    })
    .await?;
    Ok(last.into_inner().0)
}

#[test]
fn a_page_translated_by_the_browser_shows_the_same() {
    compare(Translation::Browser);
}

#[test]
fn a_page_translated_by_an_extension_shows_the_same() {
    compare(Translation::Everything);
}

/// A row shows the id of the entry that it opens.
#[test]
fn a_row_of_a_translated_log_shows_its_own_entry() {
    Setup::default().sandbox(["--rows", "250"]).journey(async |desk| {
        sign_in(desk, "/log").await?;
        desk.css("tr.row").nth(19).seen().await?;
        Translation::Everything.start(desk).await?;
        desk.css("tr.row [data-translated]").nth(0).seen().await?;
        navigate(desk, "/log?page=2").await?;
        desk.until("every row to show its own id", async || {
            const READ: &str = r"
                const rows = [...document.querySelectorAll('tr.row')];
                return rows.length === 20 && rows.every((row) => {
                    const copy = row.cloneNode(true);
                    for (const font of copy.querySelectorAll('[data-translated]')) font.replaceWith(rotate(font.textContent));
                    return copy.textContent.replaceAll(/\D*/g, '').includes(row.dataset.id);
                })";
            Ok(desk.js(READ).await? == true)
        })
        .await
    });
}

/// A transaction is resolved even though every text on its screen keeps being replaced.
#[test]
fn a_transaction_on_a_translated_page_completes_once() {
    // Closed connections, so that only the portal can repeat a request.
    let setup = Setup::default().sandbox(["--connections", "close"]);
    setup.journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/transfer").await?;
        Translation::Everything.start(desk).await?;
        let kind = Kind::Transfer;
        desk.css("#child").fill("Beta Co").await?;
        desk.css("#minutes").fill("20").await?;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        desk.css("form.movement button[type=submit], form.movement .primary")
            .click()
            .await?;
        desk.css(".review .primary").click().await?;
        desk.css("main .receipt").seen().await?;
        desk.css("aside.unresolved").gone().await?;
        assert_eq!(steps::transfer_count(desk).await?, 1);
        Ok(())
    });
}
