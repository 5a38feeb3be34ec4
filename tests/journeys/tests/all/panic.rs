//! A fault of the portal's own: the page says what happened and what was in flight, and the next one goes on with it.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup};
use serde_json::json;

use crate::steps::{Kind, PENDING, agreed, give_keys, refusals_are_expected, sign_in};

/// The browser refuses to build the next element, once: the program takes that for impossible. It is that of another screen,
/// which is gone to at once.
const BREAK: &str = "
    const { createElement } = Document.prototype;
    const { cloneNode } = Node.prototype;
    const broken = () => {
        Document.prototype.createElement = createElement;
        Node.prototype.cloneNode = cloneNode;
        throw new Error('broken on purpose');
    };
    Document.prototype.createElement = broken;
    Node.prototype.cloneNode = broken;
    document.querySelector('nav.main a[href$=\"/log\"]').click();";

fn setup() -> Setup {
    Setup::default()
        .sandbox(["--connections", "close"])
        .config(json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } }))
}

/// Makes the program panic for real.
async fn panic(desk: &Desk) -> Result<()> {
    desk.allow_console_error("panicked");
    desk.allow_console_error("broken on purpose");
    // In each engine's words.
    desk.allow_console_error("unreachable");
    desk.allow_console_error("Unreachable code should not be executed");
    desk.js(BREAK).await?;
    let page = desk.css("#panic");
    page.shows("Something went wrong").await?;
    page.shows("Error at ").await
}

#[test]
fn a_panic_leaves_no_dead_page() {
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        panic(desk).await?;
        let page = desk.css("#panic");
        page.shows("What a backend has already been told still holds")
            .await?;
        assert_eq!(desk.css("#panic-movements").count().await?, 0);
        assert_eq!(
            desk.css("header.frame").count().await?,
            0,
            "nothing else is there"
        );
        desk.link("Reload Credit Desk").click().await?;
        give_keys(desk).await?;
        desk.heading("Overview").seen().await
    });
}

#[test]
fn a_panic_names_what_is_in_flight_and_the_next_page_goes_on_with_it() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for (size, kind) in (20..).zip(Kind::BOTH) {
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, size).await?;
            panic(desk).await?;
            let movements = desk.css("#panic-movements");
            movements.shows(&format!("key {key} · sending")).await?;
            desk.link("Reload Credit Desk").click().await?;
            desk.heading("Sign in").seen().await?;
            desk.css("aside.unresolved").shows(PENDING).await?;
            give_keys(desk).await?;
            kind.is_made_once(desk, &key).await?;
        }
        agreed(desk).await.map(drop)
    });
}
