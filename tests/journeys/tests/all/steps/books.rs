//! The ledger's figures beside the page's, and the files that the page hands out.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};
use credit_desk_journeys::Desk;
use serde_json::{Value, json};

/// Millionths of a figure such as `-1.8` or `$1,234.50`: every figure of the sandbox is whole in them.
pub fn micro(text: &str) -> i128 {
    let plain = text.replace(['$', ','], "");
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(positive) => (-1, positive),
        None => (1, &*plain),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = format!("{whole}{fraction:0<6}");
    let read = digits.parse::<i128>();
    sign * read.unwrap_or_else(|_| panic!("{text:?} is no figure"))
}

/// What rows of the log come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub rows: i128,
    pub movements: i128,
    pub minutes: i128,
    /// In millionths, as the following ones.
    pub credit: i128,
    pub cost: i128,
    pub profit: i128,
}

/// The ledger's movements that are rows of the log, by the row's id. Credits are signed here.
pub async fn log_rows(desk: &Desk) -> Result<BTreeMap<i64, Value>> {
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

/// What the ledger's rows come to, by the child's id.
pub fn by_child(rows: &BTreeMap<i64, Value>) -> BTreeMap<String, Sums> {
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

/// Saves what the log shows by the button of this name, and reads the file.
pub async fn saved(desk: &Desk, format: &str) -> Result<String> {
    let folder = desk.downloads().await?;
    open_export(desk).await?;
    desk.button(format).click().await?;
    // The regional forms of CSV are named for their languages.
    let format = format.split(' ').next().unwrap_or(format);
    let name = format!("credit-log.{}", format.to_lowercase());
    downloaded(desk, &folder, &name).await
}

/// Opens the log's menu of files, unless it is open.
pub async fn open_export(desk: &Desk) -> Result<()> {
    if desk.css(".export[open]").count().await? == 0 {
        let menu = desk.css(".menu > summary").containing("Export");
        menu.click().await?;
    }
    Ok(())
}

/// Waits for a downloaded file and reads it. Its name is taken by an empty file until it is whole.
async fn downloaded(desk: &Desk, folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    let text = || fs::read_to_string(&path).unwrap_or_default();
    desk.until(format!("the file {name}"), async || Ok(!text().is_empty()))
        .await?;
    let text = text();
    // The next one of this name would get another.
    fs::remove_file(&path)?;
    Ok(text)
}
