//! A panic in the portal: the page says what happened and what was in flight, and the next page resumes it.

use anyhow::Result;
use credit_desk_journeys::Desk;

use crate::steps::{
    Kind, PENDING, allow_failed_requests, assert_activity_matches_ledger, enter_keys, sign_in,
    unknown::setup_with_short_timeouts,
};

/// Makes building the next element fail once, which the program assumes to be impossible, and opens another screen to
/// trigger it.
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

/// Makes the program panic.
async fn cause_panic(desk: &Desk) -> Result<()> {
    desk.allow_console_error("panicked");
    desk.allow_console_error("broken on purpose");
    // Each engine words it differently.
    desk.allow_console_error("unreachable");
    desk.allow_console_error("Unreachable code should not be executed");
    desk.js(BREAK).await?;
    let page = desk.css("#panic");
    page.shows("Something went wrong").await?;
    page.shows("Error at ").await
}

#[test]
fn a_panic_shows_an_error_page_that_can_reload() {
    setup_with_short_timeouts().journey(async |desk| {
        sign_in(desk, "/").await?;
        cause_panic(desk).await?;
        let page = desk.css("#panic");
        page.shows("Requests already sent still apply").await?;
        assert_eq!(desk.css("#panic-movements").count().await?, 0);
        assert_eq!(
            desk.css("header.frame").count().await?,
            0,
            "nothing else is shown"
        );
        desk.link("Reload Credit Desk").click().await?;
        enter_keys(desk).await?;
        desk.heading("Overview").seen().await
    });
}

#[test]
fn a_panic_lists_what_is_in_flight_and_the_next_page_resumes_it() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for (size, kind) in (20..).zip(Kind::BOTH) {
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, size).await?;
            cause_panic(desk).await?;
            let movements = desk.css("#panic-movements");
            movements.shows(&format!("key {key} · sending")).await?;
            desk.link("Reload Credit Desk").click().await?;
            desk.heading("Sign in").seen().await?;
            desk.css("aside.unresolved").shows(PENDING).await?;
            enter_keys(desk).await?;
            kind.assert_completed_once(desk, &key).await?;
        }
        assert_activity_matches_ledger(desk).await.map(drop)
    });
}
