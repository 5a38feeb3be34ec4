//! API keys are kept in memory, sent only to their own service, and discarded: no part of them is found anywhere else.

use anyhow::Result;
use credit_desk_journeys::{
    Desk,
    fake_host::{FakeHost, HostSettings},
    journey,
};
use serde_json::{Value, json};

use crate::steps::{
    Kind, allow_failed_requests, completed_count, enter_keys, open_screen, submit_keys,
    unknown::setup_with_short_timeouts,
};

/// The API keys, and parts of mistyped ones.
const KEYS: [&str; 4] = [
    "demo-reseller-key",
    "lp_test_demo",
    "wrong-reseller-key",
    "lp_wrong",
];

/// Collects every place in the browser where a key could be left.
const PLACES: &str = "
    return (async () => {
        const places = {
            localStorage: { ...localStorage }, sessionStorage: { ...sessionStorage }, cookies: document.cookie,
            address: location.href, state: history.state, title: document.title, name: window.name,
            page: document.documentElement.outerHTML, text: document.body.innerText,
            fields: [...document.querySelectorAll('input:not(.secret), textarea')].map((field) => field.value),
            fetched: performance.getEntries().map((entry) => entry.name), copied: window.copied, databases: {}, caches: {},
        };
        const done = (request) => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = no; });
        for (const { name } of await indexedDB.databases()) {
            const database = await done(indexedDB.open(name));
            for (const store of database.objectStoreNames) {
                const rows = database.transaction(store).objectStore(store);
                places.databases[`${name}.${store}`] = [await done(rows.getAllKeys()), await done(rows.getAll())];
            }
            database.close();
        }
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            places.caches[name] = await Promise.all((await cache.keys()).map(async (request) =>
                [request.url, [...request.headers], await (await cache.match(request)).text()]));
        }
        return JSON.stringify(places);
    })();";

/// Asserts that no part of a key is in the browser's storage, in the page or on its console. Returns what those places
/// hold.
async fn assert_no_key_left(desk: &Desk, when: &str) -> Result<Value> {
    let (text, found) = find_keys(desk).await?;
    assert!(found.is_empty(), "{when}: {found:?} in {text}");
    Ok(serde_json::from_str(&text)?)
}

/// Returns what these places hold, and which keys it contains.
async fn find_keys(desk: &Desk) -> Result<(String, Vec<&'static str>)> {
    let text = desk
        .js(PLACES)
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut all = desk.console().await?;
    all.retain(|line| KEYS.iter().any(|key| line.message.contains(key)));
    let everything = format!("{text} {all:?}");
    let found = KEYS.into_iter().filter(|key| everything.contains(key));
    let found = found.collect();
    Ok((text, found))
}

#[test]
fn a_leaked_key_is_found_in_every_place() {
    const LEAKS: [&str; 6] = [
        "localStorage.setItem('x', KEY)",
        "history.replaceState({ x: KEY }, '')",
        "document.body.dataset.x = KEY",
        "document.cookie = `x=${KEY}`",
        "await (await caches.open('x')).put('/x', new Response(KEY))",
        "await new Promise((done) => {
            const request = indexedDB.open('x');
            request.onupgradeneeded = () => request.result.createObjectStore('y').put({ z: KEY }, 1);
            request.onsuccess = () => { request.result.close(); done(); };
        })",
    ];
    journey(async |desk| {
        for leak in LEAKS {
            desk.goto("/").await?;
            desk.heading("Sign in").seen().await?;
            desk.js("localStorage.clear(); history.replaceState(null, ''); document.cookie = 'x=; max-age=0'")
                .await?;
            desk.js("return caches.delete('x')").await?;
            assert_no_key_left(desk, "before").await?;
            let script = leak.replace("KEY", "'lp_wrong'");
            desk.js(&format!("return (async () => {{ {script} }})()"))
                .await?;
            assert_eq!(find_keys(desk).await?.1, ["lp_wrong"], "{leak}");
        }
        desk.js("indexedDB.deleteDatabase('x')").await.map(drop)
    });
}

/// Records what is copied.
const LISTEN: &str =
    "window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };";

#[test]
fn no_part_of_a_key_is_left_anywhere() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        desk.before_every_page(LISTEN).await?;
        // A rejected key.
        desk.goto("/transfer").await?;
        submit_keys(desk, "wrong-reseller-key", "lp_wrong").await?;
        desk.css("#reseller-key-error")
            .shows("Invalid API key")
            .await?;
        assert_no_key_left(desk, "after a rejected key").await?;
        // A completed transfer.
        enter_keys(desk).await?;
        Kind::Transfer.review(desk, 20).await?;
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        desk.css(".receipt").seen().await?;
        let places = assert_no_key_left(desk, "after a transfer").await?;
        let journal = places["databases"].to_string();
        assert!(
            journal.contains("to_organization_id"),
            "the journal is included: {journal}"
        );
        // A failure: the service drops the connection, and the support details are copied.
        Kind::Transfer.open_empty(desk).await?;
        Kind::Transfer
            .fault(desk, json!({ "fault": "drop_before" }))
            .await?;
        Kind::Transfer.review(desk, 30).await?;
        Kind::Transfer.confirm_button(desk, 30).click().await?;
        desk.css(".unknown").seen().await?;
        assert_no_key_left(desk, "after a failure").await?;
        open_screen(desk, "Activity").await?;
        // The outcome rebuilds the article.
        desk.css("article").nth(0).shows("Not completed").await?;
        desk.css("article summary").nth(0).click().await?;
        desk.button("Copy support details").nth(0).click().await?;
        desk.until("the support details to be copied", async || {
            Ok(desk.js("return copied.length > 0").await? == true)
        })
        .await?;
        let places = assert_no_key_left(desk, "after copying for support").await?;
        assert!(
            places["copied"].to_string().contains("Idempotency-Key"),
            "{places}"
        );
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        assert_no_key_left(desk, "when locked").await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        assert_no_key_left(desk, "when signed out").await.map(drop)
    });
}

#[test]
fn a_key_does_not_follow_a_redirect_to_another_origin() {
    journey(async |desk| {
        allow_failed_requests(desk);
        desk.allow_console_error("redirect");
        let redirect_target = FakeHost::start(desk, HostSettings::default()).await?;
        let redirect_to = Some(redirect_target.address().to_owned());
        let host = FakeHost::start(
            desk,
            HostSettings {
                redirect_to,
                ..HostSettings::default()
            },
        )
        .await?;
        host.goto(desk, "/").await?;
        submit_keys(desk, "demo-reseller-key", "lp_test_demo").await?;
        desk.css("#reseller-key-error")
            .shows("Can't reach the service")
            .await?;
        desk.css("#organizations-key-error")
            .shows("Can't reach the service")
            .await?;
        let requests = host.requests();
        assert!(
            requests
                .iter()
                .any(|request| request.headers.contains("demo-reseller-key")),
            "{requests:?}"
        );
        assert!(
            redirect_target.requests().is_empty(),
            "{:?}",
            redirect_target.requests()
        );

        // During a session, a redirected movement doesn't reach the other origin either, and its outcome is unknown.
        host.change(|settings| settings.redirect_to = None);
        desk.button("Sign in").click().await?;
        open_screen(desk, "Transfer").await?;
        Kind::Transfer.review(desk, 20).await?;
        let target_address = redirect_target.address().to_owned();
        host.redirect_movements_to(&target_address);
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        desk.css(".unknown").seen().await?;
        assert_eq!(host.movements().len(), 1);
        assert!(
            redirect_target.requests().is_empty(),
            "{:?}",
            redirect_target.requests()
        );
        assert_eq!(completed_count(desk, Kind::Transfer).await?, 0);
        // Only the portal prevents it: another request does follow the redirect.
        desk.js("return fetch('/v1/x', { method: 'POST', headers: { authorization: 'Bearer x' } }).then(() => 1, () => 0)")
            .await?;
        assert!(!redirect_target.requests().is_empty());
        Ok(())
    });
}
