//! Ledgers with many rows: generated once, kept in `target/bench`, and copied for each run.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{launch, process};

/// Copies a ledger with `rows` generated rows to `to`.
pub fn copy(rows: u32, to: &Path) -> Result<()> {
    let cached = cached(rows)?;
    fs::copy(&cached, to).with_context(|| format!("cannot copy {}", cached.display()))?;
    Ok(())
}

/// Returns the cached ledger. Generates it first if there is none for this build of the sandbox.
fn cached(rows: u32) -> Result<PathBuf> {
    let target = process::build_folder()?;
    let folder = target.parent().unwrap_or(&target).join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let program = launch::sandbox()?;
    let prefix = format!("ledger-{rows}-");
    let ledger = folder.join(format!("{prefix}{:016x}.db", hash(&program)?));
    if ledger.is_file() {
        return Ok(ledger);
    }
    // Ledgers of other builds are no longer useful.
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_file(entry.path())?;
        }
    }
    eprintln!("generating a ledger with {rows} rows …");
    let unfinished = folder.join(format!("{prefix}half.db"));
    generate(&program, rows, &unfinished)?;
    fs::rename(&unfinished, &ledger)?;
    Ok(ledger)
}

/// Starts the sandbox on a new ledger with an empty standard input, so that it fills the ledger and stops.
fn generate(program: &Path, rows: u32, ledger: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.args(["--port", "0", "--fresh", "--stop-with-stdin", "--rows"]);
    command.arg(rows.to_string()).arg("--db").arg(ledger);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let output = command.output()?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("the sandbox could not generate a ledger: {errors}");
    }
    // Only the main file is copied, so it must contain everything.
    let mut wal = ledger.as_os_str().to_owned();
    wal.push("-wal");
    if fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
        bail!("the sandbox left {} behind", Path::new(&wal).display());
    }
    Ok(())
}

/// Distinguishes builds of the sandbox.
fn hash(program: &Path) -> Result<u64> {
    let content =
        fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    Ok(hasher.finish())
}
