//! Runs other programs.

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

/// The folder that Linux keeps in memory.
const MEMORY: &str = "/dev/shm";
/// Enough for the browsers of all journeys that run at the same time.
const ENOUGH_MEMORY_KIB: u64 = 4 << 20;

/// Returns a program to run in the checkout.
///
/// Removes the variables that cargo sets for *this* program: build scripts that depend on one of them would otherwise
/// rerun whenever the user and xtask alternate.
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

/// Returns a cargo subcommand with these arguments. It uses the versions in Cargo.lock, or fails if they no longer fit.
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
    // `cargo fmt` resolves no dependencies and doesn't have the flag.
    if subcommand != "fmt" {
        command.arg("--locked");
    }
    command.args(args);
    command
}

/// Returns the command as a user would type it.
pub fn display(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs the command on this terminal. Fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run `{}`", display(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", display(command));
    }
    Ok(())
}

/// Replaces this process with the program, where the system supports it, so that signals reach only that program.
#[cfg(unix)]
pub fn exec(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).with_context(|| format!("cannot run `{}`", display(command)))
}

/// Runs the program to completion.
#[cfg(not(unix))]
pub fn exec(command: &mut Command) -> Result<ExitCode> {
    run(command)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs the command silently, with its output going to a log file. The error contains the end of the log.
pub fn logged(command: &mut Command, log: &Path) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("cannot run `{}`", display(command)))?;
    if status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<_> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(20)..].join("\n  ");
    bail!(
        "`{}` failed ({status}). Its last lines:\n  {tail}\nThe full log: {}",
        display(command),
        log.display()
    );
}

/// Runs the command on this terminal, and passes every line of its standard output to `each`.
pub fn run_tee(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{}`", display(command)))?;
    let mut output = child.stdout.take().context("no output to read")?;
    let (mut chunk, mut line) = ([0; 8192], Vec::new());
    loop {
        let size = output.read(&mut chunk)?;
        if size == 0 {
            break;
        }
        // Forwarded as it arrives rather than by line: libtest names a test before it prints the result.
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

/// Returns the command's standard output, trimmed, if it can be run and succeeds.
pub fn capture(command: &mut Command) -> Option<String> {
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

/// Creates a folder for the programs' temporary files, which is removed with its content. It is in memory if there is
/// enough, because each browser writes thousands of small files into its profile.
pub fn temporary_folder() -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("credit-desk-");
    let in_memory = available_kib(MEMORY).is_some_and(|size| size >= ENOUGH_MEMORY_KIB);
    let folder = match in_memory {
        true => builder.tempdir_in(MEMORY),
        false => builder.tempdir(),
    };
    folder.context("cannot create a temporary folder")
}

/// Returns the free space of the file system with this folder, as reported by `df`.
fn available_kib(folder: &str) -> Option<u64> {
    let output = capture(Command::new("df").args(["-Pk", folder]))?;
    output
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()
}

/// Finds a program on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}
