//! A real nginx that serves the portal, with the rules that the project generates for it.

mod single_sign_on;

use std::{
    env, fs,
    io::Write as _,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Mutex,
};

use anyhow::{Context as _, Result};
use credit_desk_hosting::{
    config as services,
    gateway::{Gateway, SCRIPT, SignIn, gateway},
    nginx::{Host as PlainHost, host},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use self::single_sign_on::SingleSignOn;
use crate::{
    config, files,
    network::{Network, Relay},
    process::{self, Server},
    sync::lock,
};

/// A user who may sign in at a journey's gateway.
pub const STAFF: (&str, &str) = ("clerk", "month-end");
/// Another such user.
pub const COLLEAGUE: (&str, &str) = ("colleague", "quarter-end");
/// The API keys that a journey's gateway adds.
pub const KEYS: [(&str, &str); 2] = [
    ("reseller", "demo-reseller-key"),
    ("organizations", "lp_test_demo"),
];

/// Where Debian installs the module that lets a gateway clear a vendor's headers.
const HEADERS_MORE: &str = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so";

/// How the portal is hosted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// Plain files. The APIs are elsewhere, and users enter their keys.
    Plain,
    /// Files and APIs on one host, which signs users in and adds the keys.
    Gateway,
    /// A gateway with single sign-on over TLS.
    SingleSignOn,
}

/// A running nginx with a copy of the built portal that the journey may change.
#[derive(Debug)]
pub struct NginxHost {
    /// The address that the browser uses.
    address: String,
    relay: Option<Relay>,
    /// The address that the server itself listens on.
    own_address: String,
    program: PathBuf,
    gateway: Mutex<Option<Gateway>>,
    server: Mutex<Option<Server>>,
    single_sign_on: Option<SingleSignOn>,
    kind: HostKind,
    folder: TempDir,
}

impl NginxHost {
    /// Starts a host in front of the service at this address.
    pub(crate) fn start(
        kind: HostKind,
        service: &str,
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
        let listen = free_address()?;
        let own_address = match kind {
            HostKind::SingleSignOn => listen.replace("127.0.0.1", "https://localhost"),
            HostKind::Plain | HostKind::Gateway => format!("http://{listen}"),
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
        files::copy_folder(&process::dist()?, &this.dist())?;
        fs::create_dir(this.path("temporary"))?;
        let mut shipped = match kind {
            HostKind::Plain => json!({
                "reseller_api": { "base_url": format!("{service}/api/v1") },
                "organizations_api": { "base_url": service },
            }),
            HostKind::Gateway => json!({ "credentials": "gateway" }),
            HostKind::SingleSignOn => json!({
                "credentials": "gateway",
                "sign_out_url": format!("/_sso/callback?logout={}/", this.own_address),
            }),
        };
        if let Some(changes) = changes {
            config::change(&mut shipped, changes);
        }
        let root = this.dist().display().to_string();
        match kind {
            HostKind::Plain => {
                let config_file = config::write(&this.dist(), &shipped, this.folder.path())?;
                fs::copy(&config_file, this.dist().join("config.json"))?;
                let plain = PlainHost {
                    listen: &listen,
                    root: &root,
                };
                let text = host(plain, &services::policy_sources(&config_file)?);
                fs::write(this.path("site.conf"), text)?;
            }
            HostKind::Gateway | HostKind::SingleSignOn => {
                let keys = KEYS.map(|(_, key)| format!("{key}\n")).concat();
                this.script(&["init"], &keys)?;
                for (name, password) in [STAFF, COLLEAGUE] {
                    this.script(&["add-user", name], password)?;
                }
                let config_file = config::write(&this.dist(), &shipped, &this.path("secrets"))?;
                let (sign_in, listen) = match kind {
                    HostKind::SingleSignOn => {
                        let socket = this.state().join("gateway.sock");
                        (SignIn::SingleSignOn, format!("unix:{}", socket.display()))
                    }
                    HostKind::Plain | HostKind::Gateway => (SignIn::Basic, listen.clone()),
                };
                let gateway = Gateway {
                    listen: format!("listen {listen};"),
                    root,
                    secrets: this.path("secrets").display().to_string(),
                    state: this.path("state").display().to_string(),
                    log: this.path("access.log").display().to_string(),
                    ..Gateway::new(sign_in, &services::apis(&config_file)?)
                };
                *lock(&this.gateway) = Some(gateway);
                this.change_gateway(|gateway| {
                    let addresses = [&mut gateway.reseller, &mut gateway.organizations];
                    for address in addresses.into_iter().flatten() {
                        service.clone_into(address);
                    }
                })?;
            }
        }
        fs::write(this.path("nginx.conf"), this.nginx_conf())?;
        if kind == HostKind::SingleSignOn {
            // Apache's workers don't run as root.
            fs::set_permissions(this.folder.path(), fs::Permissions::from_mode(0o711))?;
            let port = listen.rsplit(':').next().context("no port")?.parse()?;
            let socket = this.state().join("gateway.sock");
            this.single_sign_on = Some(SingleSignOn::start(this.folder.path(), port, &socket)?);
        }
        this.start_again()?;
        Ok(this)
    }

    /// Returns the address that the browser uses: `http://127.0.0.1:PORT`, or `https://localhost:PORT` with
    /// single sign-on.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the address that the server itself listens on, which a slowed or cut network doesn't affect.
    pub fn own_address(&self) -> &str {
        &self.own_address
    }

    /// Changes the gateway's settings, such as its services. The change applies from the next start.
    pub fn change_gateway(&self, change: impl FnOnce(&mut Gateway)) -> Result<()> {
        let mut current = lock(&self.gateway);
        let current = current.as_mut().context("the host is not a gateway")?;
        change(current);
        Ok(fs::write(self.path("site.conf"), gateway(current))?)
    }

    /// Runs the gateway's script with these arguments and this standard input.
    ///
    /// # Errors
    /// If the script fails, with its error output.
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
        // The script may exit without reading it.
        _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ok(child.wait_with_output()?)
    }

    /// Returns the user that the workers run as.
    fn worker(&self) -> Result<String> {
        if self.kind == HostKind::SingleSignOn && process::is_root() {
            return Ok(single_sign_on::WORKER.to_owned());
        }
        let name = Command::new("id").arg("-un").output()?.stdout;
        Ok(String::from_utf8(name)?.trim().to_owned())
    }

    /// Returns the path of a file that the gateway reads, such as `reseller-key.conf`.
    pub fn secret(&self, name: &str) -> PathBuf {
        self.path("secrets").join(name)
    }

    /// Returns the path of the nginx rules.
    pub fn rules(&self) -> PathBuf {
        self.path("site.conf")
    }

    /// Returns the folder that the gateway writes to.
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// Returns the cookie that identifies a browser in which this user has signed in.
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

    /// Returns the path of the gateway's access log.
    pub fn access_log_file(&self) -> PathBuf {
        self.path("access.log")
    }

    /// Returns the content of the gateway's access log.
    pub fn access_log(&self) -> String {
        fs::read_to_string(self.access_log_file()).unwrap_or_default()
    }

    /// Returns the copy of the built portal, which may be changed at run time.
    pub fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// Returns the file in the copy of the built portal whose name ends with `suffix`, such as `_bg.wasm`.
    pub fn file(&self, suffix: &str) -> Result<PathBuf> {
        let named = |file: &PathBuf| file.to_string_lossy().ends_with(suffix);
        fs::read_dir(self.dist())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(named)
            .with_context(|| format!("dist/ has no file that ends with {suffix}"))
    }

    /// Returns the name of [`NginxHost::file`] as the page refers to it.
    pub fn name(&self, suffix: &str) -> Result<String> {
        let file = self.file(suffix)?;
        let name = file.file_name().context("it has no name")?;
        Ok(name.to_string_lossy().into_owned())
    }

    /// Replaces the content of a file, and deletes its compressed copies.
    pub fn put(&self, file: &Path, bytes: &[u8]) -> Result<()> {
        fs::write(file, bytes)?;
        self.remove_compressed(file)
    }

    /// Deletes a file and its compressed copies.
    pub fn remove(&self, file: &Path) -> Result<()> {
        fs::remove_file(file)?;
        self.remove_compressed(file)
    }

    fn remove_compressed(&self, file: &Path) -> Result<()> {
        for extension in ["br", "gz"] {
            let copy = PathBuf::from(format!("{}.{extension}", file.display()));
            if copy.is_file() {
                fs::remove_file(copy)?;
            }
        }
        Ok(())
    }

    /// Replaces text in the nginx rules. The change applies from the next start.
    ///
    /// # Errors
    /// If the rules don't contain `from`.
    pub fn change_rules(&self, from: &str, to: &str) -> Result<()> {
        let text = fs::read_to_string(self.path("site.conf"))?;
        let changed = text.replace(from, to);
        anyhow::ensure!(changed != text, "the rules do not contain {from:?}");
        Ok(fs::write(self.path("site.conf"), changed)?)
    }

    /// Stops nginx at once: responses in progress are cut off.
    pub fn stop(&self) {
        self.set_server_running(false);
        drop(lock(&self.server).take());
    }

    fn set_server_running(&self, running: bool) {
        if let Some(relay) = &self.relay {
            // The relay ends with the journey.
            _ = relay.set_server_running(running);
        }
    }

    /// Starts nginx again after [`NginxHost::stop`], on the same port.
    pub fn start_again(&self) -> Result<()> {
        if lock(&self.gateway).is_some() {
            self.script(&["prepare"], "")?;
        }
        let mut command = process::supervised(&self.program);
        command
            .arg("-p")
            .arg(self.folder.path())
            .args(["-c", "nginx.conf", "-e"])
            .arg(self.path("errors.log"));
        let ready = |line: &str| line.contains("start worker process ").then_some(());
        let (server, ()) = Server::start(&mut command, &self.path("output.log"), ready)?;
        *lock(&self.server) = Some(server);
        self.set_server_running(true);
        Ok(())
    }

    /// Checks the nginx rules with `nginx -t`.
    pub fn check_rules(&self) -> Result<()> {
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

    /// Stops nginx and starts it again.
    pub fn restart(&self) -> Result<()> {
        self.stop();
        self.start_again()
    }

    /// Kills the workers, as a crash would. Connections break, and nginx starts new workers.
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

    /// Returns the content of the error log.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.path("errors.log")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the parts of a system's nginx.conf that surround the rules, adapted for running without root.
    fn nginx_conf(&self) -> String {
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("    {name}_temp_path temporary/{name};\n"))
            .concat();
        // Workers started by root would otherwise run as a user who can't read the journey's folder.
        let user = match self.kind {
            _ if !process::is_root() => String::new(),
            HostKind::SingleSignOn => format!("user {};\n", single_sign_on::WORKER),
            HostKind::Plain | HostKind::Gateway => "user root;\n".to_owned(),
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

/// Returns a free port, as `127.0.0.1:PORT`.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .to_string())
}
