//! A log of many rows, and actions on the screens that list entries or events.

use super::{BETA_CO, Backend, Page, RecordedRequest, Reply, happy_backend, wait_until};
use credit_desk::units::utc_moment;
use leptos::prelude::window;
use serde_json::{Value, json};

/// The log's other child, besides [`BETA_CO`].
pub const ACME: i64 = 4001;
/// 2026-01-01 in UTC. There is one row per minute from then on.
const START: i64 = 1_767_225_600_000;

/// Returns rows with the ids 1 to `count`, oldest first: transfers of 4 credits that cost 2, with every fifth row a
/// revert of the same amount. Odd ids are Beta Co's, even ids Acme's. Every balance continues from the row before.
pub fn log_rows(count: i64) -> Vec<Value> {
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
        let (verb, kind, (from, from_balance), (to, to_balance)) = match sign {
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
            "notes": format!("{verb} of 20 minutes at 0.20/min"),
        })
    };
    (1..=count).map(row).collect()
}

/// Returns a request's query parameter, as it was sent.
pub fn parameter<'a>(request: &'a RecordedRequest, name: &str) -> Option<&'a str> {
    let (_, query) = request.path.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Returns the page of the log that a request asks for, or `None` for any other request.
pub fn requested_page(request: &RecordedRequest) -> Option<usize> {
    let is_log = request.path.contains("/credits/logs");
    is_log.then(|| parameter(request, "page").unwrap().parse().unwrap())
}

/// Returns the body of the requested page of a log with these rows, oldest first.
pub fn page_of(rows: &[Value], request: &RecordedRequest) -> String {
    let page = requested_page(request).unwrap();
    let size: usize = parameter(request, "page_size").unwrap().parse().unwrap();
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

/// Returns [`page_of`] as a reply.
pub fn answer(rows: &[Value], request: &RecordedRequest) -> Reply {
    Reply::Json(200, page_of(rows, request))
}

/// Installs a backend whose log has these rows. `reply` may override the replies to requests of a full range.
pub fn log_backend(
    rows: Vec<Value>,
    reply: impl Fn(&[Value], &RecordedRequest) -> Option<Reply> + 'static,
) -> Backend {
    forget_preferences();
    Backend::install(move |request| match requested_page(request) {
        Some(_) if is_full_range(request) => {
            reply(&rows, request).unwrap_or_else(|| answer(&rows, request))
        }
        Some(_) => answer(&rows, request),
        None => happy_backend(request),
    })
}

/// Whether a request is part of loading a full range.
pub fn is_full_range(request: &RecordedRequest) -> bool {
    requested_page(request).is_some() && parameter(request, "page_size") == Some("100")
}

/// Clears the stored log preferences.
pub fn forget_preferences() {
    window().local_storage().unwrap().unwrap().clear().unwrap();
}

impl Page {
    /// Selects an option and dispatches a change event.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.find(&format!("{selector} option[value='{value}']"))
            .await;
        self.run(&format!(
            "{{ const select = document.querySelector({selector:?});
                select.value = {value:?};
                select.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"
        ));
    }

    /// Returns the URL's query string.
    pub fn search(&self) -> String {
        self.window.location().search().unwrap()
    }

    /// Navigates to `path` within the portal, as a link does.
    pub fn follow(&self, path: &str) {
        self.run(&format!(
            "{{ const link = document.createElement('a');
                link.href = {path:?};
                document.body.append(link);
                link.click();
                link.remove(); }}"
        ));
    }

    /// Evaluates a script whose result can be represented as JSON.
    pub fn eval_json(&self, script: &str) -> Value {
        let text = self.run(&format!("JSON.stringify({script})")).as_string();
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    /// Returns the text of each element that matches `selector` now.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let texts = format!(
            "[...document.querySelectorAll({selector:?})].map(found => found.textContent.trim())"
        );
        serde_json::from_value(self.eval_json(&texts)).unwrap()
    }

    /// Returns the ids of the log's rows that are in the page, in order.
    pub fn ids(&self) -> Vec<i64> {
        let ids = "[...document.querySelectorAll('tr.row')].map(row => +row.dataset.id)";
        serde_json::from_value(self.eval_json(ids)).unwrap()
    }

    /// Waits until exactly these rows are in the page, in this order.
    pub async fn shows_rows(&self, ids: &[i64]) {
        if !wait_until(|| self.ids() == ids).await {
            panic!("not {ids:?} but {:?}: {}", self.ids(), self.text());
        }
    }

    /// Waits for the element that matches `selector` and has exactly this text, and clicks it.
    pub async fn click_named(&self, selector: &str, text: &str) {
        let found = format!(
            "[...document.querySelectorAll({selector:?})].find(found => found.textContent.trim() === {text:?})"
        );
        assert!(
            wait_until(|| self.run(&format!("!!{found}")).is_truthy()).await,
            "no {selector} “{text}” in: {}",
            self.text()
        );
        self.run(&format!("{found}.click()"));
    }

    /// Clicks a download button, and returns the file's name and text.
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
        let result = |name: &str| self.run(name).as_string();
        assert!(
            wait_until(|| result("window.saved").is_some()).await,
            "no file"
        );
        (
            result("window.saved_as").unwrap(),
            result("window.saved").unwrap(),
        )
    }
}
