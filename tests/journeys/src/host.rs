//! Another host than the sandbox: a real nginx, with the files that the project writes for it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard},
};

use anyhow::{Context as _, Result};
use credit_desk_hosting::{
    config as sources,
    gateway::{Gateway, gateway},
    nginx::{Host as Plain, host},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    config,
    network::{Network, Relay},
    process::{self, Server},
};

/// Who may sign in at the gateway of a journey.
pub const STAFF: (&str, &str) = ("clerk", "month-end");
/// What the gateway of a journey adds.
pub const KEYS: [(&str, &str); 2] = [
    ("reseller", "demo-reseller-key"),
    ("organizations", "lp_test_demo"),
];

/// How the portal is hosted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain files; the APIs are elsewhere, and staff type their keys.
    Plain,
    /// Files and APIs on one host, which signs staff in and adds the keys.
    Gateway,
}

/// A running nginx with a copy of the built portal that the journey may change.
#[derive(Debug)]
pub struct Host {
    /// Where the browser finds it.
    address: String,
    relay: Option<Relay>,
    program: PathBuf,
    server: Mutex<Option<Server>>,
    folder: TempDir,
}

impl Host {
    /// Starts one before the backend at this address.
    pub(crate) fn start(
        kind: Kind,
        backend: &str,
        changes: Option<&Value>,
        network: Option<&Network>,
    ) -> Result<Self> {
        let program = process::path("CREDIT_DESK_NGINX", || {
            process::on_path(&["nginx"])
                .or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|file| file.is_file()))
                .context("there is no nginx on PATH; name one in CREDIT_DESK_NGINX")
        })?;
        let folder = tempfile::Builder::new()
            .prefix("credit-desk-host-")
            .tempdir()?;
        let (listen, marks) = (free()?, free()?);
        let own_address = format!("http://{listen}");
        let relay = network
            .map(|network| network.relay(&own_address))
            .transpose()?;
        let this = Self {
            address: relay.as_ref().map_or(own_address, Relay::address),
            relay,
            program,
            server: Mutex::new(None),
            folder,
        };
        copy(&process::dist()?, &this.dist())?;
        for part in ["state", "secrets", "temporary"] {
            fs::create_dir(this.path(part))?;
        }
        let mut shipped = match kind {
            Kind::Plain => json!({
                "reseller_api": { "base_url": format!("{backend}/api/v1") },
                "organizations_api": { "base_url": backend },
            }),
            Kind::Gateway => json!({ "credentials": "gateway" }),
        };
        if let Some(changes) = changes {
            config::change(&mut shipped, changes);
        }
        let written = config::write(&this.dist(), &shipped, &this.path("secrets"))?;
        let root = this.dist().display().to_string();
        let text = match kind {
            Kind::Plain => {
                fs::copy(&written, this.dist().join("config.json"))?;
                let plain = Plain {
                    listen: &listen,
                    root: &root,
                };
                host(plain, &sources::sources(&written)?)
            }
            Kind::Gateway => {
                let (name, word) = STAFF;
                let staff = format!("{name}:{{PLAIN}}{word}\n");
                fs::write(this.path("secrets/staff.htpasswd"), staff)?;
                for (api, key) in KEYS {
                    let line = format!("proxy_set_header Authorization \"Bearer {key}\";\n");
                    fs::write(this.path(&format!("secrets/{api}-key.conf")), line)?;
                }
                gateway(&Gateway {
                    listen: format!("listen {listen};"),
                    root,
                    secrets: this.path("secrets").display().to_string(),
                    state: this.path("state").display().to_string(),
                    marks,
                    reseller: backend.to_owned(),
                    organizations: backend.to_owned(),
                })
            }
        };
        fs::write(this.path("site.conf"), text)?;
        fs::write(this.path("nginx.conf"), this.frame())?;
        this.start_again()?;
        Ok(this)
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its copy of the built portal, which may be changed while it runs.
    pub fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// The file in its copy of the built portal whose name ends so, such as `_bg.wasm`.
    pub fn file(&self, ending: &str) -> Result<PathBuf> {
        let named = |file: &PathBuf| file.to_string_lossy().ends_with(ending);
        fs::read_dir(self.dist())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(named)
            .with_context(|| format!("dist/ has no file that ends in {ending}"))
    }

    /// The name of [`Host::file`], as the page has it.
    pub fn name(&self, ending: &str) -> Result<String> {
        let file = self.file(ending)?;
        let name = file.file_name().context("it has no name")?;
        Ok(name.to_string_lossy().into_owned())
    }

    /// Puts other bytes into such a file, and takes its compressed copies away.
    pub fn put(&self, file: &Path, bytes: &[u8]) -> Result<()> {
        fs::write(file, bytes)?;
        self.bare(file)
    }

    /// Takes such a file away, with its compressed copies.
    pub fn remove(&self, file: &Path) -> Result<()> {
        fs::remove_file(file)?;
        self.bare(file)
    }

    fn bare(&self, file: &Path) -> Result<()> {
        for ending in ["br", "gz"] {
            let copy = PathBuf::from(format!("{}.{ending}", file.display()));
            if copy.is_file() {
                fs::remove_file(copy)?;
            }
        }
        Ok(())
    }

    /// Changes the text of its rules, which must change by it; they hold from the next start on.
    pub fn change_rules(&self, from: &str, to: &str) -> Result<()> {
        let text = fs::read_to_string(self.path("site.conf"))?;
        let changed = text.replace(from, to);
        anyhow::ensure!(changed != text, "the rules do not hold {from:?}");
        Ok(fs::write(self.path("site.conf"), changed)?)
    }

    /// Stops it at once: what is on its way breaks off.
    pub fn stop(&self) {
        self.tell_relay(false);
        drop(held(&self.server).take());
    }

    fn tell_relay(&self, running: bool) {
        if let Some(relay) = &self.relay {
            // It ends with the journey.
            _ = relay.set_server_running(running);
        }
    }

    /// Starts it again after [`Host::stop`], on the same port.
    pub fn start_again(&self) -> Result<()> {
        let mut command = process::leashed(&self.program);
        command
            .arg("-p")
            .arg(self.folder.path())
            .args(["-c", "nginx.conf", "-e"])
            .arg(self.path("errors.log"));
        let ready = |line: &str| line.contains("start worker process ").then_some(());
        let (server, ()) = Server::start(&mut command, &self.path("said.log"), ready)?;
        *held(&self.server) = Some(server);
        self.tell_relay(true);
        Ok(())
    }

    /// Stops it and starts it again.
    pub fn restart(&self) -> Result<()> {
        self.stop();
        self.start_again()
    }

    /// Kills the processes that answer, as a crash would: connections break, and others are there for the next.
    pub fn kill_workers(&self) -> Result<()> {
        let main = fs::read_to_string(self.path("nginx.pid"))?;
        let workers = Command::new("pgrep").args(["-P", main.trim()]).output()?;
        let workers = String::from_utf8(workers.stdout)?;
        let killed = Command::new("kill")
            .arg("-9")
            .args(workers.split_whitespace())
            .status()?;
        anyhow::ensure!(killed.success(), "no worker was killed: {workers:?}");
        Ok(())
    }

    /// What it has written to its log of errors.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.path("errors.log")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What stands around the rules in a system's own nginx.conf, for somebody who is no root.
    fn frame(&self) -> String {
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("    {name}_temp_path temporary/{name};\n"))
            .concat();
        // Root's workers would run as somebody who may not read the folder of the journey.
        let user = if process::is_root() {
            "user root;\n"
        } else {
            ""
        };
        format!(
            "{user}daemon off;\nworker_processes 2;\npid nginx.pid;\nerror_log /dev/stdout notice;\nerror_log errors.log warn;\n\
             events {{\n    worker_connections 128;\n}}\nhttp {{\n    access_log off;\n{temporary}    include site.conf;\n}}\n"
        )
    }
}

/// A port that is free, as `127.0.0.1:PORT`.
fn free() -> Result<String> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .to_string())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|broken| broken.into_inner())
}
