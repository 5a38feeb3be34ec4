//! Hostile responses: markup, bidirectional controls, endless names, huge amounts. Every screen shows them as text,
//! isolated from the rest of the page, and the page stays intact.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup, journey};
use serde_json::{Value, json};

use crate::steps::{self, ledger::export_log, sign_in};

/// Texts that do harm unless they are escaped and isolated.
const TEXTS: [&str; 10] = [
    "<img src=x onerror=\"window.hostile=1\"><x-hostile>bold</x-hostile>",
    "\"><script>window.hostile=1</script>",
    "javascript:window.hostile=1//{{7*7}}${7*7}",
    "\u{202e}desrever\u{202d}\u{2067}",
    "\u{2069}\u{2069}\u{202e}out",
    "nul\u{0}\u{1}\u{7f}\u{9b}",
    "zero\u{200b}\u{200d}\u{feff}\u{00ad}width",
    "Z\u{0351}\u{036b}\u{0343}\u{036a}\u{0302}\u{036b}\u{033d}\u{034f}\u{0334}\u{0319}\u{0324}\u{031e}\u{0349}\u{035a}\u{032f}\u{031e}\u{0320}\u{034d}A\u{036b}\u{0357}\u{0334}\u{0362}\u{0335}\u{031c}\u{0330}\u{0354}",
    "مرحبا بالعالم (1,000)",
    "=HYPERLINK(\"http://evil.example\")",
];

/// As long as a response may be (1 MiB), with no place to break the line.
fn endless() -> String {
    "W".repeat(1 << 20)
}

fn text(at: usize) -> String {
    TEXTS[at % TEXTS.len()].to_owned()
}

/// Responses of both services in which every text is hostile.
fn responses(endless: &str) -> Vec<(&'static str, Value)> {
    let names: Vec<_> = TEXTS
        .iter()
        .map(|&text| text.to_owned())
        .chain([endless.to_owned()])
        .collect();
    let each = || names.iter().enumerate();
    // Nearly the largest amount that can be represented.
    let largest = || json!(7.9e28);
    let children: Vec<_> = each()
        .map(|(at, name)| {
            json!({
                "id": 4001 + at, "name": name, "cost_per_min": 0.2, "org_balance": largest(),
                "reseller_org_balance_currency_symbol": "\u{202e}$<b>", "concurrent_call_limit": 9_007_199_254_740_991_i64,
            })
        })
        .collect();
    let rows: Vec<_> = each()
        .map(|(at, name)| {
            let child = json!({"id": 4001 + at, "name": name});
            let reseller = json!({"id": 5678, "name": text(at + 1)});
            json!({
                "id": i64::MAX - i64::try_from(at).unwrap_or(0), "transfer_reference": text(at + 2), "reseller_organization": reseller,
                "from_organization": reseller, "to_organization": child, "credit_amount": largest(), "cost_amount": -1.8,
                "from_balance_before": largest(), "from_balance_after": 0, "to_balance_before": 0, "to_balance_after": largest(),
                "transfer_date": if at % 3 == 0 { "9999-12-31T23:59:59-23:59".to_owned() } else { text(at + 3) },
                "performed_by": {"id": 1, "name": text(at + 4), "email": name}, "status": text(at + 5),
                "transaction_type": if at % 2 == 0 { "credit_transfer".to_owned() } else { text(at + 6) },
                "channels_count": 0, "previous_channels": 0, "new_channels": 0, "notes": text(at + 7),
            })
        })
        .collect();
    let organizations: Vec<_> = each()
        .map(|(at, name)| json!({"id": format!("org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7{at:03}"), "name": name, "status": text(at + 1)}))
        .collect();
    let events: Vec<_> = each()
        .map(|(at, name)| {
            json!({
                "eventId": text(at), "credits": 9_007_199_254_740_991_i64, "eventType": text(at + 1), "createdAt": text(at + 2),
                "balanceAfterPrepaid": 1, "transferId": text(at + 3), "description": name,
            })
        })
        .collect();
    let log = json!({"success": true, "data": {"logs": rows, "total_records": rows.len(), "page": 1, "page_size": 20, "total_pages": 1}});
    vec![
        (
            "GET /api/v1/reseller/organizations",
            json!({
                "success": true, "reseller_organization": {"id": 5678, "name": text(0)}, "organizations": children,
            }),
        ),
        (steps::LOG, log),
        (
            "GET /v1/organizations",
            json!({"items": organizations, "nextCursor": null}),
        ),
        (
            "GET /v1/credits/events",
            json!({"items": events, "nextCursor": null}),
        ),
    ]
}

async fn serve(desk: &Desk, responses: Vec<(&'static str, Value)>) -> Result<()> {
    for (route, body) in responses {
        let fault = json!({"route": route, "fault": "body", "body": body, "count": null});
        desk.sandbox.fault(fault).await?;
    }
    Ok(())
}

/// Asserts that the responses are in the page only as text, and that all of it stays in its place.
async fn assert_inert(desk: &Desk, screen: &str) -> Result<()> {
    const CHECK: &str = r#"
        const wrong = [];
        if (window.hostile) wrong.push('a script has run');
        for (const made of document.querySelectorAll('x-hostile, img, iframe, body script, b')) wrong.push(`made: ${made.outerHTML.slice(0, 80)}`);
        for (const element of document.querySelectorAll('*')) {
            for (const { name, value } of element.attributes) {
                if (name.startsWith('on')) wrong.push(`an attribute ${name}`);
                if (/^(href|src|action)$/.test(name) && /^\s*javascript:/i.test(value)) wrong.push(`${name}=${value.slice(0, 40)}`);
            }
        }
        // After such a control 61.613 reads as 316.16.
        for (const figure of document.querySelectorAll('data.figure')) {
            if (/[\u202a-\u202e\u2066-\u2069]/.test(figure.textContent)) wrong.push(`bidi control in an amount: ${figure.textContent}`);
        }
        // A bidirectional control must not affect anything beyond the service's own text.
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            if (!/[\u202a-\u202e\u2066-\u2069]/.test(node.data)) continue;
            let element = node.parentElement;
            if (element.closest('option, datalist, template')) continue;
            while (true) {
                const style = getComputedStyle(element);
                if (/isolate|plaintext/.test(style.unicodeBidi)) break;
                if (!/^(inline|contents)$/.test(style.display)) {
                    if (element.textContent.trim() !== node.data.trim()) wrong.push(`not isolated: ${element.outerHTML.slice(0, 160)}`);
                    break;
                }
                element = element.parentElement;
            }
        }
        const root = document.documentElement;
        const over = root.scrollWidth - root.clientWidth;
        if (over > 0) {
            wrong.push(`overflows the page by ${over} px`);
            const out = [...document.querySelectorAll('body *')].filter((element) =>
                element.getBoundingClientRect().right > root.clientWidth + 1 && !element.parentElement.closest('.scroll, [hidden]'));
            wrong.push(...out.slice(-3).map((element) => `out: ${element.outerHTML.slice(0, 120)}`));
        }
        // An endless name may fill its line, but not the page.
        if (root.scrollHeight > 20000) wrong.push(`the page is ${root.scrollHeight} px high`);
        return [...new Set(wrong)].slice(0, 12);"#;
    let wrong = desk.js(CHECK).await?;
    desk.screenshot(screen).await?;
    println!("{screen}: {wrong:#}");
    assert_eq!(wrong, json!([]), "{screen}");
    Ok(())
}

/// Checks every screen, and what can be opened on it.
async fn check_every_screen(desk: &Desk, endless: &str, width: u32) -> Result<()> {
    serve(desk, responses(endless)).await?;
    sign_in(desk, "/").await?;
    desk.css("main table tbody tr").nth(0).seen().await?;
    for (link, ready) in [
        ("Overview", "main table tbody tr"),
        ("Calculate", "main form"),
        ("Transfer", "#minutes"),
        ("Revert", "#minutes"),
        ("Allocate", "main form"),
        ("Credit log", "table.log tr.row"),
        ("Wallet history", "main table tbody tr"),
        ("Activity", "main h1"),
    ] {
        steps::open_screen(desk, link).await?;
        desk.css(ready).nth(0).seen().await?;
        if link == "Transfer" {
            // The child with the endless name, by its id.
            steps::fill_transfer(desk, "4011", "20").await?;
        }
        assert_inert(desk, &format!("{link}-{width}")).await?;
    }
    steps::open_screen(desk, "Credit log").await?;
    for at in [0, 10] {
        desk.css("tr.row .open").nth(at).click().await?;
        desk.role("dialog").seen().await?;
        assert_inert(desk, &format!("row-{at}-{width}")).await?;
        desk.js("document.querySelector('dialog[open]').close()")
            .await?;
    }
    Ok(())
}

#[test]
fn hostile_texts_are_shown_as_text_on_desktop() {
    journey(async |desk| {
        desk.size(1280, 900).await?;
        check_every_screen(desk, &"W".repeat(3000), 1280).await
    });
}

#[test]
fn hostile_texts_are_shown_as_text_on_a_phone() {
    journey(async |desk| {
        desk.size(320, 720).await?;
        check_every_screen(desk, &"W".repeat(3000), 320).await
    });
}

#[test]
fn a_one_megabyte_name_does_not_break_the_page() {
    let engines = [Engine::Chromium, Engine::WebKit];
    let setup = Setup::default().only(
        engines,
        "Firefox takes minutes to lay out a one-megabyte line",
    );
    setup.journey(async |desk| {
        desk.size(1280, 900).await?;
        check_every_screen(desk, &endless(), 1_000_000).await
    });
}

/// Transfers to a child of this name, and checks every step from the review to the journal.
async fn transfer_to_child_named(desk: &Desk, name: &str) -> Result<()> {
    desk.size(320, 720).await?;
    let child = json!({ "child": { "id": 4002, "name": name } });
    desk.sandbox.set(child).await?;
    sign_in(desk, "/transfer").await?;
    steps::review_transfer(desk, "4002", "20").await?;
    assert_inert(desk, "review").await?;
    desk.css("main .review button.primary").click().await?;
    desk.css("main .receipt").seen().await?;
    assert_inert(desk, "receipt").await?;
    steps::open_screen(desk, "Activity").await?;
    desk.css("main [id^='key-']").nth(0).seen().await?;
    assert_inert(desk, "activity").await
}

#[test]
fn a_transfer_to_a_child_named_in_markup() {
    journey(async |desk| transfer_to_child_named(desk, TEXTS[0]).await);
}

#[test]
fn a_transfer_to_a_child_with_bidi_controls_in_its_name() {
    journey(async |desk| transfer_to_child_named(desk, TEXTS[4]).await);
}

#[test]
fn a_transfer_to_a_child_with_an_endless_name() {
    journey(async |desk| transfer_to_child_named(desk, &"W".repeat(3000)).await);
}

/// A spreadsheet runs any text that starts like a formula, wherever it came from. Amounts stay numbers, also negative
/// ones.
#[test]
fn an_exported_log_has_nothing_that_a_spreadsheet_runs() {
    journey(async |desk| {
        serve(desk, responses("@SUM(1)")).await?;
        sign_in(desk, "/log").await?;
        desk.css("tr.row").nth(0).seen().await?;
        let file = export_log(desk, "CSV").await?;
        for expected in [
            r#""'=HYPERLINK(""http://evil.example"")""#,
            "'@SUM(1)",
            ",-79000000000000000000000000000,",
        ] {
            assert!(file.contains(expected), "no {expected} in {file}");
        }
        for start in [",=", ",\"=", ",@", ",\"@", ",+", ",\"+", "\n="] {
            assert!(!file.contains(start), "{start} in {file}");
        }
        Ok(())
    });
}

/// An unreadable response is reported, and the rest of the page keeps working.
#[test]
fn unreadable_responses_are_reported() {
    Setup::default().journey(async |desk| {
        let surrogate = r#"{"success":true,"data":{"logs":[{"id":1,"notes":"\ud800"}],"total_records":1,"page":1,"page_size":20,"total_pages":1}}"#;
        let beyond = r#"{"success":true,"data":{"logs":[{"id":1,"credit_amount":1e30}],"total_records":1,"page":1,"page_size":20,"total_pages":1}}"#;
        let markup = "<!doctype html><img src=x onerror=\"window.hostile=1\"><h1>Bad gateway</h1>";
        sign_in(desk, "/").await?;
        for body in [surrogate, beyond, markup] {
            desk.sandbox.clear_faults().await?;
            serve(desk, vec![(steps::LOG, Value::from(body))]).await?;
            steps::open_screen(desk, "Activity").await?;
            steps::open_screen(desk, "Credit log").await?;
            desk.css("main .notice").nth(0).seen().await?;
            assert_inert(desk, "unreadable").await?;
        }
        desk.sandbox.clear_faults().await?;
        desk.button("Refresh").nth(0).click().await?;
        desk.css("table.log tr.row").nth(0).seen().await
    });
}
