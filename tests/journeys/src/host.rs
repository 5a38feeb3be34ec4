//! Another host than the sandbox: a real nginx, with the files that the project writes for it.

mod single_sign_on;

use std::{
    env, fs,
    io::Write as _,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Mutex, MutexGuard},
};

use anyhow::{Context as _, Result};
use credit_desk_hosting::{
    config as sources,
    gateway::{Gateway, SCRIPT, SignIn, gateway},
    nginx::{Host as Plain, host},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use self::single_sign_on::SingleSignOn;
use crate::{
    config,
    network::{Network, Relay},
    process::{self, Server},
};

/// Who may sign in at the gateway of a journey.
pub const STAFF: (&str, &str) = ("clerk", "month-end");
/// Somebody else who may.
pub const COLLEAGUE: (&str, &str) = ("colleague", "quarter-end");
/// What the gateway of a journey adds.
pub const KEYS: [(&str, &str); 2] = [
    ("reseller", "demo-reseller-key"),
    ("organizations", "lp_test_demo"),
];

/// Where Debian keeps the module that lets a gateway clear a vendor's headers.
const HEADERS_MORE: &str = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so";

/// How the portal is hosted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain files; the APIs are elsewhere, and staff type their keys.
    Plain,
    /// Files and APIs on one host, which signs staff in and adds the keys.
    Gateway,
    /// The same with single sign-on, on TLS.
    SingleSignOn,
}

/// A running nginx with a copy of the built portal that the journey may change.
#[derive(Debug)]
pub struct Host {
    /// Where the browser finds it.
    address: String,
    relay: Option<Relay>,
    /// Where nginx itself listens.
    own_address: String,
    program: PathBuf,
    gateway: Mutex<Option<Gateway>>,
    server: Mutex<Option<Server>>,
    single_sign_on: Option<SingleSignOn>,
    kind: Kind,
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
        let listen = free()?;
        let own_address = match kind {
            Kind::SingleSignOn => listen.replace("127.0.0.1", "https://localhost"),
            Kind::Plain | Kind::Gateway => format!("http://{listen}"),
        };
        let relay = network
            .map(|network| network.relay(&own_address))
            .transpose()?;
        let mut this = Self {
            address: relay
                .as_ref()
                .map_or_else(|| own_address.clone(), Relay::address),
            relay,
            own_address,
            program,
            gateway: Mutex::new(None),
            server: Mutex::new(None),
            single_sign_on: None,
            kind,
            folder,
        };
        copy(&process::dist()?, &this.dist())?;
        fs::create_dir(this.path("temporary"))?;
        let mut shipped = match kind {
            Kind::Plain => json!({
                "reseller_api": { "base_url": format!("{backend}/api/v1") },
                "organizations_api": { "base_url": backend },
            }),
            Kind::Gateway => json!({ "credentials": "gateway" }),
            Kind::SingleSignOn => json!({
                "credentials": "gateway",
                "sign_out_url": format!("/_sso/callback?logout={}/", this.own_address),
            }),
        };
        if let Some(changes) = changes {
            config::change(&mut shipped, changes);
        }
        let root = this.dist().display().to_string();
        match kind {
            Kind::Plain => {
                let written = config::write(&this.dist(), &shipped, this.folder.path())?;
                fs::copy(&written, this.dist().join("config.json"))?;
                let plain = Plain {
                    listen: &listen,
                    root: &root,
                };
                let text = host(plain, &sources::sources(&written)?);
                fs::write(this.path("site.conf"), text)?;
            }
            Kind::Gateway | Kind::SingleSignOn => {
                let keys = KEYS.map(|(_, key)| format!("{key}\n")).concat();
                this.script(&["init"], &keys)?;
                for (name, word) in [STAFF, COLLEAGUE] {
                    this.script(&["add-user", name], word)?;
                }
                let written = config::write(&this.dist(), &shipped, &this.path("secrets"))?;
                let (sign_in, listen) = match kind {
                    Kind::SingleSignOn => {
                        let socket = this.state().join("gateway.sock");
                        (SignIn::SingleSignOn, format!("unix:{}", socket.display()))
                    }
                    Kind::Plain | Kind::Gateway => (SignIn::Basic, listen.clone()),
                };
                let gateway = Gateway {
                    listen: format!("listen {listen};"),
                    root,
                    secrets: this.path("secrets").display().to_string(),
                    state: this.path("state").display().to_string(),
                    log: this.path("access.log").display().to_string(),
                    ..Gateway::new(sign_in, &sources::apis(&written)?)
                };
                *held(&this.gateway) = Some(gateway);
                this.change_gateway(|gateway| {
                    let addresses = [&mut gateway.reseller, &mut gateway.organizations];
                    for address in addresses.into_iter().flatten() {
                        backend.clone_into(address);
                    }
                })?;
            }
        }
        fs::write(this.path("nginx.conf"), this.frame())?;
        if kind == Kind::SingleSignOn {
            // Its workers are no root.
            fs::set_permissions(this.folder.path(), fs::Permissions::from_mode(0o711))?;
            let port = listen.rsplit(':').next().context("no port")?.parse()?;
            let socket = this.state().join("gateway.sock");
            this.single_sign_on = Some(SingleSignOn::start(this.folder.path(), port, &socket)?);
        }
        this.start_again()?;
        Ok(this)
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where nginx itself listens, which a slowed-down or cut network isn't in front of.
    pub fn own_address(&self) -> &str {
        &self.own_address
    }

    /// Changes what a gateway is, such as its backends; it holds from the next start on.
    pub fn change_gateway(&self, change: impl FnOnce(&mut Gateway)) -> Result<()> {
        let mut current = held(&self.gateway);
        let current = current.as_mut().context("it is no gateway")?;
        change(current);
        Ok(fs::write(self.path("site.conf"), gateway(current))?)
    }

    /// Runs the gateway's script with these arguments, and with this on its standard input.
    ///
    /// # Errors
    /// When it fails, with what it says.
    pub fn script(&self, arguments: &[&str], input: &str) -> Result<String> {
        let output = self.run_script(arguments, input)?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        anyhow::ensure!(
            output.status.success(),
            "gateway.sh {arguments:?}: {errors}"
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn run_script(&self, arguments: &[&str], input: &str) -> Result<Output> {
        let file = self.path("gateway.sh");
        if !file.is_file() {
            fs::write(&file, SCRIPT)?;
        }
        let mut child = Command::new("sh")
            .arg(file)
            .args(arguments)
            .env("CREDIT_DESK_SECRETS", self.path("secrets"))
            .env("CREDIT_DESK_STATE", self.path("state"))
            .env("CREDIT_DESK_LOG", self.path("access.log"))
            .env("CREDIT_DESK_WORKER", self.worker()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("no input to write")?;
        // A script that doesn't read it is fine.
        _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ok(child.wait_with_output()?)
    }

    /// Who its workers run as.
    fn worker(&self) -> Result<String> {
        if self.kind == Kind::SingleSignOn && process::is_root() {
            return Ok(single_sign_on::WORKER.to_owned());
        }
        let name = Command::new("id").arg("-un").output()?.stdout;
        Ok(String::from_utf8(name)?.trim().to_owned())
    }

    /// A file that the gateway reads, such as `reseller-key.conf`.
    pub fn secret(&self, name: &str) -> PathBuf {
        self.path("secrets").join(name)
    }

    /// The file with its rules.
    pub fn rules(&self) -> PathBuf {
        self.path("site.conf")
    }

    /// The folder that the gateway writes to.
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The cookie by which the gateway knows a browser that this member of staff has signed in with.
    pub fn device_cookie(&self, name: &str) -> Result<String> {
        let devices = fs::read_to_string(self.secret("devices.map"))?;
        let device = devices
            .lines()
            .find_map(|line| {
                line.strip_prefix(&format!("\"{name}\" "))?
                    .strip_suffix(';')
            })
            .with_context(|| format!("{name} has no device"))?;
        Ok(format!("credit_desk_device={device}"))
    }

    /// The gateway's access log.
    pub fn access_log_file(&self) -> PathBuf {
        self.path("access.log")
    }

    /// The content of the gateway's access log.
    pub fn access_log(&self) -> String {
        fs::read_to_string(self.access_log_file()).unwrap_or_default()
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
        if held(&self.gateway).is_some() {
            self.script(&["prepare"], "")?;
        }
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

    /// Asks nginx whether it would start with its rules.
    pub fn try_rules(&self) -> Result<()> {
        let output = Command::new(&self.program)
            .arg("-t")
            .arg("-p")
            .arg(self.folder.path())
            .args(["-c", "nginx.conf", "-e"])
            .arg(self.path("errors.log"))
            .output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "{errors}");
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
        let user = match self.kind {
            _ if !process::is_root() => String::new(),
            Kind::SingleSignOn => format!("user {};\n", single_sign_on::WORKER),
            Kind::Plain | Kind::Gateway => "user root;\n".to_owned(),
        };
        let module = match env::var("CREDIT_DESK_NGINX_HEADERS_MORE") {
            Ok(file) if file.is_empty() => String::new(),
            Ok(file) => format!("load_module {file};\n"),
            Err(_) => format!("load_module {HEADERS_MORE};\n"),
        };
        format!(
            "{module}{user}daemon off;\nworker_processes 2;\npid nginx.pid;\nerror_log /dev/stdout notice;\nerror_log errors.log warn;\n\
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
