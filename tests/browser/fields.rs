//! What is typed or pasted into a field means one thing, or is refused, in a real browser.

use crate::support::list::{chained, forget_preferences, listing};
use crate::support::{Backend, Page, Reply, story, until};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

/// A service whose clients have these ids and names.
fn with_clients(clients: &'static [(i64, &'static str)]) -> Backend {
    Backend::install(move |seen| {
        if seen.path != "/api/v1/reseller/organizations" {
            return story(seen);
        }
        let client = |(id, name): &(i64, &str)| json!({"id": id, "name": name, "cost_per_min": 0.2, "org_balance": 10});
        let clients: Vec<_> = clients.iter().map(client).collect();
        Reply::Json(
            200,
            json!({"success": true, "organizations": clients}).to_string(),
        )
    })
}

/// The options that the picker offers.
fn options(page: &Page) -> Vec<String> {
    let list = page.run("[...document.querySelectorAll('#child-list option')].map((option) => option.value).join('\\n')");
    list.as_string()
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[wasm_bindgen_test]
async fn a_key_is_no_password_to_the_browser() {
    let _backend = Backend::install(story);
    let page = Page::open("/").await;
    page.fill("#reseller-key", "reseller-secret").await;
    for key in ["#reseller-key", "#organizations-key"] {
        for (name, value) in [
            ("type", "text"),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
            ("translate", "no"),
            ("class", "secret"),
            ("name", ""),
            ("value", ""),
        ] {
            assert_eq!(page.attribute(key, name).await, value, "{name} of {key}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_key_of_the_other_service_is_not_sent() {
    let backend = Backend::install(story);
    let page = Page::open("/").await;
    let organizations = "lp_live_0123456789abcdef_secret";
    page.fill("#reseller-key", organizations).await;
    for _ in 0..2 {
        page.submit("form.sign-in");
        page.says("This is an organizations key.").await;
    }
    page.fill("#reseller-key", "").await;
    page.fill("#organizations-key", "reseller-secret").await;
    page.submit("form.sign-in");
    page.says("this may be your reseller key").await;
    assert_eq!(backend.seen.borrow().len(), 0);
    // A second attempt with the same key is a decision.
    page.submit("form.sign-in");
    page.find("nav.main").await;
    let seen = backend.seen.borrow();
    assert!(seen.iter().all(|seen| seen.path.starts_with("/v1/")));
}

#[wasm_bindgen_test]
async fn a_text_that_is_one_clients_id_and_anothers_name_chooses_neither() {
    let backend = with_clients(&[(4001, "Acme Inc"), (4002, "4001"), (4003, "acme inc")]);
    let page = Page::signed_in("/transfer").await;
    page.says("Child organization").await;
    assert!(until(|| options(&page).len() == 3).await);
    assert_eq!(
        options(&page),
        ["Acme Inc · 4001", "4001 · 4002", "acme inc · 4003"]
    );
    page.fill("#minutes", "20").await;
    page.fill("#child", "4001").await;
    page.submit("form.movement");
    page.says("This could mean Acme Inc · 4001 or 4001 · 4002.")
        .await;
    page.fill("#child", "Acme Inc").await;
    page.says("This could mean Acme Inc · 4001 or acme inc · 4003.")
        .await;
    page.fill("#child", "4001 · 4002").await;
    page.find(".quote:not(.stale) .balances").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.says("Transfer 20 minutes to 4001 (4002)").await;
    page.confirm();
    page.find(".receipt").await;
    let sent = backend.posts("/transfer");
    assert!(sent[0].body.contains(r#""to_organization_id":4002"#));
}

#[wasm_bindgen_test]
async fn a_client_is_found_however_its_name_is_composed_and_turned() {
    let _backend = with_clients(&[
        (1, "Cafe\u{301} Zu\u{308}rich"),
        (2, "\u{202e}Evil"),
        (3, "\u{5d0}\u{5d1}"),
    ]);
    let page = Page::signed_in("/transfer").await;
    assert!(until(|| options(&page).len() == 3).await);
    assert_eq!(
        options(&page),
        [
            "Caf\u{e9} Z\u{fc}rich · 1",
            "Evil · 2",
            "\u{2068}\u{5d0}\u{5d1}\u{2069} · 3"
        ]
    );
    page.fill("#child", "caf\u{e9} z\u{fc}rich").await;
    page.says("rich · 1 · balance").await;
    page.fill("#child", "evil").await;
    page.says("Evil · 2 · balance").await;
}

#[wasm_bindgen_test]
async fn the_log_is_searched_in_any_composition_and_equal_names_show_their_ids() {
    let mut rows = chained(6);
    rows[2]["notes"] = json!("Cafe\u{301} Zu\u{308}rich");
    for row in &mut rows {
        for side in ["from_organization", "to_organization"] {
            if row[side]["id"] != 5678 {
                row[side]["name"] = json!("Beta Co");
            }
        }
    }
    let _backend = listing(rows, |_, _| None);
    let page = Page::signed_in("/log?group=child&q=CAF%C3%89").await;
    page.shows_rows(&[3]).await;
    page.find("table.groups").await;
    assert_eq!(page.texts("table.groups tbody th"), ["Beta Co (4002)"]);
    let children = page.texts("#of-child option");
    assert!(
        children.contains(&"Beta Co (4001)".to_owned()),
        "{children:?}"
    );
    assert!(
        children.contains(&"Beta Co (4002)".to_owned()),
        "{children:?}"
    );
    forget_preferences();
}

#[wasm_bindgen_test]
async fn pasted_digits_are_read_and_a_thousand_is_never_one() {
    let backend = Backend::install(story);
    let page = Page::signed_in("/calculate").await;
    page.fill("#rate", "0.2").await;
    for text in ["1.000", "1,000"] {
        page.fill("#minutes", text).await;
        page.submit("form.movement");
        page.says("This could mean 1000 or 1.").await;
    }
    assert_eq!(backend.posts("/calculate").len(), 0);
    page.fill("#rate", "1.234").await;
    page.says("This could mean 1234 or 1.2340.").await;
    page.fill("#rate", "1.2340").await;
    page.fill("#minutes", "\u{200b}１,００,０００\u{a0}").await;
    page.says("100,000 min").await;
}
