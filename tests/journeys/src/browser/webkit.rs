//! WebKitGTK and WebKitWebDriver.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};

use super::{
    Locale,
    display::Display,
    driver::{self, Driver},
};
use crate::process::{self, Server};

/// The browser: a script for Debian's python3, which has the WebKitGTK bindings.
const SHELL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/browser/webkit.py");
const START: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Starts WebKit on this profile with its own driver, because a WebKitWebDriver drives only one browser.
pub async fn start(profile: &Path, locale: &Locale) -> Result<(Arc<Driver>, WebDriver)> {
    let display = Display::shared()?;
    let driver = Arc::new(start_driver(profile, locale, &display).await?);
    let python = process::path("CREDIT_DESK_PYTHON", || {
        Ok(PathBuf::from("/usr/bin/python3"))
    })?;
    let mut capabilities = Capabilities::new();
    let arguments = [Path::new(SHELL), profile, Path::new(&locale.language)];
    capabilities.set(
        "webkitgtk:browserOptions",
        json!({ "binary": python, "args": arguments }),
    )?;
    let session = driver.connect(capabilities).await;
    let session = session.with_context(|| format!("cannot start {SHELL}"))?;
    Ok((driver, session))
}

async fn start_driver(profile: &Path, locale: &Locale, display: &Arc<Display>) -> Result<Driver> {
    let program = process::path("CREDIT_DESK_WEBKITWEBDRIVER", || {
        process::on_path(&["WebKitWebDriver"])
            .context("there is no WebKitWebDriver on PATH; name one in CREDIT_DESK_WEBKITWEBDRIVER")
    })?;
    let mut attempts = 0;
    loop {
        // The driver doesn't report its port, so it gets a free one. Another program may take that port first.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let folder = driver::folder()?;
        let log = folder.path().join("errors.log");
        let mut command = process::supervised_group(&program);
        command.args([format!("--port={port}"), "--host=local".to_owned()]);
        environment(&mut command, profile, display, folder.path())?;
        if let Some(zone) = &locale.timezone {
            command.env("TZ", zone);
        }
        let server = Server::spawn(command.stdout(Stdio::null()), &log)?;
        if listens(port).await {
            return Ok(Driver::new(server, port, folder).with_display(Arc::clone(display)));
        }
        attempts += 1;
        if attempts == 3 {
            let errors = fs::read_to_string(&log).unwrap_or_default();
            bail!("WebKitWebDriver does not start. Its errors: {errors}");
        }
    }
}

async fn listens(port: u16) -> bool {
    let start = Instant::now();
    while start.elapsed() < START {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    false
}

/// Sets the environment that the driver passes on to the browser: its display, and folders for everything it stores.
fn environment(
    command: &mut Command,
    profile: &Path,
    display: &Display,
    temporary: &Path,
) -> Result<()> {
    command
        .env("DISPLAY", display.name())
        .env("TMPDIR", temporary)
        // A locale that every system has. The browser's language is set separately.
        .env("LC_ALL", "C.UTF-8")
        .env("GSETTINGS_BACKEND", "memory")
        .env("NO_AT_BRIDGE", "1")
        // Without a GPU, pages would be painted by an emulated one, which is slower.
        .env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1")
        .env_remove("GTK_THEME")
        .env_remove("WAYLAND_DISPLAY");
    for (variable, part) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_RUNTIME_DIR", "run"),
    ] {
        let part = profile.join(part);
        fs::create_dir_all(&part)?;
        command.env(variable, part);
    }
    Ok(())
}

/// Deletes what pages have stored and written to the console.
///
/// Doesn't wait for the focus: without a window manager, windows never get it, and the driver sends keys to the tab
/// directly.
pub async fn reset(profile: &Path) -> Result<()> {
    command(profile, "clear-everything", Value::Null).await?;
    Ok(fs::write(profile.join("output.log"), "")?)
}

/// Resizes the window, which contains only the page.
pub async fn size(session: &WebDriver, width: u32, height: u32) -> Result<()> {
    session.set_window_rect(0, 0, width, height).await?;
    super::await_size(session, width, height).await
}

/// Returns the main process of the browser on this profile.
pub fn process(profile: &Path) -> Result<u64> {
    let file = profile.join("process");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(text.trim().parse()?)
}

/// Sends the browser a command that WebDriver doesn't have. `webkit.py` lists the commands.
#[cfg(unix)]
pub async fn command(profile: &Path, name: &str, value: Value) -> Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::UnixStream::connect(profile.join("control"))
        .await
        .context("the browser takes no commands")?;
    let line = format!("{}\n", json!({ "name": name, "value": value }));
    socket.write_all(line.as_bytes()).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    if answer.trim() != "true" {
        bail!("the browser did not carry out {name}: {answer:?}");
    }
    Ok(())
}

/// Fails: WebKitGTK runs on Unix only.
#[cfg(not(unix))]
pub async fn command(_: &Path, _: &str, _: Value) -> Result<()> {
    bail!("there is no WebKitGTK on this system")
}
