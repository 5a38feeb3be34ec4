//! The wallets' events, in a real browser.

use crate::support::{Backend, NORTHWIND, Page, Reply, Seen, sleep, story, until};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

/// A page of events, each with its id and its credits.
fn page_of(events: &[(&str, i64)], next: Option<&str>) -> String {
    let items: Vec<Value> = events
        .iter()
        .map(|(id, credits)| {
            json!({
                "eventId": id, "credits": credits, "eventType": "allocation", "balanceAfterPrepaid": 5400,
                "createdAt": "2026-06-03T18:14:02.187Z", "description": format!("About {id}, and more"),
                "transferId": "txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c",
            })
        })
        .collect();
    json!({"items": items, "nextCursor": next}).to_string()
}

fn events(events: &[(&str, i64)], next: Option<&str>) -> Reply {
    Reply::Json(200, page_of(events, next))
}

/// The query with which a wallet's events were asked for; nothing for another request.
fn asked<'a>(seen: &'a Seen, wallet: &str) -> Option<&'a str> {
    let rest = seen.path.strip_prefix(wallet)?;
    rest.strip_prefix("/credits/events?")
}

fn own(seen: &Seen) -> Option<&str> {
    asked(seen, "/v1")
}

fn of_northwind(seen: &Seen) -> Option<&str> {
    asked(seen, &format!("/v1/organizations/{NORTHWIND}"))
}

#[wasm_bindgen_test]
async fn the_own_wallet_is_shown_and_a_childs_by_the_url_or_the_list() {
    let backend = Backend::install(|seen| {
        if own(seen).is_some() {
            events(&[("own-event", -1_234_567)], None)
        } else if of_northwind(seen).is_some() {
            events(&[("child-event", 1_234_567)], None)
        } else {
            story(seen)
        }
    });
    let page = Page::signed_in("/wallet").await;
    page.says("-1,234,567").await;
    page.says("Events of your own wallet, newest first").await;
    page.says("About own-event").await;
    page.find("tr[data-event='own-event'] th[scope=row] time")
        .await;
    page.choose("#wallet", NORTHWIND).await;
    page.says("+1,234,567").await;
    page.says("Events of the wallet of Northwind").await;
    assert!(!page.text().contains("own-event"));
    assert_eq!(page.search(), format!("?organization={NORTHWIND}"));
    page.run("history.back()");
    page.says("About own-event").await;
    assert_eq!(page.value("#wallet").await, "");
    drop(page);
    // Also one that no list has.
    let other = "org_00000000-0000-4000-8000-000000000009";
    let page = Page::signed_in(&format!("/wallet?organization={other}")).await;
    page.find(&format!("#wallet option[value='{other}']")).await;
    let path = format!("/v1/organizations/{other}/credits/events?limit=50");
    assert!(until(|| backend.seen.borrow().iter().any(|seen| seen.path == path)).await);
    assert_eq!(page.value("#wallet").await, other);
}

#[wasm_bindgen_test]
async fn what_is_filtered_by_is_asked_of_the_server() {
    let backend = Backend::install(|seen| match own(seen) {
        Some(query) if query.contains("eventType=usage") => events(&[("used", -5)], None),
        Some(_) => events(&[("any", 5)], None),
        None => story(seen),
    });
    let page = Page::signed_in("/wallet").await;
    page.says("About any").await;
    assert_eq!(page.texts(".presets [aria-pressed=true]"), ["UTC"]);
    page.choose("#type", "usage").await;
    page.says("About used").await;
    page.fill("#from", "2026-06-01").await;
    page.fill("#to", "2026-06-03").await;
    page.submit("form.range");
    let wanted = "?type=usage&from=2026-06-01&to=2026-06-03";
    assert!(until(|| page.search() == wanted).await);
    let bounds = |seen: &Seen| {
        let query = own(seen).unwrap_or_default().replace("%3A", ":");
        query.contains(
            "eventType=usage&since=2026-06-01T00:00:00.000Z&until=2026-06-03T23:59:59.999Z",
        )
    };
    assert!(until(|| backend.seen.borrow().iter().any(bounds)).await);
    let readings = backend.readings();
    page.fill("#from", "2026-06-04").await;
    page.submit("form.range");
    page.says("The first day lies after the last one.").await;
    assert_eq!(
        backend.readings(),
        readings,
        "nothing is asked for that cannot be"
    );
    page.press("All days").await;
    page.says("About used").await;
    assert_eq!(page.search(), "?type=usage");
}

#[wasm_bindgen_test]
async fn older_ones_come_behind_and_a_failure_keeps_what_is_there() {
    let broken = std::rc::Rc::new(std::cell::Cell::new(true));
    let switch = broken.clone();
    let _backend = Backend::install(move |seen| match own(seen) {
        Some(query) if query.ends_with("cursor=c2") && switch.get() => Reply::Broken,
        Some(query) if query.ends_with("cursor=c2") => events(&[("second", 2), ("third", 3)], None),
        Some(_) => events(&[("first", 1), ("second", 2)], Some("c2")),
        None => story(seen),
    });
    let page = Page::signed_in("/wallet").await;
    page.says("2 events so far; there may be older ones").await;
    page.press("Show older ones").await;
    page.says("Can't reach the service").await;
    assert!(page.text().contains("About first"));
    broken.set(false);
    page.press("Show older ones").await;
    page.says("About third").await;
    let text = page.text();
    assert!(text.contains("3 events") && !text.contains("so far"));
    assert_eq!(text.matches("About second").count(), 1);
    assert!(!text.contains("Show older ones"));
    let (name, file) = page.download("Download CSV").await;
    assert_eq!(name, "wallet-own.csv");
    let line = "first,2026-06-03T18:14:02.187Z,allocation,1,5400,txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c,\"About first, and more\"\r\n";
    assert!(file.contains(line), "{file}");
}

#[wasm_bindgen_test]
async fn a_late_answer_never_overwrites_a_newer_view() {
    let _backend = Backend::install(|seen| match own(seen) {
        Some(query) if query.ends_with("cursor=c2") => {
            Reply::Later(700, 200, page_of(&[("late-older", 1)], None))
        }
        Some(query) if query.contains("usage") => {
            Reply::Later(700, 200, page_of(&[("late-usage", 1)], None))
        }
        Some(query) if query.contains("grant") => events(&[("granted", 1)], None),
        Some(_) => events(&[("newest", 1)], Some("c2")),
        None => story(seen),
    });
    let page = Page::signed_in("/wallet").await;
    page.says("About newest").await;
    page.press("Show older ones").await;
    page.find(".stale").await;
    page.choose("#type", "usage").await;
    page.says("Reading the events").await;
    assert!(
        !page.text().contains("About newest"),
        "one view is never shown as another"
    );
    page.choose("#type", "grant").await;
    page.says("About granted").await;
    sleep(900).await;
    let text = page.text();
    assert!(text.contains("About granted") && !text.contains("late-"));
    assert_eq!(page.search(), "?type=grant");
}

#[wasm_bindgen_test]
async fn failure_and_emptiness_are_told() {
    let _backend = Backend::install(|seen| {
        if let Some(query) = own(seen) {
            // A page may be empty and yet not be the last one.
            let next = query.contains("eventType=refund").then_some("c2");
            return events(&[], next);
        }
        if of_northwind(seen).is_some() {
            let body = r#"{"error":{"code":"PLATFORM_ERROR","message":"no"}}"#;
            return Reply::Json(500, body.to_owned());
        }
        story(seen)
    });
    let page = Page::signed_in("/wallet").await;
    page.says("Nothing has happened to this wallet yet.").await;
    page.choose("#type", "usage").await;
    page.says("No such events in this wallet.").await;
    page.choose("#type", "refund").await;
    page.says("Show older ones").await;
    page.gone(".empty").await;
    page.choose("#type", "").await;
    page.choose("#wallet", NORTHWIND).await;
    page.says("Service error.").await;
    let text = page.text();
    assert!(!text.contains("in this wallet") && !text.contains("Show older ones"));
}

#[wasm_bindgen_test]
async fn an_allocation_leads_to_its_event_and_back() {
    let _backend = Backend::install(|seen| match of_northwind(seen) {
        Some("limit=50") => events(&[("allocated", 500)], None),
        _ => story(seen),
    });
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt a[href^='/wallet']").await;
    page.click(".receipt a[href^='/wallet']");
    page.says("About allocated").await;
    assert_eq!(page.search(), format!("?organization={NORTHWIND}"));
    page.find("td a[href^='/activity#key-']").await;
    page.click("td a[href^='/activity#key-']");
    let article = page.find("article.submission").await;
    let focused = || page.run("document.activeElement.id").as_string();
    assert!(until(|| focused().as_deref() == Some(article.id().as_str())).await);
}
