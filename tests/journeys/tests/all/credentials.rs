//! Keys are held in memory, sent where they belong, and forgotten: nothing of them is to be found anywhere else.

use anyhow::Result;
use credit_desk_journeys::{
    Desk, Setup, journey,
    place::{Host, Hosting},
};
use serde_json::{Value, json};

use crate::steps::{
    Kind, before_every_page, give_keys, go, made, refusals_are_expected, send_keys,
};

/// Keys, and parts of keys that somebody mistyped.
const KEYS: [&str; 4] = [
    "demo-reseller-key",
    "lp_test_demo",
    "wrong-reseller-key",
    "lp_wrong",
];

/// Every place in the browser where something could be left.
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

/// Fails where any part of a key is to be found: in the browser's stores, the page, or on its console.
async fn nothing_is_left(desk: &Desk, when: &str) -> Result<Value> {
    let (text, found) = found(desk).await?;
    assert!(found.is_empty(), "{when}: {found:?} in {text}");
    Ok(serde_json::from_str(&text)?)
}

/// What the places hold, and which keys are among it.
async fn found(desk: &Desk) -> Result<(String, Vec<&'static str>)> {
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
fn a_key_that_was_left_is_found_wherever_that_is() {
    const LEAVE: [&str; 6] = [
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
        for leave in LEAVE {
            desk.goto("/").await?;
            desk.heading("Sign in").seen().await?;
            desk.js("localStorage.clear(); history.replaceState(null, ''); document.cookie = 'x=; max-age=0'")
                .await?;
            desk.js("return caches.delete('x')").await?;
            nothing_is_left(desk, "before").await?;
            let script = leave.replace("KEY", "'lp_wrong'");
            desk.js(&format!("return (async () => {{ {script} }})()"))
                .await?;
            assert_eq!(found(desk).await?.1, ["lp_wrong"], "{leave}");
        }
        desk.js("indexedDB.deleteDatabase('x')").await.map(drop)
    });
}

/// Keeps what is copied.
const LISTEN: &str =
    "window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };";

#[test]
fn nothing_of_a_key_is_left_anywhere() {
    let brief = json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } });
    // Browsers send a request again by themselves only on a connection that was used before.
    let setup = Setup::default().sandbox(["--connections", "close"]);
    setup.config(brief).journey(async |desk| {
        refusals_are_expected(desk);
        before_every_page(desk, LISTEN).await?;
        // A refused key.
        desk.goto("/transfer").await?;
        send_keys(desk, "wrong-reseller-key", "lp_wrong").await?;
        desk.css("#reseller-key-error")
            .shows("Invalid API key")
            .await?;
        nothing_is_left(desk, "after a refused key").await?;
        // The normal course.
        give_keys(desk).await?;
        Kind::Transfer.review(desk, 20).await?;
        Kind::Transfer.confirm(desk, 20).click().await?;
        desk.css(".receipt").seen().await?;
        let places = nothing_is_left(desk, "in the normal course").await?;
        let journal = places["databases"].to_string();
        assert!(
            journal.contains("to_organization_id"),
            "the journal was read: {journal}"
        );
        // A failure: the backend breaks off, and the support bundle is copied.
        Kind::Transfer.open_anew(desk).await?;
        Kind::Transfer
            .fault(desk, json!({ "fault": "drop_before" }))
            .await?;
        Kind::Transfer.review(desk, 30).await?;
        Kind::Transfer.confirm(desk, 30).click().await?;
        desk.css(".unknown").seen().await?;
        nothing_is_left(desk, "after a failure").await?;
        go(desk, "Activity").await?;
        // The outcome builds the article again.
        desk.css("article").nth(0).shows("Not made").await?;
        desk.css("article summary").nth(0).click().await?;
        desk.button("Copy for support").nth(0).click().await?;
        desk.until("the bundle to be copied", async || {
            Ok(desk.js("return copied.length > 0").await? == true)
        })
        .await?;
        let places = nothing_is_left(desk, "after copying for support").await?;
        assert!(
            places["copied"].to_string().contains("Idempotency-Key"),
            "{places}"
        );
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        nothing_is_left(desk, "when locked").await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        nothing_is_left(desk, "when signed out").await.map(drop)
    });
}

#[test]
fn a_key_does_not_follow_a_redirect_to_another_origin() {
    journey(async |desk| {
        refusals_are_expected(desk);
        desk.allow_console_error("redirect");
        let trap = Host::start(desk, Hosting::default()).await?;
        let leads_to = Some(trap.address().to_owned());
        let host = Host::start(
            desk,
            Hosting {
                leads_to,
                ..Hosting::default()
            },
        )
        .await?;
        host.goto(desk, "/").await?;
        send_keys(desk, "demo-reseller-key", "lp_test_demo").await?;
        desk.css("#reseller-key-error")
            .shows("Can't reach the service")
            .await?;
        desk.css("#organizations-key-error")
            .shows("Can't reach the service")
            .await?;
        let came = host.came();
        assert!(
            came.iter()
                .any(|came| came.headers.contains("demo-reseller-key")),
            "{came:?}"
        );
        assert!(trap.came().is_empty(), "{:?}", trap.came());

        // And in the middle of things: a movement, that is unknown then and goes nowhere else.
        host.change(|hosting| hosting.leads_to = None);
        desk.button("Sign in").click().await?;
        go(desk, "Transfer").await?;
        Kind::Transfer.review(desk, 20).await?;
        let there = trap.address().to_owned();
        host.lead_movements_to(&there);
        Kind::Transfer.confirm(desk, 20).click().await?;
        desk.css(".unknown").seen().await?;
        assert_eq!(host.movements().len(), 1);
        assert!(trap.came().is_empty(), "{:?}", trap.came());
        assert_eq!(made(desk, Kind::Transfer).await?, 0);
        // Nothing but the portal keeps it from there.
        desk.js("return fetch('/v1/x', { method: 'POST', headers: { authorization: 'Bearer x' } }).then(() => 1, () => 0)")
            .await?;
        assert!(!trap.came().is_empty());
        Ok(())
    });
}
