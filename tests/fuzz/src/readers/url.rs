//! Reads the URL of the log and of a wallet.

use std::collections::HashMap;

use credit_desk::log::query::LogQuery;
use credit_desk::wallet::query::WalletQuery;
use fastrand::Rng;

use super::{outcome_of, same};
use crate::{
    hostile,
    run::{Outcome, Reader},
};

/// Reads the log's URL.
pub struct Log;

/// Reads a wallet's URL.
pub struct Wallet;

const NAMES: [&str; 16] = [
    "page",
    "page_size",
    "from",
    "to",
    "all",
    "type",
    "child",
    "status",
    "by",
    "q",
    "breaks",
    "sort",
    "group",
    "cols",
    "organization",
    "PAGE",
];
const VALUES: [&str; 34] = [
    "1",
    "0",
    "100",
    "20",
    "18446744073709551615",
    "18446744073709551616",
    "-1",
    "all",
    "2026-01-15",
    "2026-02-30",
    "0000-01-01",
    "9999-12-31",
    "transfer",
    "revert",
    "channels",
    "other",
    "4002",
    "-9223372036854775808",
    "success",
    "id",
    "-date",
    "--date",
    "cost",
    "id.date.child",
    "id..id.none",
    "child",
    "month",
    "allocation",
    "usage",
    "org_00000000-0000-4000-8000-000000000002",
    "..",
    " ",
    "%",
    "a b",
];

/// Returns a query string, with some of its values percent-encoded.
fn draw(rng: &mut Rng) -> String {
    let mut text = String::from("?");
    for _ in 0..rng.u8(..8) {
        let value = match rng.u8(..3) {
            0 => hostile::text(rng),
            1 => hostile::random_text(rng, 12),
            _ => hostile::pick(rng, &VALUES).to_owned(),
        };
        let name = hostile::pick(rng, &NAMES);
        let value = if rng.bool() {
            percent_encoded(&value)
        } else {
            value
        };
        text.push_str(&format!("{name}={value}&"));
    }
    text
}

fn large(bytes: usize) -> String {
    let text = "%E2%80%AE\u{0}".repeat(bytes / 40);
    let columns = "id.date.".repeat(bytes / 40);
    format!(
        "?q={text}&by={text}&cols={columns}&sort={columns}&page={}&from=",
        "9".repeat(bytes / 8)
    )
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Parses a query as browsers do. The last value of a name wins.
fn parsed(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.trim_start_matches('?').as_bytes())
        .into_owned()
        .collect()
}

impl Reader for Log {
    fn name(&self) -> &'static str {
        "URL: log"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        draw(rng)
    }

    fn large(&self, bytes: usize) -> String {
        large(bytes)
    }

    /// Accepts the URL if it changes the query in any way.
    fn read(&self, text: &str) -> Outcome {
        let of = |text: &str| {
            let map = parsed(text);
            LogQuery::read(|name| map.get(name).map(String::as_str))
        };
        let query = of(text);
        if let Err(what) = same("reread", &query, &of(&query.write())) {
            return Outcome::Wrong(what);
        }
        let parameters = query.wire();
        let is_within = |name: &str, max: u64| {
            let found = parameters.iter().find(|(parameter, _)| *parameter == name);
            found.is_some_and(|(_, value)| {
                value
                    .parse::<u64>()
                    .is_ok_and(|value| (1..=max).contains(&value))
            })
        };
        if query.range_error().is_none()
            && !(is_within("page", u64::MAX) && is_within("page_size", 100))
        {
            return Outcome::Wrong(format!(
                "the request would have the parameters {parameters:?}"
            ));
        }
        if query == LogQuery::default() {
            return Outcome::Rejected;
        }
        Outcome::Accepted
    }
}

impl Reader for Wallet {
    fn name(&self) -> &'static str {
        "URL: wallet"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        draw(rng)
    }

    fn large(&self, bytes: usize) -> String {
        large(bytes)
    }

    fn read(&self, text: &str) -> Outcome {
        let of = |text: &str| {
            let map = parsed(text);
            WalletQuery::read(|name| map.get(name).map(String::as_str))
        };
        let query = of(text);
        // The id becomes part of a path.
        let is_safe = query
            .organization
            .as_ref()
            .is_none_or(|id| id.is_safe_in_path());
        if !is_safe {
            return Outcome::Wrong(format!("{:?} would be used in a path", query.organization));
        }
        if query == WalletQuery::default() {
            return Outcome::Rejected;
        }
        outcome_of(same("reread", &query, &of(&query.write())))
    }
}
