//! The ledger's amounts, for comparison with the page's, and the files that the page exports.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};
use credit_desk_journeys::Desk;
use serde_json::{Value, json};

/// Parses an amount such as `-1.8` or `$1,234.50` into millionths. Every amount of the sandbox is a whole number of
/// them.
///
/// # Panics
///
/// If `text` is not an amount.
pub fn micro(text: &str) -> i128 {
    let plain = text.replace(['$', ','], "");
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(positive) => (-1, positive),
        None => (1, &*plain),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = format!("{whole}{fraction:0<6}");
    let parsed = digits.parse::<i128>();
    sign * parsed.unwrap_or_else(|_| panic!("{text:?} is not an amount"))
}

/// Totals over entries of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub rows: i128,
    pub movements: i128,
    pub minutes: i128,
    /// In millionths, like the fields below.
    pub credit: i128,
    pub cost: i128,
    pub profit: i128,
}

/// Returns the ledger's movements that are entries of the log, by the entry's id. Their credits are signed.
pub async fn log_entries(desk: &Desk) -> Result<BTreeMap<i64, Value>> {
    let mut rows = BTreeMap::new();
    for mut movement in desk.sandbox.movements_since(0).await? {
        let Some(id) = movement["log_id"].as_i64() else {
            continue;
        };
        if movement["kind"] == "credit_revert" {
            let credit = movement["credit"].as_str().context("no credit")?;
            movement["credit"] = json!(format!("-{credit}"));
        }
        rows.insert(id, movement);
    }
    Ok(rows)
}

/// Returns the totals of these entries by the child's id.
pub fn totals_by_child(rows: &BTreeMap<i64, Value>) -> BTreeMap<String, Sums> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for row in rows.values() {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        let sums = all.entry(text("child").to_owned()).or_default();
        let (credit, cost) = (micro(text("credit")), micro(text("cost")));
        sums.rows += 1;
        sums.movements += i128::from(row["kind"] != "channel_allocation");
        let minutes = i128::from(row["minutes"].as_i64().unwrap_or(0));
        sums.minutes += if credit < 0 { -minutes } else { minutes };
        sums.credit += credit;
        sums.cost += cost;
        sums.profit += credit + cost;
    }
    all
}

/// Exports what the log shows with the button of this name, and returns the file's text.
pub async fn export_log(desk: &Desk, format: &str) -> Result<String> {
    let folder = desk.downloads().await?;
    open_export(desk).await?;
    desk.button(format).click().await?;
    // The buttons for regional CSV also name a language.
    let format = format.split(' ').next().unwrap_or(format);
    let name = format!("credit-log.{}", format.to_lowercase());
    read_download(desk, &folder, &name).await
}

/// Opens the log's export menu, unless it is open.
pub async fn open_export(desk: &Desk) -> Result<()> {
    if desk.css(".export[open]").count().await? == 0 {
        let menu = desk.css(".menu > summary").containing("Export");
        menu.click().await?;
    }
    Ok(())
}

/// Waits for a download and returns its text. Until the download is complete, an empty file has its name.
async fn read_download(desk: &Desk, folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    let text = || fs::read_to_string(&path).unwrap_or_default();
    desk.until(format!("the file {name}"), async || Ok(!text().is_empty()))
        .await?;
    let text = text();
    // Otherwise the next download would get another name.
    fs::remove_file(&path)?;
    Ok(text)
}
