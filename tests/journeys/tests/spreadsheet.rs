//! Exported files in a spreadsheet: LibreOffice with German and with English settings reads the same figures that the
//! ledger has, and runs nothing.

mod steps;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use calamine::{Data, Ods, Range, Reader as _, open_workbook};
use credit_desk_journeys::{Desk, Setup};
use serde_json::{Value, json};
use steps::{
    books::{log_rows, saved},
    sign_in,
};

/// Small enough for one page of the log, so that the days of the ledger are easy to name.
const ROWS: [&str; 2] = ["--rows", "60"];

/// A spreadsheet in the settings of a locale, with a profile of its own.
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

    /// Opens a CSV file as the import dialog does, with this separator and every number and date recognized, and saves it
    /// as a spreadsheet.
    fn open(&self, csv: &str, separator: char) -> Result<Ods<std::io::BufReader<fs::File>>> {
        let file = self.folder.path().join("log.csv");
        fs::write(&file, csv)?;
        // Separator, quotation mark, UTF-8, from the first line on, the columns as they come, the locale of the settings,
        // quoted cells not as text, and special numbers recognized.
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
            .args(["--headless", "--norestore", &import, "--convert-to", "ods"])
            .arg("--outdir")
            .arg(self.folder.path())
            .arg(&file)
            .output()?;
        let sheet = self.folder.path().join("log.ods");
        ensure!(sheet.is_file(), "no spreadsheet came of it: {output:?}");
        Ok(open_workbook(sheet)?)
    }
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

/// The cells of the only sheet, of which none is a formula.
fn cells(mut book: Ods<std::io::BufReader<fs::File>>) -> Result<Range<Data>> {
    let name = book.sheet_names().first().context("no sheet")?.clone();
    let formulas = book.worksheet_formula(&name)?;
    let formulas: Vec<_> = formulas.used_cells().collect();
    assert!(formulas.is_empty(), "{formulas:?}");
    Ok(book.worksheet_range(&name)?)
}

/// A client whose name is a formula, and one in letters that no code page of old has.
async fn name_clients(desk: &Desk) -> Result<()> {
    for (id, name) in [(4002, "=1+1"), (4001, "Café Zürich; Łódź, 東京")] {
        let child = json!({ "child": { "id": id, "name": name } });
        desk.sandbox.set(child).await?;
    }
    Ok(())
}

/// Every figure of the sheet is the ledger's, as a number, and every entry is there.
async fn is_the_ledger(desk: &Desk, cells: &Range<Data>) -> Result<()> {
    let rows = log_rows(desk).await?;
    assert_eq!(cells.height(), rows.len() + 1);
    let heads: Vec<String> = cells
        .headers()
        .context("no headings")?
        .into_iter()
        .collect();
    let column = |name: &str| {
        let found = heads.iter().position(|head| head == name);
        found.with_context(|| format!("no column {name} in {heads:?}"))
    };
    for (cells, (id, movement)) in cells.rows().skip(1).zip(rows.iter().rev()) {
        let figure = |name: &str| Ok::<_, anyhow::Error>(cells[column(name)?].clone());
        assert_eq!(figure("id")?, number(&id.to_string())?);
        let is_channels = movement["kind"] == "channel_allocation";
        for name in ["credit", "cost", "rate", "minutes"] {
            let wanted = match &movement[name] {
                _ if is_channels => Data::Empty,
                Value::String(text) => number(text)?,
                other => number(&other.to_string())?,
            };
            assert_eq!(figure(name)?, wanted, "{name} of {id}");
        }
        let client = cells[column("child")?].to_string();
        let names = ["'=1+1", "Café Zürich; Łódź, 東京"];
        assert!(names.contains(&client.as_str()), "{client}");
    }
    Ok(())
}

fn number(text: &str) -> Result<Data> {
    Ok(Data::Float(text.parse()?))
}

#[test]
fn a_german_office_reads_the_ledgers_figures() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        name_clients(desk).await?;
        desk.language("de-DE").await?;
        sign_in(desk, "/log?all=1").await?;
        desk.css("tr.row").nth(60).seen().await?;
        let file = saved(desk, "CSV for German (Germany)").await?;
        let cells = cells(Office::in_locale("de-DE")?.open(&file, ';')?)?;
        is_the_ledger(desk, &cells).await?;
        // Times are dates, with their offset beside them.
        let dates = cells.rows().skip(1).map(|row| &row[1..3]);
        for cells in dates {
            assert!(matches!(cells[0], Data::DateTimeIso(_)), "{cells:?}");
            assert_eq!(cells[1], Data::String("UTC+05:30".to_owned()));
        }
        // The plain form stays what it is, for those whose spreadsheets are set otherwise.
        let plain = saved(desk, "CSV").await?;
        let cells = self::cells(Office::in_locale("en-US")?.open(&plain, ',')?)?;
        is_the_ledger(desk, &cells).await
    });
}

#[test]
fn an_english_office_reads_the_ledgers_figures() {
    Setup::default().sandbox(ROWS).journey(async |desk| {
        name_clients(desk).await?;
        sign_in(desk, "/log?all=1").await?;
        desk.css("tr.row").nth(60).seen().await?;
        let office = Office::in_locale("en-US")?;
        for form in ["CSV for English (United States)", "CSV"] {
            let file = saved(desk, form).await?;
            is_the_ledger(desk, &cells(office.open(&file, ',')?)?).await?;
        }
        Ok(())
    });
}
