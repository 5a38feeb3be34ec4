//! A backend that says anything: markup, marks that turn the writing round, names without end, figures beyond all
//! measure. On every screen it is shown as text, in its own place, and the page stays whole.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup, journey};
use serde_json::{Value, json};

use crate::steps::{self, books::saved, sign_in};

/// Texts that would do something, if anybody let them.
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

/// As long as a backend's answer may ever be, without a place to break it.
fn endless() -> String {
    "W".repeat(1 << 20)
}

fn text(at: usize) -> String {
    TEXTS[at % TEXTS.len()].to_owned()
}

/// Answers of both backends, every text of theirs hostile.
fn answers(endless: &str) -> Vec<(&'static str, Value)> {
    let names: Vec<_> = TEXTS
        .iter()
        .map(|&text| text.to_owned())
        .chain([endless.to_owned()])
        .collect();
    let each = || names.iter().enumerate();
    // Nearly the largest that can be held.
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
        ("GET /api/v1/reseller/credits/logs", log),
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

async fn serve(desk: &Desk, answers: Vec<(&'static str, Value)>) -> Result<()> {
    for (route, body) in answers {
        let fault = json!({"route": route, "fault": "body", "body": body, "count": null});
        desk.sandbox.fault(fault).await?;
    }
    Ok(())
}

/// Nothing of what came has become part of the page but as text, and all of it in its place.
async fn is_inert(desk: &Desk, screen: &str) -> Result<()> {
    const LOOK: &str = r#"
        const wrong = [];
        if (window.hostile) wrong.push('a script has run');
        for (const made of document.querySelectorAll('x-hostile, img, iframe, body script, b')) wrong.push(`made: ${made.outerHTML.slice(0, 80)}`);
        for (const element of document.querySelectorAll('*')) {
            for (const { name, value } of element.attributes) {
                if (name.startsWith('on')) wrong.push(`an attribute ${name}`);
                if (/^(href|src|action)$/.test(name) && /^\s*javascript:/i.test(value)) wrong.push(`${name}=${value.slice(0, 40)}`);
            }
        }
        // Behind such a mark 61.613 reads as 316.16.
        for (const figure of document.querySelectorAll('data.figure')) {
            if (/[\u202a-\u202e\u2066-\u2069]/.test(figure.textContent)) wrong.push(`a figure turned round: ${figure.textContent}`);
        }
        // A mark that turns the writing round must not reach beyond what a backend has said.
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
            wrong.push(`runs ${over} px out of the page`);
            const out = [...document.querySelectorAll('body *')].filter((element) =>
                element.getBoundingClientRect().right > root.clientWidth + 1 && !element.parentElement.closest('.scroll, [hidden]'));
            wrong.push(...out.slice(-3).map((element) => `out: ${element.outerHTML.slice(0, 120)}`));
        }
        // A name without end takes its line, not the page.
        if (root.scrollHeight > 20000) wrong.push(`the page is ${root.scrollHeight} px high`);
        return [...new Set(wrong)].slice(0, 12);"#;
    let wrong = desk.js(LOOK).await?;
    desk.screenshot(screen).await?;
    println!("{screen}: {wrong:#}");
    assert_eq!(wrong, json!([]), "{screen}");
    Ok(())
}

/// Every screen, and what can be opened on it.
async fn on_every_screen(desk: &Desk, endless: &str, width: u32) -> Result<()> {
    serve(desk, answers(endless)).await?;
    sign_in(desk, "/").await?;
    desk.css("main table tbody tr").nth(0).seen().await?;
    for (link, there) in [
        ("Overview", "main table tbody tr"),
        ("Calculate", "main form"),
        ("Transfer", "#minutes"),
        ("Revert", "#minutes"),
        ("Allocate", "main form"),
        ("Log", "table.log tr.row"),
        ("Wallet", "main table tbody tr"),
        ("Activity", "main h1"),
    ] {
        steps::go(desk, link).await?;
        desk.css(there).nth(0).seen().await?;
        if link == "Transfer" {
            // The endless one, by its id.
            steps::fill_transfer(desk, "4011", "20").await?;
        }
        is_inert(desk, &format!("{link}-{width}")).await?;
    }
    steps::go(desk, "Log").await?;
    for at in [0, 10] {
        desk.css("tr.row .open").nth(at).click().await?;
        desk.role("dialog").seen().await?;
        is_inert(desk, &format!("row-{at}-{width}")).await?;
        desk.js("document.querySelector('dialog[open]').close()")
            .await?;
    }
    Ok(())
}

#[test]
fn hostile_texts_are_shown_as_text_on_a_desk() {
    journey(async |desk| {
        desk.size(1280, 900).await?;
        on_every_screen(desk, &"W".repeat(3000), 1280).await
    });
}

#[test]
fn hostile_texts_are_shown_as_text_on_a_phone() {
    journey(async |desk| {
        desk.size(320, 720).await?;
        on_every_screen(desk, &"W".repeat(3000), 320).await
    });
}

#[test]
fn a_name_of_a_megabyte_leaves_the_page_whole() {
    let engines = [Engine::Chromium, Engine::WebKit];
    let setup = Setup::default().only(
        engines,
        "Firefox takes minutes to lay out a line of a megabyte",
    );
    setup.journey(async |desk| {
        desk.size(1280, 900).await?;
        on_every_screen(desk, &endless(), 1_000_000).await
    });
}

/// From the form to the journal, with a child of this name.
async fn moves_to(desk: &Desk, name: &str) -> Result<()> {
    desk.size(320, 720).await?;
    let child = json!({ "child": { "id": 4002, "name": name } });
    desk.sandbox.set(child).await?;
    sign_in(desk, "/transfer").await?;
    steps::review_transfer(desk, "4002", "20").await?;
    is_inert(desk, "review").await?;
    desk.css("main .review button.primary").click().await?;
    desk.css("main .receipt").seen().await?;
    is_inert(desk, "receipt").await?;
    steps::go(desk, "Activity").await?;
    desk.css("main [id^='key-']").nth(0).seen().await?;
    is_inert(desk, "activity").await
}

#[test]
fn a_movement_to_a_child_named_in_markup() {
    journey(async |desk| moves_to(desk, TEXTS[0]).await);
}

#[test]
fn a_movement_to_a_child_whose_name_turns_the_writing_round() {
    journey(async |desk| moves_to(desk, TEXTS[4]).await);
}

#[test]
fn a_movement_to_a_child_whose_name_has_no_end() {
    journey(async |desk| moves_to(desk, &"W".repeat(3000)).await);
}

/// A spreadsheet runs what begins like a formula, wherever it came from; figures stay figures, below zero too.
#[test]
fn a_saved_log_holds_nothing_that_a_spreadsheet_runs() {
    journey(async |desk| {
        serve(desk, answers("@SUM(1)")).await?;
        sign_in(desk, "/log").await?;
        desk.css("tr.row").nth(0).seen().await?;
        let file = saved(desk, "CSV").await?;
        for told in [
            r#""'=HYPERLINK(""http://evil.example"")""#,
            "'@SUM(1)",
            ",-79000000000000000000000000000,",
        ] {
            assert!(file.contains(told), "no {told} in {file}");
        }
        for begun in [",=", ",\"=", ",@", ",\"@", ",+", ",\"+", "\n="] {
            assert!(!file.contains(begun), "{begun} in {file}");
        }
        Ok(())
    });
}

/// What cannot be read is told, and nothing else of the page falls over.
#[test]
fn figures_and_texts_that_cannot_be_read_are_told() {
    Setup::default().journey(async |desk| {
        let surrogate = r#"{"success":true,"data":{"logs":[{"id":1,"notes":"\ud800"}],"total_records":1,"page":1,"page_size":20,"total_pages":1}}"#;
        let beyond = r#"{"success":true,"data":{"logs":[{"id":1,"credit_amount":1e30}],"total_records":1,"page":1,"page_size":20,"total_pages":1}}"#;
        let markup = "<!doctype html><img src=x onerror=\"window.hostile=1\"><h1>Bad gateway</h1>";
        sign_in(desk, "/").await?;
        for body in [surrogate, beyond, markup] {
            desk.sandbox.no_faults().await?;
            serve(desk, vec![("GET /api/v1/reseller/credits/logs", Value::from(body))]).await?;
            steps::go(desk, "Activity").await?;
            steps::go(desk, "Log").await?;
            desk.css("main .notice").nth(0).seen().await?;
            is_inert(desk, "unreadable").await?;
        }
        desk.sandbox.no_faults().await?;
        desk.button("Read again").nth(0).click().await?;
        desk.css("table.log tr.row").nth(0).seen().await
    });
}
