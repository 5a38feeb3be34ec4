//! Steps that several journeys take.

pub mod books;
mod kind;
pub mod unknown;

use anyhow::Result;
use credit_desk_journeys::{
    Desk, Key, PageScript, STAFF,
    place::{Host, Hosting},
};
use serde_json::{Value, json};

pub use self::kind::Kind;

/// The route of a transfer, as the sandbox names it.
pub const TRANSFER: &str = "POST /api/v1/reseller/credits/transfer";
/// The route of a revert.
pub const REVERT: &str = "POST /api/v1/reseller/credits/revert";
/// The route of an allocation.
pub const ALLOCATE: &str = "POST /v1/organizations/{orgId}/credits/allocate";
/// The organization that can be allocated to.
pub const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
/// One's own organization at the organizations API.
pub const PARENT: &str = "org_00000000-0000-4000-8000-000000000001";

/// Opens `path` and signs in at both backends.
pub async fn sign_in(desk: &Desk, path: &str) -> Result<()> {
    desk.goto(path).await?;
    give_keys(desk).await
}

/// Types these keys where they are asked for, and signs in with them.
pub async fn send_keys(desk: &Desk, reseller: &str, organizations: &str) -> Result<()> {
    desk.field("Reseller API key").fill(reseller).await?;
    let field = desk.field("Organizations API key");
    field.fill(organizations).await?;
    // A banner may appear at any moment and move the button.
    field.press(Key::Enter).await
}

/// Signs in at both backends, where the keys are asked for.
pub async fn give_keys(desk: &Desk) -> Result<()> {
    send_keys(desk, "demo-reseller-key", "lp_test_demo").await?;
    desk.role("navigation").named("Main").seen().await
}

/// Signs in as another account of either backend, which the sandbox only plays: its ledger knows one.
pub async fn sign_in_as_somebody_else(desk: &Desk) -> Result<()> {
    let other = json!({ "success": true, "reseller_organization": { "id": 9999, "name": "Other" }, "organizations": [] });
    desk.sandbox
        .fault(json!({ "route": "GET /api/v1/reseller/organizations", "fault": "body", "body": other }))
        .await?;
    let other = json!({ "organizationId": "org_99999999-0000-4000-8000-000000000009" });
    desk.sandbox
        .fault(json!({ "route": "GET /v1/whoami", "fault": "body", "body": other }))
        .await?;
    give_keys(desk).await
}

/// Gives the keys once more, from a screen that waits for one; who leaves before they are accepted has given none.
pub async fn give_the_key(desk: &Desk) -> Result<()> {
    desk.link("Give the key").click().await?;
    desk.heading("Sign in").seen().await?;
    give_keys(desk).await?;
    desk.heading("Overview").seen().await
}

/// Fills the transfer form; the rate follows from the child.
pub async fn fill_transfer(desk: &Desk, child: &str, minutes: &str) -> Result<()> {
    desk.field("Child organization").fill(child).await?;
    desk.field("Minutes").fill(minutes).await
}

/// Fills the transfer form and goes on to its review.
pub async fn review_transfer(desk: &Desk, child: &str, minutes: &str) -> Result<()> {
    fill_transfer(desk, child, minutes).await?;
    desk.button("Review transfer").click().await?;
    desk.heading("Check and confirm").seen().await
}

/// Fills the transfer form that is open and confirms it; it is made once, and the log shows it.
pub async fn a_transfer_is_in_the_log(desk: &Desk) -> Result<()> {
    let kind = Kind::Transfer;
    kind.review(desk, 20).await?;
    kind.confirm(desk, 20).click().await?;
    let key = key_of(desk, "receipt").await?;
    kind.is_made_once(desk, &key).await?;
    go(desk, "Log").await?;
    desk.css("table.log").shows("Beta Co").await
}

/// What every screen says of a transaction whose account isn't signed in.
pub const PENDING: &str =
    "1 transaction is pending. Sign in with the key it was sent with to see it.";

/// Comes in at a gateway as staff do: the browser asks for name and password once, and sends them by itself from then on.
pub async fn come_in(desk: &Desk) -> Result<()> {
    goto_with_password(desk, "/").await?;
    desk.heading("Overview").seen().await
}

/// Opens an address that holds the name and the password of the gateway's staff.
pub async fn goto_with_password(desk: &Desk, path: &str) -> Result<()> {
    let (name, word) = STAFF;
    let address = desk
        .address()
        .replace("http://", &format!("http://{name}:{word}@"));
    Ok(desk.driver().goto(format!("{address}{path}")).await?)
}

/// A host below `/desk/` that signs people in and adds their keys.
pub async fn behind_gateway(desk: &Desk, config: Value) -> Result<Host> {
    let hosting = Hosting {
        path: "/desk/",
        gateway: true,
        config: Some(config),
        ..Hosting::default()
    };
    Host::start(desk, hosting).await
}

/// What the backend says no to is an error on the browser's own console too.
pub fn refusals_are_expected(desk: &Desk) {
    desk.allow_console_error("Failed to load resource");
}

/// What the page's policy blocks is an error on the console, which Firefox spells otherwise.
pub fn blocked_by_the_policy_is_expected(desk: &Desk) {
    desk.allow_console_error("Content Security Policy");
    desk.allow_console_error("Content-Security-Policy");
}

/// Notes all that the page shows from now on, so that nothing is missed that is there for a moment only.
pub async fn take_notes(desk: &Desk) -> Result<()> {
    const NOTE: &str = "
        window.notes = [];
        const note = () => {
            const text = document.body.innerText;
            if (notes.at(-1) !== text) notes.push(text);
        };
        note();
        new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });";
    desk.js(NOTE).await.map(drop)
}

/// Waits until the page has shown this text at some moment since notes are taken.
pub async fn was_shown(desk: &Desk, text: &str) -> Result<()> {
    let script = format!(
        "return notes.some((note) => note.includes({}))",
        json!(text)
    );
    desk.until(format!("the page to have shown {text:?}"), async || {
        Ok(desk.js(&script).await? == true)
    })
    .await
}

/// How many transfers the ledger holds besides the one it opens with.
pub async fn transfers(desk: &Desk) -> Result<usize> {
    Ok(desk.sandbox.movements("credit_transfer").await?.len() - 1)
}

/// Nothing has moved since the ledger was opened.
pub async fn nothing_moved(desk: &Desk) -> Result<()> {
    assert_eq!(transfers(desk).await?, 0);
    assert_eq!(desk.sandbox.balance("reseller:5678").await?, "61.613");
    assert_eq!(desk.sandbox.balance("child:4002").await?, "10");
    Ok(())
}

/// Goes to `path` within the running portal, as following a link does; the session stays.
pub async fn follow(desk: &Desk, path: &str) -> Result<()> {
    desk.js(&format!(
        "const link = document.createElement('a'); link.href = '{path}'; document.body.append(link); link.click(); link.remove()"
    ))
    .await?;
    Ok(())
}

/// Follows a link of the main navigation.
pub async fn go(desk: &Desk, link: &str) -> Result<()> {
    let navigation = desk.role("navigation").named("Main");
    desk.link(link).within(&navigation).click().await
}

/// The key of the submission that the form's screen shows as `sending`, `unknown`, `receipt` or `absent`.
pub async fn key_of(desk: &Desk, part: &str) -> Result<String> {
    let selector = format!("main .{part}[data-key]");
    desk.css(&selector).seen().await?;
    // In one step: the page may put another element there at any time.
    let script = format!(
        "return document.querySelector({})?.dataset.key",
        json!(selector)
    );
    let key = desk.js(&script).await?;
    Ok(key.as_str().unwrap_or_default().to_owned())
}

/// The submission has come to this end: no banner speaks of it any more, Activity tells the end, and the ledger agrees.
pub async fn ended(desk: &Desk, key: &str, state: &str) -> Result<()> {
    desk.css("aside.unresolved").gone().await?;
    go(desk, "Activity").await?;
    let told = desk.css(&format!("article.submission[data-key='{key}']"));
    told.has("data-state", state).await?;
    let made = desk.sandbox.movements_of(key).await?.len();
    let expected = match state {
        "done" | "decided-made" => 1,
        "absent" | "refused" | "decided-not" => 0,
        other => panic!("{other} is no end"),
    };
    assert_eq!(made, expected, "told {state}, movements in the ledger");
    Ok(())
}

/// From the next page on, keeps the key and the very body of every request that the page sends, for [`sent`].
pub async fn listen_in(desk: &Desk) -> Result<()> {
    const LISTEN: &str = "
        window.sent = [];
        const real = window.fetch;
        window.fetch = (request, ...rest) => {
            if (request.method === 'POST') {
                const entry = { key: request.headers.get('idempotency-key'), body: null };
                sent.push(entry);
                request.clone().text().then((body) => { entry.body = body; });
            }
            return real.call(window, request, ...rest);
        };";
    before_every_page(desk, LISTEN).await.map(drop)
}

/// The bodies that this page has sent under this key, oldest first.
pub async fn sent(desk: &Desk, key: &str) -> Result<Vec<String>> {
    let script = format!(
        "return sent.filter((entry) => entry.key === {}).map((entry) => entry.body)",
        json!(key)
    );
    Ok(serde_json::from_value(desk.js(&script).await?)?)
}

/// Runs a script in every page from now on, before the page's own. Gives what [`no_longer`] needs.
pub async fn before_every_page(desk: &Desk, script: &str) -> Result<PageScript> {
    desk.before_every_page(script).await
}

/// Runs such a script no longer.
pub async fn no_longer(desk: &Desk, script: PageScript) -> Result<()> {
    desk.no_longer(&script).await
}

/// How many movements of a kind were made since the ledger was opened, under whatever key.
pub async fn made(desk: &Desk, kind: Kind) -> Result<usize> {
    let opening = match kind {
        Kind::Transfer => 1,
        Kind::Allocation => 3,
    };
    Ok(desk.sandbox.movements(kind.movement()).await?.len() - opening)
}

/// The requests that were sent under this key, oldest first.
pub async fn requests_of(desk: &Desk, key: &str) -> Result<Vec<Value>> {
    let mut all = desk.sandbox.recent_requests().await?;
    all.retain(|request| request["idempotency_key"] == key);
    Ok(all)
}

/// Somebody else moves minutes with a client of their own: the same account, no portal.
pub async fn somebody_transfers(desk: &Desk, minutes: u32) -> Result<()> {
    let address = format!(
        "{}/api/v1/reseller/credits/transfer",
        desk.sandbox.address()
    );
    let body = json!({ "to_organization_id": 4002, "minutes": minutes, "cost_per_min": 0.2 });
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client
        .post(address)
        .bearer_auth("demo-reseller-key")
        .json(&body);
    request.send().await?.error_for_status()?;
    Ok(())
}

/// Waits until nothing is unresolved, and compares all that Activity tells with the whole ledger: what was told made is there once,
/// what was told otherwise is not there, and nothing is there that was not told. Gives what was told, newest first.
pub async fn agreed(desk: &Desk) -> Result<Vec<(String, String)>> {
    const TOLD: &str = "return [...document.querySelectorAll('article.submission')].map(({ dataset }) => [dataset.key, dataset.state])";
    go(desk, "Activity").await?;
    // The journal is read a moment after the screen is there; then it is there as a whole.
    desk.css("article.submission").nth(0).seen().await?;
    desk.css("aside.unresolved").gone().await?;
    let told: Vec<(String, String)> = serde_json::from_value(desk.js(TOLD).await?)?;
    let movements = desk.sandbox.movements_since(0).await?;
    let mut keys: Vec<&str> = movements
        .iter()
        .filter_map(|movement| movement["idempotency_key"].as_str())
        .collect();
    let mut made: Vec<&str> = told
        .iter()
        .filter(|(_, state)| state == "done")
        .map(|(key, _)| key.as_str())
        .collect();
    keys.sort_unstable();
    made.sort_unstable();
    assert_eq!(keys, made, "in the ledger, and told to be made: {told:?}");
    let is_end = |state: &str| ["done", "refused", "absent"].contains(&state);
    assert!(told.iter().all(|(_, state)| is_end(state)), "{told:?}");
    Ok(told)
}
