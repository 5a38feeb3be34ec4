//! The wallet's events.

use crate::support::{
    Backend, NORTHWIND, Page, RecordedRequest, Reply, happy_backend, sleep, wait_until,
};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

/// Returns a page of events, given their ids and credits.
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

/// Returns the query of a request for a wallet's events, or `None` for any other request.
fn events_query<'a>(request: &'a RecordedRequest, wallet: &str) -> Option<&'a str> {
    let rest = request.path.strip_prefix(wallet)?;
    rest.strip_prefix("/credits/events?")
}

fn own(request: &RecordedRequest) -> Option<&str> {
    events_query(request, "/v1")
}

fn of_northwind(request: &RecordedRequest) -> Option<&str> {
    events_query(request, &format!("/v1/organizations/{NORTHWIND}"))
}

#[wasm_bindgen_test]
async fn shows_the_users_wallet_and_a_childs_from_the_url_or_the_list() {
    let backend = Backend::install(|request| {
        if own(request).is_some() {
            events(&[("own-event", -1_234_567)], None)
        } else if of_northwind(request).is_some() {
            events(&[("child-event", 1_234_567)], None)
        } else {
            happy_backend(request)
        }
    });
    let page = Page::signed_in("/wallet").await;
    page.wait_for_text("-1,234,567").await;
    page.wait_for_text("Events of your wallet, newest first")
        .await;
    page.wait_for_text("About own-event").await;
    page.find("tr[data-event='own-event'] th[scope=row] time")
        .await;
    page.choose("#wallet", NORTHWIND).await;
    page.wait_for_text("+1,234,567").await;
    page.wait_for_text("Events of the wallet of Northwind")
        .await;
    assert!(!page.text().contains("own-event"));
    assert_eq!(page.search(), format!("?organization={NORTHWIND}"));
    page.run("history.back()");
    page.wait_for_text("About own-event").await;
    assert_eq!(page.value("#wallet").await, "");
    drop(page);
    // A wallet that isn't in any list also works.
    let other = "org_00000000-0000-4000-8000-000000000009";
    let page = Page::signed_in(&format!("/wallet?organization={other}")).await;
    page.find(&format!("#wallet option[value='{other}']")).await;
    let path = format!("/v1/organizations/{other}/credits/events?limit=50");
    assert!(
        wait_until(|| backend
            .requests
            .borrow()
            .iter()
            .any(|request| request.path == path))
        .await
    );
    assert_eq!(page.value("#wallet").await, other);
}

#[wasm_bindgen_test]
async fn filters_are_applied_by_the_server() {
    let backend = Backend::install(|request| match own(request) {
        Some(query) if query.contains("eventType=usage") => events(&[("used", -5)], None),
        Some(_) => events(&[("any", 5)], None),
        None => happy_backend(request),
    });
    let page = Page::signed_in("/wallet").await;
    page.wait_for_text("About any").await;
    assert_eq!(page.texts(".presets [aria-pressed=true]"), ["UTC"]);
    page.choose("#type", "usage").await;
    page.wait_for_text("About used").await;
    page.fill("#from", "2026-06-01").await;
    page.fill("#to", "2026-06-03").await;
    page.submit("form.range");
    let expected = "?type=usage&from=2026-06-01&to=2026-06-03";
    assert!(wait_until(|| page.search() == expected).await);
    let bounds = |request: &RecordedRequest| {
        let query = own(request).unwrap_or_default().replace("%3A", ":");
        query.contains(
            "eventType=usage&since=2026-06-01T00:00:00.000Z&until=2026-06-03T23:59:59.999Z",
        )
    };
    assert!(wait_until(|| backend.requests.borrow().iter().any(bounds)).await);
    let reads = backend.ledger_reads();
    page.fill("#from", "2026-06-04").await;
    page.submit("form.range");
    page.wait_for_text("Start date can't be after end date.")
        .await;
    assert_eq!(
        backend.ledger_reads(),
        reads,
        "an impossible range is not requested"
    );
    page.press("All time").await;
    page.wait_for_text("About used").await;
    assert_eq!(page.search(), "?type=usage");
}

#[wasm_bindgen_test]
async fn older_events_are_appended_and_a_failure_keeps_the_loaded_ones() {
    let broken = std::rc::Rc::new(std::cell::Cell::new(true));
    let switch = broken.clone();
    let _backend = Backend::install(move |request| match own(request) {
        Some(query) if query.ends_with("cursor=c2") && switch.get() => Reply::Broken,
        Some(query) if query.ends_with("cursor=c2") => events(&[("second", 2), ("third", 3)], None),
        Some(_) => events(&[("first", 1), ("second", 2)], Some("c2")),
        None => happy_backend(request),
    });
    let page = Page::signed_in("/wallet").await;
    page.wait_for_text("2 events (more available)").await;
    page.press("Load more").await;
    page.wait_for_text("Can't reach the service").await;
    assert!(page.text().contains("About first"));
    broken.set(false);
    page.press("Load more").await;
    page.wait_for_text("About third").await;
    let text = page.text();
    assert!(text.contains("3 events") && !text.contains("(more available)"));
    assert_eq!(text.matches("About second").count(), 1);
    assert!(!text.contains("Load more"));
    let (name, file) = page.download("Download CSV").await;
    assert_eq!(name, "wallet-own.csv");
    let line = "first,2026-06-03T18:14:02.187Z,allocation,1,5400,txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c,\"About first, and more\"\r\n";
    assert!(file.contains(line), "{file}");
}

#[wasm_bindgen_test]
async fn a_late_response_never_replaces_a_newer_view() {
    let _backend = Backend::install(|request| match own(request) {
        Some(query) if query.ends_with("cursor=c2") => {
            Reply::Later(700, 200, page_of(&[("late-older", 1)], None))
        }
        Some(query) if query.contains("usage") => {
            Reply::Later(700, 200, page_of(&[("late-usage", 1)], None))
        }
        Some(query) if query.contains("grant") => events(&[("granted", 1)], None),
        Some(_) => events(&[("newest", 1)], Some("c2")),
        None => happy_backend(request),
    });
    let page = Page::signed_in("/wallet").await;
    page.wait_for_text("About newest").await;
    page.press("Load more").await;
    page.find(".stale").await;
    page.choose("#type", "usage").await;
    page.wait_for_text("Loading").await;
    assert!(
        !page.text().contains("About newest"),
        "the previous view isn't shown for the new one"
    );
    page.choose("#type", "grant").await;
    page.wait_for_text("About granted").await;
    sleep(900).await;
    let text = page.text();
    assert!(text.contains("About granted") && !text.contains("late-"));
    assert_eq!(page.search(), "?type=grant");
}

#[wasm_bindgen_test]
async fn failures_and_empty_wallets_are_reported() {
    let _backend = Backend::install(|request| {
        if let Some(query) = own(request) {
            // An empty page isn't necessarily the last one.
            let next = query.contains("eventType=refund").then_some("c2");
            return events(&[], next);
        }
        if of_northwind(request).is_some() {
            let body = r#"{"error":{"code":"PLATFORM_ERROR","message":"no"}}"#;
            return Reply::Json(500, body.to_owned());
        }
        happy_backend(request)
    });
    let page = Page::signed_in("/wallet").await;
    page.wait_for_text("No events yet.").await;
    page.choose("#type", "usage").await;
    page.wait_for_text("No matching events.").await;
    page.choose("#type", "refund").await;
    page.wait_for_text("Load more").await;
    page.wait_until_gone(".empty").await;
    page.choose("#type", "").await;
    page.choose("#wallet", NORTHWIND).await;
    page.wait_for_text("Service error.").await;
    let text = page.text();
    assert!(
        !text.contains("No events yet")
            && !text.contains("No matching events")
            && !text.contains("Load more")
    );
}

#[wasm_bindgen_test]
async fn an_allocation_links_to_its_event_and_back() {
    let _backend = Backend::install(|request| match of_northwind(request) {
        Some("limit=50") => events(&[("allocated", 500)], None),
        _ => happy_backend(request),
    });
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt a[href^='/wallet']").await;
    page.click(".receipt a[href^='/wallet']");
    page.wait_for_text("About allocated").await;
    assert_eq!(page.search(), format!("?organization={NORTHWIND}"));
    page.find("td a[href^='/activity#key-']").await;
    page.click("td a[href^='/activity#key-']");
    let article = page.find("article.submission").await;
    let focused = || page.run("document.activeElement.id").as_string();
    assert!(wait_until(|| focused().as_deref() == Some(article.id().as_str())).await);
}
