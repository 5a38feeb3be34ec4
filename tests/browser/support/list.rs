//! A log of many rows, and what is done on the screens that list rows or events.

use super::{BETA_CO, Backend, Page, Reply, Seen, story, until};
use credit_desk::units::utc_moment;
use leptos::prelude::window;
use serde_json::{Value, json};

/// The other child of the log.
pub const ACME: i64 = 4001;
/// 2026-01-01 in UTC: a row a minute from then on.
const START: i64 = 1_767_225_600_000;

/// The rows with the ids 1 to `count`, oldest first: transfers of 4 credits that cost 2, every fifth one a revert of
/// as much. Odd ones are Beta Co's, even ones Acme's. Every balance follows from the row before.
pub fn chained(count: i64) -> Vec<Value> {
    let mut own = 10_000;
    let mut children = [1_000; 2];
    let row = |id: i64| {
        let sign = if id % 5 == 0 { -1 } else { 1 };
        let child = &mut children[usize::from(id % 2 == 1)];
        let (own_before, child_before) = (own, *child);
        own -= 2 * sign;
        *child += 4 * sign;
        let reseller = json!({"id": 5678, "name": "Demo Reseller"});
        let party = match id % 2 {
            1 => json!({"id": BETA_CO, "name": "Beta Co"}),
            _ => json!({"id": ACME, "name": "Acme Inc"}),
        };
        let (ours, theirs) = ((own_before, own), (child_before, *child));
        let (word, kind, (from, from_balance), (to, to_balance)) = match sign {
            1 => (
                "Transfer",
                "credit_transfer",
                (&reseller, ours),
                (&party, theirs),
            ),
            _ => (
                "Revert",
                "credit_revert",
                (&party, theirs),
                (&reseller, ours),
            ),
        };
        json!({
            "id": id, "transfer_reference": format!("CT-{id}"), "transaction_type": kind,
            "reseller_organization": reseller, "from_organization": from, "to_organization": to,
            "credit_amount": 4, "cost_amount": -2 * sign, "status": "success",
            "from_balance_before": from_balance.0, "from_balance_after": from_balance.1,
            "to_balance_before": to_balance.0, "to_balance_after": to_balance.1,
            "performed_by": {"id": 1, "name": if id % 3 == 0 { "Ann" } else { "Bo" }, "email": null},
            "transfer_date": utc_moment(START + id * 60_000),
            "notes": format!("{word} of 20 minutes at 0.20/min"),
        })
    };
    (1..=count).map(row).collect()
}

/// A parameter of a request, as it was sent.
pub fn parameter<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    let (_, query) = seen.path.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(held, _)| *held == name)
        .map(|(_, value)| value)
}

/// The page of the log that a request asks for; nothing for a request of something else.
pub fn asked_page(seen: &Seen) -> Option<usize> {
    let is_log = seen.path.contains("/credits/logs");
    is_log.then(|| parameter(seen, "page").unwrap().parse().unwrap())
}

/// The body of the page that was asked for, of a log with these rows, oldest first.
pub fn page_of(rows: &[Value], seen: &Seen) -> String {
    let page = asked_page(seen).unwrap();
    let size: usize = parameter(seen, "page_size").unwrap().parse().unwrap();
    let shown: Vec<_> = rows
        .iter()
        .rev()
        .skip((page - 1) * size)
        .take(size)
        .collect();
    json!({"success": true, "data": {
        "logs": shown, "total_records": rows.len(), "page": page, "page_size": size,
        "total_pages": rows.len().div_ceil(size),
    }})
    .to_string()
}

/// The same as an answer.
pub fn answer(rows: &[Value], seen: &Seen) -> Reply {
    Reply::Json(200, page_of(rows, seen))
}

/// A backend whose log has these rows; `reply` may say something else to what a whole range asks for.
pub fn listing(
    rows: Vec<Value>,
    reply: impl Fn(&[Value], &Seen) -> Option<Reply> + 'static,
) -> Backend {
    forget_preferences();
    Backend::install(move |seen| match asked_page(seen) {
        Some(_) if is_whole(seen) => reply(&rows, seen).unwrap_or_else(|| answer(&rows, seen)),
        Some(_) => answer(&rows, seen),
        None => story(seen),
    })
}

/// Whether a request is part of the reading of a whole range.
pub fn is_whole(seen: &Seen) -> bool {
    asked_page(seen).is_some() && parameter(seen, "page_size") == Some("100")
}

/// Forgets what is remembered of how somebody likes the log.
pub fn forget_preferences() {
    window().local_storage().unwrap().unwrap().clear().unwrap();
}

impl Page {
    /// Chooses an option, as a change event.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.find(&format!("{selector} option[value='{value}']"))
            .await;
        self.run(&format!(
            "{{ const select = document.querySelector({selector:?});
                select.value = {value:?};
                select.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"
        ));
    }

    /// The query of the address.
    pub fn search(&self) -> String {
        self.window.location().search().unwrap()
    }

    /// Goes to `path` within the portal, as following a link does.
    pub fn follow(&self, path: &str) {
        self.run(&format!(
            "{{ const link = document.createElement('a');
                link.href = {path:?};
                document.body.append(link);
                link.click();
                link.remove(); }}"
        ));
    }

    /// What a script says, which must be something that JSON can say.
    pub fn told(&self, script: &str) -> Value {
        let text = self.run(&format!("JSON.stringify({script})")).as_string();
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    /// The text of each element that `selector` finds now.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let texts = format!(
            "[...document.querySelectorAll({selector:?})].map(found => found.textContent.trim())"
        );
        serde_json::from_value(self.told(&texts)).unwrap()
    }

    /// The ids of the log's rows that are in the page, in their order.
    pub fn ids(&self) -> Vec<i64> {
        let ids = "[...document.querySelectorAll('tr.row')].map(row => +row.dataset.id)";
        serde_json::from_value(self.told(ids)).unwrap()
    }

    /// Waits until these rows are in the page, in this order.
    pub async fn shows_rows(&self, ids: &[i64]) {
        if !until(|| self.ids() == ids).await {
            panic!("not {ids:?} but {:?}: {}", self.ids(), self.text());
        }
    }

    /// Clicks what `selector` finds with exactly this text, waited for.
    pub async fn click_named(&self, selector: &str, text: &str) {
        let found = format!(
            "[...document.querySelectorAll({selector:?})].find(found => found.textContent.trim() === {text:?})"
        );
        assert!(
            until(|| self.run(&format!("!!{found}")).is_truthy()).await,
            "no {selector} “{text}” in: {}",
            self.text()
        );
        self.run(&format!("{found}.click()"));
    }

    /// Presses a button that downloads, and gives the file's name and text.
    pub async fn download(&self, button: &str) -> (String, String) {
        self.run(
            "window.saved = null;
             URL.createObjectURL = blob => { blob.text().then(text => { window.saved = text }); return 'blob:none' };
             HTMLAnchorElement.prototype.click = function () {
                 if (this.download) window.saved_as = this.download;
                 else HTMLElement.prototype.click.call(this);
             };",
        );
        self.press(button).await;
        let said = |name: &str| self.run(name).as_string();
        assert!(until(|| said("window.saved").is_some()).await, "no file");
        (
            said("window.saved_as").unwrap(),
            said("window.saved").unwrap(),
        )
    }
}
