//! Text typed or pasted into a field has exactly one meaning, or it is rejected.

use crate::support::list::{forget_preferences, log_backend, log_rows};
use crate::support::{Backend, Page, Reply, happy_backend, wait_until};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

/// A backend whose clients have these ids and names.
fn with_clients(clients: &'static [(i64, &'static str)]) -> Backend {
    Backend::install(move |request| {
        if request.path != "/api/v1/reseller/organizations" {
            return happy_backend(request);
        }
        let client = |(id, name): &(i64, &str)| json!({"id": id, "name": name, "cost_per_min": 0.2, "org_balance": 10});
        let clients: Vec<_> = clients.iter().map(client).collect();
        Reply::Json(
            200,
            json!({"success": true, "organizations": clients}).to_string(),
        )
    })
}

/// Returns the options that the picker offers.
fn options(page: &Page) -> Vec<String> {
    let list = page.run("[...document.querySelectorAll('#child-list option')].map((option) => option.value).join('\\n')");
    list.as_string()
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[wasm_bindgen_test]
async fn browsers_do_not_treat_a_key_as_a_password() {
    let _backend = Backend::install(happy_backend);
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
    let backend = Backend::install(happy_backend);
    let page = Page::open("/").await;
    let organizations = "lp_live_0123456789abcdef_secret";
    page.fill("#reseller-key", organizations).await;
    for _ in 0..2 {
        page.submit("form.sign-in");
        page.wait_for_text("This is an organizations key.").await;
    }
    page.fill("#reseller-key", "").await;
    page.fill("#organizations-key", "reseller-secret").await;
    page.submit("form.sign-in");
    page.wait_for_text("this may be your reseller key").await;
    assert_eq!(backend.requests.borrow().len(), 0);
    // A second attempt with the same key overrides the warning.
    page.submit("form.sign-in");
    page.find("nav.main").await;
    let requests = backend.requests.borrow();
    assert!(
        requests
            .iter()
            .all(|request| request.path.starts_with("/v1/"))
    );
}

#[wasm_bindgen_test]
async fn text_that_is_one_clients_id_and_anothers_name_selects_neither() {
    let backend = with_clients(&[(4001, "Acme Inc"), (4002, "4001"), (4003, "acme inc")]);
    let page = Page::signed_in("/transfer").await;
    page.wait_for_text("Client").await;
    assert!(wait_until(|| options(&page).len() == 3).await);
    assert_eq!(
        options(&page),
        ["Acme Inc · 4001", "4001 · 4002", "acme inc · 4003"]
    );
    page.fill("#minutes", "20").await;
    page.fill("#child", "4001").await;
    page.submit("form.movement");
    page.wait_for_text("This could mean Acme Inc · 4001 or 4001 · 4002.")
        .await;
    page.fill("#child", "Acme Inc").await;
    page.wait_for_text("This could mean Acme Inc · 4001 or acme inc · 4003.")
        .await;
    page.fill("#child", "4001 · 4002").await;
    page.find(".quote:not(.stale) .balances").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.wait_for_text("Transfer 20 minutes to 4001 (4002)")
        .await;
    page.confirm();
    page.find(".receipt").await;
    let sent = backend.posts("/transfer");
    assert!(sent[0].body.contains(r#""to_organization_id":4002"#));
}

#[wasm_bindgen_test]
async fn clients_are_found_in_any_unicode_composition_or_direction() {
    let _backend = with_clients(&[
        (1, "Cafe\u{301} Zu\u{308}rich"),
        (2, "\u{202e}Evil"),
        (3, "\u{5d0}\u{5d1}"),
    ]);
    let page = Page::signed_in("/transfer").await;
    assert!(wait_until(|| options(&page).len() == 3).await);
    assert_eq!(
        options(&page),
        [
            "Caf\u{e9} Z\u{fc}rich · 1",
            "Evil · 2",
            "\u{2068}\u{5d0}\u{5d1}\u{2069} · 3"
        ]
    );
    page.fill("#child", "caf\u{e9} z\u{fc}rich").await;
    page.wait_for_text("rich · 1 · balance").await;
    page.fill("#child", "evil").await;
    page.wait_for_text("Evil · 2 · balance").await;
}

#[wasm_bindgen_test]
async fn the_log_search_ignores_unicode_composition_and_equal_names_show_their_ids() {
    let mut rows = log_rows(6);
    rows[2]["notes"] = json!("Cafe\u{301} Zu\u{308}rich");
    for row in &mut rows {
        for side in ["from_organization", "to_organization"] {
            if row[side]["id"] != 5678 {
                row[side]["name"] = json!("Beta Co");
            }
        }
    }
    let _backend = log_backend(rows, |_, _| None);
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
async fn pasted_digits_are_parsed_and_a_thousand_is_never_read_as_one() {
    let backend = Backend::install(happy_backend);
    let page = Page::signed_in("/calculate").await;
    page.fill("#rate", "0.2").await;
    for text in ["1.000", "1,000"] {
        page.fill("#minutes", text).await;
        page.submit("form.movement");
        page.wait_for_text("1000 or 1?").await;
    }
    assert_eq!(backend.posts("/calculate").len(), 0);
    page.fill("#rate", "1.234").await;
    page.wait_for_text("1234 or 1.2340?").await;
    page.fill("#rate", "1.2340").await;
    page.fill("#minutes", "\u{200b}１,００,０００\u{a0}").await;
    page.wait_for_text("100,000 min").await;
}
