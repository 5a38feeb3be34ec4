//! Running other programs.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{Read as _, Write as _, stdout},
    path::{Path, PathBuf},
    process::{Command, ExitCode, ExitStatus, Stdio},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::project::Project;

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";
/// More than the browsers of all journeys that run at the same time need.
const ENOUGH_MEMORY_KIB: u64 = 4 << 20;

/// A program to run in the checkout.
///
/// What cargo told *this* program about itself is taken away: build scripts that look at such a variable would run again
/// whenever a person and xtask take turns.
pub fn program(project: &Project, name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(&project.root);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
            || text == "CARGO_CRATE_NAME"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// A subcommand of cargo, with these arguments. It uses the versions in Cargo.lock, or fails where they no longer fit.
pub fn cargo<'a>(
    project: &Project,
    subcommand: &str,
    args: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = program(
        project,
        env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    );
    command.arg(subcommand);
    // The only one that resolves no dependencies and doesn't know the flag.
    if subcommand != "fmt" {
        command.arg("--locked");
    }
    command.args(args);
    command
}

/// The command as a person would type it.
pub fn typed(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs it on this terminal; anything but success is an error.
pub fn through(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run `{}`", typed(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", typed(command));
    }
    Ok(())
}

/// Becomes that program, where the system can do so: signals then reach it and nobody else.
#[cfg(unix)]
pub fn instead(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).with_context(|| format!("cannot run `{}`", typed(command)))
}

/// Runs it to its end.
#[cfg(not(unix))]
pub fn instead(command: &mut Command) -> Result<ExitCode> {
    through(command)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs it silently, its output going to a log file; the end of the log is part of the error.
pub fn logged(command: &mut Command, log: &Path) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("cannot run `{}`", typed(command)))?;
    if status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<_> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(20)..].join("\n  ");
    bail!(
        "`{}` failed ({status}). Its last lines:\n  {tail}\nThe whole log: {}",
        typed(command),
        log.display()
    );
}

/// Runs it on this terminal and shows every line of its standard output to `each` too.
pub fn watched(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{}`", typed(command)))?;
    let mut output = child.stdout.take().context("no output to read")?;
    let (mut chunk, mut line) = ([0; 8192], Vec::new());
    loop {
        let size = output.read(&mut chunk)?;
        if size == 0 {
            break;
        }
        // As it comes, not by the line: libtest says which test it is at before it says how the test went.
        stdout().write_all(&chunk[..size])?;
        stdout().flush()?;
        for &byte in &chunk[..size] {
            if byte == b'\n' {
                each(&String::from_utf8_lossy(&line));
                line.clear();
            } else {
                line.push(byte);
            }
        }
    }
    if !line.is_empty() {
        each(&String::from_utf8_lossy(&line));
    }
    Ok(child.wait()?)
}

/// What it prints on standard output, if it can be run and succeeds.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A folder for what programs leave in the folder for temporary files, removed with what is in it. In memory where there is enough:
/// each browser writes thousands of small files into its profile.
pub fn temporary_folder() -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("credit-desk-");
    let in_memory = available_kib(MEMORY).is_some_and(|size| size >= ENOUGH_MEMORY_KIB);
    let folder = match in_memory {
        true => builder.tempdir_in(MEMORY),
        false => builder.tempdir(),
    };
    folder.context("cannot make a temporary folder")
}

/// The free space where this folder is, as `df` prints it.
fn available_kib(folder: &str) -> Option<u64> {
    let output = answer(Command::new("df").args(["-Pk", folder]))?;
    output
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()
}

/// A program on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}
