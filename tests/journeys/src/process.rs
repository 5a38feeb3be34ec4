//! Server processes that stop when the test does.

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

const START_TIMEOUT: Duration = Duration::from_secs(20);
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A running server. It must exit when its standard input closes, so that it stops even if this program is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts the server, appends its errors to `log`, and waits for the line of output that `ready` recognizes.
    pub fn start<T: Send + 'static>(
        command: &mut Command,
        log: &Path,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut server = Self::spawn(command.stdout(Stdio::piped()), log)?;
        let output = server.child.stdout.take().context("no output to read")?;
        let (sender, receiver) = mpsc::channel();
        // Keep reading after that line: a full pipe would block the server.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(found) = ready(&line) {
                    _ = sender.send(found);
                }
            }
        });
        match receiver.recv_timeout(START_TIMEOUT) {
            Ok(found) => Ok((server, found)),
            Err(_) => {
                let errors_text = std::fs::read_to_string(log).unwrap_or_default();
                bail!(
                    "{name} did not report that it is ready. Its errors: {}",
                    if errors_text.is_empty() {
                        "none"
                    } else {
                        &errors_text
                    }
                )
            }
        }
    }

    /// Starts the server without waiting, and appends its errors to `log`.
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

    /// Kills the server, as a power cut would: nothing is finished or flushed.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let start = Instant::now();
        while start.elapsed() < STOP_TIMEOUT {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Creates a command for a server that doesn't watch its standard input; a shell watches it instead. The shell also
/// makes the server ignore SIGPIPE, which would kill a driver that writes to a browser that is being killed.
pub fn supervised(program: &Path) -> Command {
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

/// Like [`supervised`], for a server whose children may outlive it, such as a driver's browser. They are killed with
/// it, even if this program's whole process group is ended by a signal.
pub fn supervised_group(program: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        r#"trap "" PIPE; trap : INT TERM HUP; setsid "$@" </dev/null & child=$!; cat >/dev/null; kill -KILL "-$child"; wait "$child""#,
        "sh",
    ]);
    shell.arg(program);
    shell
}

/// Returns the path in the environment variable `variable`, or else `fallback`.
pub fn path(variable: &str, fallback: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    match env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(value) => Ok(value.into()),
        None => fallback(),
    }
}

/// Returns the folder of the built portal.
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

/// Whether this process runs as root. Some programs behave differently then.
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Whether this process runs as root: never on this system.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

/// Finds a program on PATH by any of its names.
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

/// Returns the folder that this program was built into: `target/debug`. Test binaries are one folder deeper.
pub fn build_folder() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let folder = program.parent().context("this program is in no folder")?;
    if folder.ends_with("deps") {
        return Ok(folder.parent().unwrap_or(folder).to_path_buf());
    }
    Ok(folder.to_path_buf())
}
