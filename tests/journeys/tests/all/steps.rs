//! Steps shared by several journeys.

mod kind;
pub mod ledger;
pub mod unknown;

use anyhow::Result;
use credit_desk_journeys::{
    Desk, Key, STAFF,
    fake_host::{FakeHost, HostSettings},
};
use serde_json::{Value, json};

pub use self::kind::Kind;

/// The sandbox's name for the transfer route.
pub const TRANSFER: &str = "POST /api/v1/reseller/credits/transfer";
/// The sandbox's name for the revert route.
pub const REVERT: &str = "POST /api/v1/reseller/credits/revert";
/// The sandbox's name for the allocation route.
pub const ALLOCATE: &str = "POST /v1/organizations/{orgId}/credits/allocate";
/// The sandbox's name for the route of the reseller's log.
pub const LOG: &str = "GET /api/v1/reseller/credits/logs";
/// The organization that can receive allocations.
pub const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
/// The account's own organization in the organizations API.
pub const PARENT: &str = "org_00000000-0000-4000-8000-000000000001";

/// Opens `path` and signs in to both services.
pub async fn sign_in(desk: &Desk, path: &str) -> Result<()> {
    desk.goto(path).await?;
    enter_keys(desk).await
}

/// Fills in both API keys on the open sign-in form and submits it.
pub async fn submit_keys(desk: &Desk, reseller: &str, organizations: &str) -> Result<()> {
    desk.field("Reseller API key").fill(reseller).await?;
    let field = desk.field("Organizations API key");
    field.fill(organizations).await?;
    // Not a click: a banner may appear at any moment and move the button.
    field.press(Key::Enter).await
}

/// Signs in to both services on the open sign-in form.
pub async fn enter_keys(desk: &Desk) -> Result<()> {
    submit_keys(desk, "demo-reseller-key", "lp_test_demo").await?;
    desk.role("navigation").named("Main").seen().await
}

/// Signs in as another account of both services. The sandbox only fakes it with two responses: its ledger has one
/// account.
pub async fn sign_in_as_other_account(desk: &Desk) -> Result<()> {
    let other = json!({ "success": true, "reseller_organization": { "id": 9999, "name": "Other" }, "organizations": [] });
    desk.sandbox
        .fault(json!({ "route": "GET /api/v1/reseller/organizations", "fault": "body", "body": other }))
        .await?;
    let other = json!({ "organizationId": "org_99999999-0000-4000-8000-000000000009" });
    desk.sandbox
        .fault(json!({ "route": "GET /v1/whoami", "fault": "body", "body": other }))
        .await?;
    enter_keys(desk).await
}

/// Enters the keys again from a screen that waits for one, and waits until they are accepted: leaving earlier discards
/// them.
pub async fn add_missing_key(desk: &Desk) -> Result<()> {
    desk.link("Add API key").click().await?;
    desk.heading("Sign in").seen().await?;
    enter_keys(desk).await?;
    desk.heading("Overview").seen().await
}

/// Fills in the transfer form. The rate comes from the child.
pub async fn fill_transfer(desk: &Desk, child: &str, minutes: &str) -> Result<()> {
    desk.field("Client").fill(child).await?;
    desk.field("Minutes").fill(minutes).await
}

/// Fills in the transfer form and opens its review.
pub async fn review_transfer(desk: &Desk, child: &str, minutes: &str) -> Result<()> {
    fill_transfer(desk, child, minutes).await?;
    desk.button("Review transfer").click().await?;
    desk.heading("Review and confirm").seen().await
}

/// Completes a transfer in the open form, and checks that the ledger has it once and the log shows it.
pub async fn transfer_and_check_log(desk: &Desk) -> Result<()> {
    let kind = Kind::Transfer;
    kind.review(desk, 20).await?;
    kind.confirm_button(desk, 20).click().await?;
    let key = submission_key(desk, "receipt").await?;
    kind.assert_completed_once(desk, &key).await?;
    open_screen(desk, "Credit log").await?;
    desk.css("table.log").shows("Beta Co").await
}

/// The message on every screen about a pending transaction whose account isn't signed in.
pub const PENDING: &str =
    "1 transaction is pending. Sign in with the key it was sent with to see it.";

/// A page script that makes the clock run eight times as fast, so that an idle page locks within seconds.
pub const FAST_CLOCK: &str = "
    const [start, now] = [Date.now(), Date.now.bind(Date)];
    Date.now = () => start + (now() - start) * 8;";

/// Opens the overview behind a gateway as a member of staff. The browser gets the name and password once and sends them
/// with every later request.
pub async fn open_as_staff(desk: &Desk) -> Result<()> {
    goto_with_password(desk, "/").await?;
    desk.heading("Overview").seen().await
}

/// Opens a URL that contains the name and password of the gateway's staff.
pub async fn goto_with_password(desk: &Desk, path: &str) -> Result<()> {
    let (name, password) = STAFF;
    let address = desk
        .address()
        .replace("http://", &format!("http://{name}:{password}@"));
    Ok(desk.driver().goto(format!("{address}{path}")).await?)
}

/// Starts a host under `/desk/` that signs users in and adds their API keys.
pub async fn start_gateway(desk: &Desk, config: Value) -> Result<FakeHost> {
    let settings = HostSettings {
        path: "/desk/",
        gateway: true,
        config: Some(config),
        ..HostSettings::default()
    };
    FakeHost::start(desk, settings).await
}

/// Allows the console errors that browsers log for failed requests.
pub fn allow_failed_requests(desk: &Desk) {
    desk.allow_console_error("Failed to load resource");
}

/// Allows the console errors for what the page's security policy blocks. Firefox spells them differently.
pub fn allow_policy_violations(desk: &Desk) {
    desk.allow_console_error("Content Security Policy");
    desk.allow_console_error("Content-Security-Policy");
}

/// Records every text that the page shows from now on, so that [`was_shown`] also finds one that is visible only
/// briefly.
pub async fn record_page_text(desk: &Desk) -> Result<()> {
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

/// Waits until the page has shown this text at some point since [`record_page_text`].
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

/// Returns the number of transfers in the ledger, without the one it starts with.
pub async fn transfer_count(desk: &Desk) -> Result<usize> {
    Ok(desk.sandbox.movements("credit_transfer").await?.len() - 1)
}

/// Asserts that nothing has moved since the ledger was created.
pub async fn assert_nothing_moved(desk: &Desk) -> Result<()> {
    assert_eq!(transfer_count(desk).await?, 0);
    assert_eq!(desk.sandbox.balance("reseller:5678").await?, "61.613");
    assert_eq!(desk.sandbox.balance("child:4002").await?, "10");
    Ok(())
}

/// Navigates to `path` within the running portal, as a link does, so that the session stays.
pub async fn navigate(desk: &Desk, path: &str) -> Result<()> {
    desk.js(&format!(
        "const link = document.createElement('a'); link.href = '{path}'; document.body.append(link); link.click(); link.remove()"
    ))
    .await?;
    Ok(())
}

/// Opens a screen through the main navigation.
pub async fn open_screen(desk: &Desk, link: &str) -> Result<()> {
    let navigation = desk.role("navigation").named("Main");
    desk.link(link).within(&navigation).click().await
}

/// Returns the idempotency key of the submission that the form's screen shows as `sending`, `unknown`, `receipt` or
/// `absent`.
pub async fn submission_key(desk: &Desk, part: &str) -> Result<String> {
    let selector = format!("main .{part}[data-key]");
    desk.css(&selector).seen().await?;
    // In one script: the page may replace the element at any time.
    let script = format!(
        "return document.querySelector({})?.dataset.key",
        json!(selector)
    );
    let key = desk.js(&script).await?;
    Ok(key.as_str().unwrap_or_default().to_owned())
}

/// Whether the page would ask the user before it is left.
pub async fn asks_before_leaving(desk: &Desk) -> Result<bool> {
    let script = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    Ok(desk.js(script).await? == true)
}

/// Waits until the journal's record of a submission contains `text`. The screen may be ahead of the journal.
pub async fn wait_for_record(desk: &Desk, key: &str, text: &str) -> Result<()> {
    const RECORD: &str = "
        const opened = indexedDB.open('credit-desk');
        return new Promise((resolve, reject) => {
            opened.onerror = () => reject(opened.error);
            opened.onsuccess = () => {
                const read = opened.result.transaction('submissions').objectStore('submissions').get(KEY);
                read.onerror = () => reject(read.error);
                read.onsuccess = () => { opened.result.close(); resolve(String(read.result)) };
            };
        });";
    let script = RECORD.replace("KEY", &json!(key).to_string());
    desk.until(format!("{text:?} in the journal"), async || {
        let record = desk.js(&script).await?;
        Ok(record.as_str().unwrap_or_default().contains(text))
    })
    .await
}

/// Waits until no banner is left and Activity shows this outcome of the submission, then checks that the ledger agrees.
pub async fn assert_outcome(desk: &Desk, key: &str, state: &str) -> Result<()> {
    desk.css("aside.unresolved").gone().await?;
    open_screen(desk, "Activity").await?;
    let article = desk.css(&format!("article.submission[data-key='{key}']"));
    article.has("data-state", state).await?;
    let count = desk.sandbox.movements_of(key).await?.len();
    let expected = match state {
        "done" | "decided-made" => 1,
        "absent" | "refused" | "decided-not" => 0,
        other => panic!("{other} is not a final state"),
    };
    assert_eq!(
        count, expected,
        "movements in the ledger for a submission shown as {state}"
    );
    Ok(())
}

/// From the next page on, records the key and the exact body of every POST request that the page sends, for
/// [`sent_bodies`].
pub async fn record_sent_bodies(desk: &Desk) -> Result<()> {
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
    desk.before_every_page(LISTEN).await.map(drop)
}

/// Returns the bodies that this page has sent under this key, oldest first.
pub async fn sent_bodies(desk: &Desk, key: &str) -> Result<Vec<String>> {
    let script = format!(
        "return sent.filter((entry) => entry.key === {}).map((entry) => entry.body)",
        json!(key)
    );
    Ok(serde_json::from_value(desk.js(&script).await?)?)
}

/// Returns the number of movements of this kind since the ledger was created, under any key.
pub async fn completed_count(desk: &Desk, kind: Kind) -> Result<usize> {
    let opening = match kind {
        Kind::Transfer => 1,
        Kind::Allocation => 3,
    };
    Ok(desk.sandbox.movements(kind.ledger_kind()).await?.len() - opening)
}

/// Returns the requests that the sandbox received under this key, oldest first.
pub async fn requests_with_key(desk: &Desk, key: &str) -> Result<Vec<Value>> {
    let mut all = desk.sandbox.recent_requests().await?;
    all.retain(|request| request["idempotency_key"] == key);
    Ok(all)
}

/// Transfers minutes with another API client: the same account, without the portal.
pub async fn transfer_outside_portal(desk: &Desk, minutes: u32) -> Result<()> {
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

/// Waits until nothing is unresolved, then compares Activity with the whole ledger: every submission shown as done is
/// in it once, no other submission is, and it holds nothing else. Returns the keys and states that Activity shows,
/// newest first.
pub async fn assert_activity_matches_ledger(desk: &Desk) -> Result<Vec<(String, String)>> {
    const SHOWN: &str = "return [...document.querySelectorAll('article.submission')].map(({ dataset }) => [dataset.key, dataset.state])";
    open_screen(desk, "Activity").await?;
    // The journal loads a moment after the screen, and all at once.
    desk.css("article.submission").nth(0).seen().await?;
    desk.css("aside.unresolved").gone().await?;
    let shown: Vec<(String, String)> = serde_json::from_value(desk.js(SHOWN).await?)?;
    let movements = desk.sandbox.movements_since(0).await?;
    let mut in_ledger: Vec<&str> = movements
        .iter()
        .filter_map(|movement| movement["idempotency_key"].as_str())
        .collect();
    let mut done: Vec<&str> = shown
        .iter()
        .filter(|(_, state)| state == "done")
        .map(|(key, _)| key.as_str())
        .collect();
    in_ledger.sort_unstable();
    done.sort_unstable();
    assert_eq!(
        in_ledger, done,
        "keys in the ledger, and keys shown as done: {shown:?}"
    );
    let is_final = |state: &str| ["done", "refused", "absent"].contains(&state);
    assert!(shown.iter().all(|(_, state)| is_final(state)), "{shown:?}");
    Ok(shown)
}
