//! Exported files in a spreadsheet: LibreOffice with German and with English settings reads the same numbers as in the
//! ledger, and runs nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use credit_desk_journeys::{Desk, Setup};
use serde_json::{Value, json};

use crate::steps::{
    ledger::{export_log, log_entries},
    sign_in,
};

/// Small enough for one page of the log, so that the dates of the ledger are easy to name.
const ROWS: [&str; 2] = ["--rows", "60"];

/// A spreadsheet program with the settings of a locale and its own profile.
struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn in_locale(locale: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let user = folder.path().join("profile/user");
        fs::create_dir_all(&user)?;
        let settings = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>"#
        );
        fs::write(user.join("registrymodifications.xcu"), settings)?;
        Ok(Self { folder })
    }

    /// Opens a CSV file as the import dialog does, with this separator and every number and date recognized.
    fn open(&self, csv: &str, separator: char) -> Result<Vec<Vec<Cell>>> {
        let file = self.folder.path().join("log.csv");
        fs::write(&file, csv)?;
        // Separator, quotation mark, UTF-8, starting at the first line, default column formats, the locale of the
        // settings, quoted cells not as text, and special numbers recognized.
        let import = format!(
            "--infilter=Text - txt - csv (StarCalc):{},34,76,1,,0,false,true",
            u32::from(separator)
        );
        let profile = self.folder.path().join("profile");
        let output = Command::new(soffice()?)
            .arg(format!(
                "-env:UserInstallation=file://{}",
                profile.display()
            ))
            .args(["--headless", "--norestore", &import, "--convert-to"])
            .arg("fods:OpenDocument Spreadsheet Flat XML")
            .arg("--outdir")
            .arg(self.folder.path())
            .arg(&file)
            .output()?;
        let sheet = self.folder.path().join("log.fods");
        ensure!(
            sheet.is_file(),
            "LibreOffice wrote no spreadsheet: {output:?}"
        );
        cells(&fs::read_to_string(sheet)?)
    }
}

/// How a spreadsheet interprets a cell.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Empty,
    Number(f64),
    Date(String),
    Text(String),
}

/// Returns the cells of the sheet, and asserts that none is a formula.
fn cells(sheet: &str) -> Result<Vec<Vec<Cell>>> {
    const TABLE: &str = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
    const OFFICE: &str = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    let document = roxmltree::Document::parse(sheet)?;
    let mut rows = Vec::new();
    for row in document
        .descendants()
        .filter(|node| node.has_tag_name((TABLE, "table-row")))
    {
        let mut cells = Vec::new();
        for node in row
            .children()
            .filter(|node| node.has_tag_name((TABLE, "table-cell")))
        {
            assert_eq!(node.attribute((TABLE, "formula")), None, "a formula runs");
            let value = |name: &'static str| node.attribute((OFFICE, name)).unwrap_or_default();
            let cell = match value("value-type") {
                "" => Cell::Empty,
                "date" => Cell::Date(value("date-value").to_owned()),
                "string" => {
                    let words = node.descendants().filter(|node| node.is_text());
                    let words: String = words.filter_map(|node| node.text()).collect();
                    Cell::Text(words.trim().to_owned())
                }
                _ => Cell::Number(value("value").parse()?),
            };
            let times = node.attribute((TABLE, "number-columns-repeated"));
            let times: usize = times.map_or(Ok(1), str::parse)?;
            // The rest of the row is empty, up to the last column that a sheet can have.
            if times < 100 {
                cells.extend(std::iter::repeat_n(cell, times));
            }
        }
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            rows.push(cells);
        }
    }
    Ok(rows)
}

fn soffice() -> Result<PathBuf> {
    let named = std::env::var_os("CREDIT_DESK_SOFFICE").map(PathBuf::from);
    let found = named.unwrap_or_else(|| PathBuf::from("/usr/bin/soffice"));
    ensure!(
        Path::new(&found).is_file(),
        "there is no LibreOffice; name its `soffice` in CREDIT_DESK_SOFFICE"
    );
    Ok(found)
}

/// Clients, their names, and how a spreadsheet shows them.
const NAMES: [(i64, &str, &str); 2] = [
    (4002, "=1+1", "'=1+1"),
    (4001, "Café Zürich; Łódź, 東京", "Café Zürich; Łódź, 東京"),
];

/// Renames one client to a formula, and one to letters that no legacy code page has.
async fn name_clients(desk: &Desk) -> Result<()> {
    for (id, name, _) in NAMES {
        let child = json!({ "child": { "id": id, "name": name } });
        desk.sandbox.set(child).await?;
    }
    Ok(())
}

/// Asserts that every amount of the sheet is the ledger's, as a number, and that every entry is there.
async fn assert_matches_ledger(desk: &Desk, cells: &[Vec<Cell>]) -> Result<()> {
    let rows = log_entries(desk).await?;
    assert_eq!(cells.len(), rows.len() + 1);
    let (heads, cells) = cells.split_first().context("no headings")?;
    for (cells, (id, movement)) in cells.iter().zip(rows.iter().rev()) {
        let cell = |name: &str| {
            let head = Cell::Text(name.to_owned());
            let at = heads.iter().position(|found| *found == head);
            let at = at.with_context(|| format!("no column {name} in {heads:?}"))?;
            Ok::<_, anyhow::Error>(cells.get(at).cloned().unwrap_or(Cell::Empty))
        };
        assert_eq!(cell("id")?, number(&id.to_string())?);
        let is_channels = movement["kind"] == "channel_allocation";
        for name in ["credit", "cost", "rate", "minutes"] {
            let expected = match &movement[name] {
                _ if is_channels => Cell::Empty,
                Value::String(text) => number(text)?,
                other => number(&other.to_string())?,
            };
            assert_eq!(cell(name)?, expected, "{name} of {id}");
        }
    }
    for (_, _, shown) in NAMES {
        let name = Cell::Text(shown.to_owned());
        let is_there = cells.iter().any(|cells| cells.contains(&name));
        assert!(is_there, "no {shown} in {cells:?}");
    }
    Ok(())
}

fn number(text: &str) -> Result<Cell> {
    Ok(Cell::Number(text.parse()?))
}

#[test]
fn a_german_spreadsheet_reads_the_ledgers_amounts() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        name_clients(desk).await?;
        desk.language("de-DE").await?;
        sign_in(desk, "/log?all=1").await?;
        desk.css("tr.row").nth(60).seen().await?;
        let file = export_log(desk, "CSV for German (Germany)").await?;
        let cells = Office::in_locale("de-DE")?.open(&file, ';')?;
        assert_matches_ledger(desk, &cells).await?;
        // Times are dates, with their UTC offset beside them.
        for cells in &cells[1..] {
            assert!(matches!(cells[1], Cell::Date(_)), "{cells:?}");
            assert_eq!(cells[2], Cell::Text("UTC+05:30".to_owned()));
        }
        // Plain CSV stays as it is, for spreadsheets with other settings.
        let plain = export_log(desk, "CSV").await?;
        let cells = Office::in_locale("en-US")?.open(&plain, ',')?;
        assert_matches_ledger(desk, &cells).await
    });
}

#[test]
fn an_english_spreadsheet_reads_the_ledgers_amounts() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        name_clients(desk).await?;
        sign_in(desk, "/log?all=1").await?;
        desk.css("tr.row").nth(60).seen().await?;
        let office = Office::in_locale("en-US")?;
        for form in ["CSV for English (United States)", "CSV"] {
            let file = export_log(desk, form).await?;
            assert_matches_ledger(desk, &office.open(&file, ',')?).await?;
        }
        Ok(())
    });
}
