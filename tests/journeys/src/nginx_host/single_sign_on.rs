//! Single sign-on in front of a gateway: Apache with the site configuration that the project ships, and an OpenID
//! provider that accepts any name.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use credit_desk_hosting::gateway::SINGLE_SIGN_ON;

use crate::process::{self, Server};

const PROVIDER: &str = include_str!("provider.mjs");
/// The user that Debian's servers run as.
pub const WORKER: &str = "www-data";
const SECRET: &str = "test-secret-test-secret-test-secret";
const MODULES: [&str; 12] = [
    "mpm_event",
    "authn_core",
    "authz_core",
    "authz_user",
    "reqtimeout",
    "socache_shmcb",
    "ssl",
    "headers",
    "rewrite",
    "proxy",
    "proxy_http",
    "auth_openidc",
];

/// A running Apache and its provider.
#[derive(Debug)]
pub struct SingleSignOn {
    _provider: Server,
    _apache: Server,
}

impl SingleSignOn {
    /// Starts both in `folder`, for a portal at `https://localhost:PORT` whose gateway listens on `socket`.
    pub fn start(folder: &Path, port: u16, socket: &Path) -> Result<Self> {
        let file = |name: &str| folder.join(name);
        let node = process::on_path(&["node", "nodejs"]).context("there is no node on PATH")?;
        fs::write(file("provider.mjs"), PROVIDER)?;
        let mut provider = process::supervised(&node);
        provider
            .arg(file("provider.mjs"))
            .arg(format!("https://localhost:{port}"));
        let listening = |line: &str| line.strip_prefix("listening ")?.parse::<u16>().ok();
        let (provider, provider_port) =
            Server::start(&mut provider, &file("provider.log"), listening)?;

        for (name, text) in SINGLE_SIGN_ON {
            fs::write(file(name), text)?;
        }
        certificate(folder)?;
        fs::create_dir_all(file("sessions"))?;
        if process::is_root() {
            run(Command::new("chown")
                .args([WORKER, "sessions"])
                .current_dir(folder))?;
        }
        let mut settings = fs::read_to_string(file("sso-settings.conf"))?;
        for (name, value) in [
            ("DESK_LISTEN", format!("127.0.0.1:{port}")),
            ("DESK_HOST", format!("localhost:{port}")),
            ("DESK_CERT", file("tls.crt").display().to_string()),
            ("DESK_CERT_KEY", file("tls.key").display().to_string()),
            (
                "DESK_PROVIDER",
                format!("http://127.0.0.1:{provider_port}/.well-known/openid-configuration"),
            ),
            ("DESK_SOCKET", socket.display().to_string()),
            ("DESK_CACHE", file("sessions").display().to_string()),
        ] {
            settings = define(&settings, name, &value)?;
        }
        let settings = settings
            .replace("from the provider", SECRET)
            .replace("\"random\"", &format!("\"{SECRET}\""));
        fs::write(file("sso-settings.conf"), settings)?;
        let site = fs::read_to_string(file("sso.conf"))?.replace(
            "Include /etc/credit-desk/sso-settings.conf",
            &format!("Include {}", file("sso-settings.conf").display()),
        );
        fs::write(file("sso.conf"), site)?;
        fs::write(file("httpd.conf"), apache_conf(folder, port)?)?;
        let program = process::path("CREDIT_DESK_APACHE", || {
            process::on_path(&["apache2", "httpd"])
                .or_else(|| Some(PathBuf::from("/usr/sbin/apache2")).filter(|file| file.is_file()))
                .context("there is no Apache on PATH; name one in CREDIT_DESK_APACHE")
        })?;
        let mut apache = process::supervised(&program);
        apache
            .arg("-d")
            .arg(folder)
            .arg("-f")
            .arg(file("httpd.conf"))
            .arg("-DFOREGROUND")
            .env("APACHE_LOG_DIR", folder);
        let ready = |line: &str| line.contains("resuming normal operations").then_some(());
        let (apache, ()) = Server::start(&mut apache, &file("apache.log"), ready)?;
        Ok(Self {
            _provider: provider,
            _apache: apache,
        })
    }
}

/// Replaces the value of a setting.
fn define(settings: &str, name: &str, value: &str) -> Result<String> {
    let is_setting = |line: &&str| line.starts_with(&format!("Define {name} "));
    let old = settings.lines().find(is_setting);
    let old = old.with_context(|| format!("the settings have no {name}"))?;
    Ok(settings.replace(old, &format!("Define {name} {value}")))
}

/// Returns the parts of a system's apache2.conf that surround the site.
fn apache_conf(folder: &Path, port: u16) -> Result<String> {
    let modules = process::path("CREDIT_DESK_APACHE_MODULES", || {
        Ok(PathBuf::from("/usr/lib/apache2/modules"))
    })?;
    let load: String = MODULES
        .iter()
        .map(|name| {
            format!(
                "LoadModule {name}_module {}/mod_{name}.so\n",
                modules.display()
            )
        })
        .collect();
    let user = if process::is_root() {
        format!("User {WORKER}\nGroup {WORKER}\n")
    } else {
        String::new()
    };
    let folder = folder.display();
    Ok(format!(
        "{load}{user}ServerRoot {folder}\nServerName localhost\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\n\
         ErrorLog /dev/stdout\nLogLevel notice\nStartServers 1\nThreadsPerChild 8\nMaxRequestWorkers 16\nMinSpareThreads 1\n\
         MaxSpareThreads 16\nListen 127.0.0.1:{port}\nInclude {folder}/sso.conf\n"
    ))
}

fn certificate(folder: &Path) -> Result<()> {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        "tls.key",
        "-out",
        "tls.crt",
    ]);
    run(&mut command)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {errors}");
    Ok(())
}
