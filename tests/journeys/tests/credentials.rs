//! Keys are held in memory, sent where they belong, and forgotten: nothing of them is to be found anywhere else.

mod steps;

use anyhow::Result;
use credit_desk_journeys::{
    Desk, Setup, journey,
    place::{Host, Hosting},
};
use serde_json::{Value, json};
use steps::{
    Kind, before_every_page, fill_transfer, follow, give_keys, go, made, refusals_are_expected,
    sign_in,
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
            fields: [...document.querySelectorAll('input:not([type=password]), textarea')].map((field) => field.value),
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
    let brief = json!({ "reseller_api": { "settles_after_seconds": 2 } });
    Setup::default().config(brief).journey(async |desk| {
        refusals_are_expected(desk);
        before_every_page(desk, LISTEN).await?;
        // A refused key.
        desk.goto("/transfer").await?;
        desk.field("Reseller API key")
            .fill("wrong-reseller-key")
            .await?;
        desk.field("Organizations API key").fill("lp_wrong").await?;
        desk.button("Sign in").click().await?;
        desk.css("#reseller-key-error")
            .shows("not accepted")
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
        desk.sandbox
            .settings(json!({ "connections": "close" }))
            .await?;
        Kind::Transfer
            .fault(desk, json!({ "fault": "drop_before" }))
            .await?;
        Kind::Transfer.review(desk, 30).await?;
        Kind::Transfer.confirm(desk, 30).click().await?;
        desk.css(".unknown").seen().await?;
        nothing_is_left(desk, "after a failure").await?;
        go(desk, "Activity").await?;
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
fn a_locked_page_shows_no_figure_and_keeps_the_draft() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.css(".quote .balances").seen().await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        for (width, dark) in [(1280, false), (320, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("locked-{width}-{dark}")).await?;
        }
        desk.size(1280, 900).await?;
        let page = desk
            .js("return document.documentElement.outerHTML")
            .await?
            .to_string();
        for figure in ["61.613", "Beta Co", "\"23\"", "$"] {
            assert!(!page.contains(figure), "{figure} is in {page}");
        }
        desk.role("navigation").named("Main").gone().await?;
        let before = desk.sandbox.recent_requests().await?.len();
        follow(desk, "/log").await?;
        desk.heading("Locked").seen().await?;
        assert_eq!(
            desk.sandbox.recent_requests().await?.len(),
            before,
            "nothing is asked for"
        );
        follow(desk, "/transfer").await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("23").await?;
        desk.field("Child organization").holds("Beta Co").await?;

        // Signing out forgets it, also from a locked page.
        desk.button("Lock").click().await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn what_nobody_can_prove_to_be_the_same_account_starts_afresh() {
    journey(async |desk| {
        desk.goto("/transfer").await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.button("Lock").click().await?;
        // A key of the other backend says nothing about who locked the page.
        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        desk.link("Give the key").click().await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        go(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn a_movement_under_way_goes_on_to_its_end_when_the_page_locks() {
    journey(async |desk| {
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        let late = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
        kind.fault(desk, late).await?;
        kind.send(desk, 20).await?;
        kind.has_asked(desk, 1).await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        desk.text("One movement waits to be looked at.")
            .seen()
            .await?;
        desk.text("Beta Co").gone().await?;
        desk.css("aside.unresolved").gone().await?;
        give_keys(desk).await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(made(desk, kind).await?, 1);
        assert_eq!(desk.sandbox.requests(kind.route()).await?, 1);
        Ok(())
    });
}

#[test]
fn a_refusal_is_looked_into_although_the_page_locks() {
    journey(async |desk| {
        refusals_are_expected(desk);
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        kind.fault(desk, json!({ "fault": "delay", "delay_ms": 3000 }))
            .await?;
        kind.send(desk, 20).await?;
        kind.has_asked(desk, 1).await?;
        let poor = json!({ "reseller": { "balance": "1" } });
        desk.sandbox.set(poor).await?;
        let log = "GET /api/v1/reseller/credits/logs";
        let before = desk.sandbox.requests(log).await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        desk.css("aside.unresolved").gone().await?;
        assert!(
            desk.sandbox.requests(log).await? > before,
            "the books were read"
        );
        give_keys(desk).await?;
        go(desk, "Transfer").await?;
        desk.text("Nothing was moved.").seen().await?;
        assert_eq!(made(desk, kind).await?, 0);
        Ok(())
    });
}

/// A clock that runs twenty times as fast.
const FAST: &str = "
    const [begun, time] = [Date.now(), Date.now.bind(Date)];
    Date.now = () => begun + (time() - begun) * 20;";

#[test]
fn a_page_that_nobody_touches_says_so_and_locks() {
    let soon = json!({ "lock_after_minutes": 3 });
    Setup::default().config(soon).journey(async |desk| {
        before_every_page(desk, FAST).await?;
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.css(".idle").shows("It locks within a minute").await?;
        for (width, dark) in [(1280, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("idle-{width}-{dark}")).await?;
        }
        desk.button("Keep it open").click().await?;
        desk.button("Keep it open").gone().await?;
        desk.heading("Transfer").seen().await?;
        desk.heading("Locked").seen().await?;
        desk.text("61.613").gone().await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("23").await
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
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        desk.css("#reseller-key-error")
            .shows("could not be reached")
            .await?;
        desk.css("#organizations-key-error")
            .shows("could not be reached")
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
