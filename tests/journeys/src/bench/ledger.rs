//! Ledgers with many rows: made once, kept in `target/bench`, and copied for each run.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{launch, process};

/// Copies a ledger with so many made-up rows to `to`.
pub fn copy(rows: u32, to: &Path) -> Result<()> {
    let kept = kept(rows)?;
    fs::copy(&kept, to).with_context(|| format!("cannot copy {}", kept.display()))?;
    Ok(())
}

/// The kept ledger, made now if there is none of this sandbox.
fn kept(rows: u32) -> Result<PathBuf> {
    let target = process::programs()?;
    let folder = target.parent().unwrap_or(&target).join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let program = launch::sandbox()?;
    let begins = format!("ledger-{rows}-");
    let ledger = folder.join(format!("{begins}{:016x}.db", hash(&program)?));
    if ledger.is_file() {
        return Ok(ledger);
    }
    // Those of other sandboxes are of no use any more.
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&begins) {
            fs::remove_file(entry.path())?;
        }
    }
    eprintln!("making a ledger with {rows} rows …");
    let half = folder.join(format!("{begins}half.db"));
    make(&program, rows, &half)?;
    fs::rename(&half, &ledger)?;
    Ok(ledger)
}

/// Starts the sandbox on a new ledger with nothing on its standard input: it fills the ledger, and stops.
fn make(program: &Path, rows: u32, ledger: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.args(["--port", "0", "--fresh", "--stop-with-stdin", "--rows"]);
    command.arg(rows.to_string()).arg("--db").arg(ledger);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let done = command.output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        bail!("the sandbox could not make a ledger: {said}");
    }
    // A copy of the one file must hold everything.
    let mut log = ledger.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        bail!("the sandbox left {} behind", Path::new(&log).display());
    }
    Ok(())
}

/// What tells one build of the sandbox from another.
fn hash(program: &Path) -> Result<u64> {
    let content =
        fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    Ok(hasher.finish())
}
