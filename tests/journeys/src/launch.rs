//! Starting the sandbox's server, as often as it is stopped.

use std::{env, ffi::OsString, fs, path::PathBuf, process::Command, thread, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    config,
    process::{self, Server},
};

/// Another program may hold the port for a moment, as the near end of a connection of its own.
const TRIES: usize = 5;

/// All that a start needs, and the folder in which the ledger outlives each one.
#[derive(Debug)]
pub struct Launch {
    program: PathBuf,
    flags: Vec<OsString>,
    folder: TempDir,
}

/// The sandbox's program, as it was built last.
pub fn sandbox() -> Result<PathBuf> {
    let program = process::path("CREDIT_DESK_SANDBOX", || {
        Ok(process::programs()?.join(format!("credit-desk-sandbox{}", env::consts::EXE_SUFFIX)))
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
    /// Prepares a ledger of its own.
    pub fn new(flags: &[String], changes: Option<&Value>) -> Result<Self> {
        let program = sandbox()?;
        let brought = flags.iter().position(|flag| flag == "--dist");
        let dist = match brought.and_then(|at| flags.get(at + 1)) {
            Some(folder) => folder.into(),
            None => process::dist()?,
        };
        let folder = tempfile::Builder::new()
            .prefix("credit-desk-journey-")
            .tempdir()?;
        let mut all: Vec<OsString> = vec!["--stop-with-stdin".into()];
        // Unless a ledger is brought along.
        if !flags.iter().any(|flag| flag == "--db") {
            all.extend(["--db".into(), folder.path().join("ledger.db").into()]);
        }
        if let Some(changes) = changes {
            let file = config::write(&dist, changes, folder.path())?;
            all.extend(["--config".into(), file.into()]);
        }
        if brought.is_none() {
            all.extend(["--dist".into(), dist.into()]);
        }
        // Every ledger is new here, and a second start must not begin anew.
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

    /// Changes the configuration file that it serves; it is read at every request.
    pub fn change_config(&self, changes: &Value) -> Result<()> {
        let file = self.folder.path().join("config.json");
        let text = fs::read_to_string(&file).context("it does not serve its own configuration")?;
        let mut config = serde_json::from_str(&text)?;
        config::change(&mut config, changes);
        // At once: it may be read at any moment.
        let new = self.folder.path().join("config.json.new");
        fs::write(&new, config.to_string())?;
        Ok(fs::rename(&new, &file)?)
    }

    /// Starts it on this port, any free one for 0; gives its address.
    pub fn start(&self, port: u16) -> Result<(Server, String)> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_start(port) {
                Err(_) if port != 0 && tries < TRIES => thread::sleep(Duration::from_millis(100)),
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

    /// What it has printed as errors.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("errors.log")
    }
}
