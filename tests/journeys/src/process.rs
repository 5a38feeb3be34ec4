//! Servers that live no longer than the test.

use std::{
    env,
    ffi::OsString,
    fs::OpenOptions,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

const START: Duration = Duration::from_secs(20);
const STOP: Duration = Duration::from_secs(5);

/// A running server. Its standard input is a leash: it must stop when that closes, so that it goes even if this program is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts it, its errors going to the end of `log`, and waits for the line of output in which `ready` finds what it looks
    /// for.
    pub fn start<T: Send + 'static>(
        command: &mut Command,
        log: &Path,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut server = Self::spawn(command.stdout(Stdio::piped()), log)?;
        let output = server.child.stdout.take().context("no output to read")?;
        let (sender, receiver) = mpsc::channel();
        // Read on after the line: a full pipe would stop the server.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(found) = ready(&line) {
                    _ = sender.send(found);
                }
            }
        });
        match receiver.recv_timeout(START) {
            Ok(found) => Ok((server, found)),
            Err(_) => {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                bail!(
                    "{name} did not say that it is ready. Its errors: {}",
                    if said.is_empty() { "none" } else { &said }
                )
            }
        }
    }

    /// Starts it without waiting, its errors going to the end of `log`.
    pub fn spawn(command: &mut Command, log: &Path) -> Result<Self> {
        let errors = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let child = command.stdin(Stdio::piped()).stderr(errors).spawn();
        let child = child
            .with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
        Ok(Self { child })
    }

    /// Ends it as a power cut would: nothing is finished, nothing is flushed.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < STOP {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A command for a server that does not watch its standard input by itself: a shell does it in its stead. It also makes the
/// server deaf to SIGPIPE: a driver that is just writing to a browser that is just being killed would die of it.
pub fn leashed(program: &Path) -> Command {
    if cfg!(not(unix)) {
        return Command::new(program);
    }
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        r#"trap "" PIPE; "$@" </dev/null & child=$!; cat >/dev/null; kill "$child"; wait "$child""#,
        "sh",
    ]);
    shell.arg(program);
    shell
}

/// The same for a server whose own children may outlive it, such as a driver's browser: they are killed with it, also when this
/// program is ended by a signal to all that it has started.
pub fn leashed_group(program: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        r#"trap "" PIPE; trap : INT TERM HUP; setsid "$@" </dev/null & child=$!; cat >/dev/null; kill -KILL "-$child"; wait "$child""#,
        "sh",
    ]);
    shell.arg(program);
    shell
}

/// A path that a variable names; `fallback` where it does not.
pub fn path(variable: &str, fallback: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    match env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(value) => Ok(value.into()),
        None => fallback(),
    }
}

/// The built portal.
pub fn dist() -> Result<PathBuf> {
    let dist = path("CREDIT_DESK_DIST", || {
        Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"))
    })?;
    if !dist.join("index.html").is_file() {
        bail!(
            "there is no built portal in {}: `cargo xtask build`, or `cargo xtask test --only journeys`",
            dist.display()
        );
    }
    Ok(dist)
}

/// Is this root? Some programs behave otherwise then.
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// There is no root here.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

/// A program on PATH, under one of its names.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path: OsString = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        folders
            .iter()
            .map(|folder| folder.join(&name))
            .find(|file| file.is_file())
    })
}

/// The folder that this program was built into: `target/debug`. Test programs are one folder deeper than others.
pub fn programs() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let folder = program.parent().context("this program is in no folder")?;
    if folder.ends_with("deps") {
        return Ok(folder.parent().unwrap_or(folder).to_path_buf());
    }
    Ok(folder.to_path_buf())
}
