//! Starts the sandbox's server, and starts it again after it was stopped.

use std::{env, ffi::OsString, fs, path::PathBuf, process::Command, thread, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    config,
    process::{self, Server},
};

/// How often a start on a given port is attempted. Another program may briefly hold the port as the local end of an
/// outgoing connection.
const ATTEMPTS: usize = 5;

/// Everything needed for a start, and the folder in which the ledger survives restarts.
#[derive(Debug)]
pub struct Launch {
    program: PathBuf,
    flags: Vec<OsString>,
    folder: TempDir,
}

/// Returns the path of the sandbox's program from the last build.
pub fn sandbox() -> Result<PathBuf> {
    let program =
        process::path("CREDIT_DESK_SANDBOX", || {
            Ok(process::build_folder()?
                .join(format!("credit-desk-sandbox{}", env::consts::EXE_SUFFIX)))
        })?;
    if !program.is_file() {
        bail!(
            "there is no sandbox at {}: `cargo build -p credit-desk-sandbox`, or `cargo xtask test --only journeys`",
            program.display()
        );
    }
    Ok(program)
}

impl Launch {
    /// Prepares a folder for a new ledger.
    pub fn new(flags: &[String], changes: Option<&Value>) -> Result<Self> {
        let program = sandbox()?;
        let dist_flag = flags.iter().position(|flag| flag == "--dist");
        let dist = match dist_flag.and_then(|at| flags.get(at + 1)) {
            Some(folder) => folder.into(),
            None => process::dist()?,
        };
        let folder = tempfile::Builder::new()
            .prefix("credit-desk-journey-")
            .tempdir()?;
        let mut all: Vec<OsString> = vec!["--stop-with-stdin".into()];
        // Unless the caller supplies a ledger.
        if !flags.iter().any(|flag| flag == "--db") {
            all.extend(["--db".into(), folder.path().join("ledger.db").into()]);
        }
        if let Some(changes) = changes {
            let file = config::write(&dist, changes, folder.path())?;
            all.extend(["--config".into(), file.into()]);
        }
        if dist_flag.is_none() {
            all.extend(["--dist".into(), dist.into()]);
        }
        // The ledger is always new, and a restart must not clear it.
        all.extend(
            flags
                .iter()
                .filter(|flag| *flag != "--fresh")
                .map(Into::into),
        );
        Ok(Self {
            program,
            flags: all,
            folder,
        })
    }

    /// Changes the configuration file that the sandbox serves. The sandbox reads it on every request.
    pub fn change_config(&self, changes: &Value) -> Result<()> {
        let file = self.folder.path().join("config.json");
        let text = fs::read_to_string(&file).context("it does not serve its own configuration")?;
        let mut config = serde_json::from_str(&text)?;
        config::change(&mut config, changes);
        // Replaced atomically, because it may be read at any moment.
        let new = self.folder.path().join("config.json.new");
        fs::write(&new, config.to_string())?;
        Ok(fs::rename(&new, &file)?)
    }

    /// Starts the sandbox on this port (0 for any free one) and returns its address.
    pub fn start(&self, port: u16) -> Result<(Server, String)> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.try_start(port) {
                Err(_) if port != 0 && attempts < ATTEMPTS => {
                    thread::sleep(Duration::from_millis(100))
                }
                other => return other,
            }
        }
    }

    fn try_start(&self, port: u16) -> Result<(Server, String)> {
        let mut command = Command::new(&self.program);
        command
            .args(["--port", &port.to_string()])
            .args(&self.flags);
        let ready = |line: &str| {
            line.strip_prefix("listening on ")
                .map(|address| address.trim().trim_end_matches('/').to_owned())
        };
        Server::start(&mut command, &self.log(), ready)
    }

    /// Returns the sandbox's error output.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("errors.log")
    }
}
