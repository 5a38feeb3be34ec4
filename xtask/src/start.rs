//! Runs the portal on the sandbox, to try it out.

use std::{
    io::{BufRead as _, BufReader, ErrorKind},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::Mutex,
};

use anyhow::{Context as _, Result, bail};

use crate::{dist, flags, output, project::Project, run, sandbox};

/// The keys that sign in to the sandbox's initial ledger.
const RESELLER_KEY: &str = "demo-reseller-key";
const ORGANIZATIONS_KEY: &str = "lp_test_demo";

/// `cargo xtask start`.
pub fn start(project: &Project, flags: &flags::Start) -> Result<ExitCode> {
    // Before the build, so that nobody waits minutes for this error.
    check_port(flags.port)?;
    let ledger = ledger(project, flags)?;
    let dist = if flags.dev {
        dist::dev(project)?
    } else {
        dist::ensure(project)?;
        project.dist()
    };
    let mut server = sandbox::build(project)?;
    server
        .args(["--port", &flags.port.to_string()])
        .arg("--db")
        .arg(&ledger)
        .arg("--dist")
        .arg(&dist);
    if flags.dev {
        // Only a release build replaces the code that sets `innerHTML` (`dist::templates`).
        server.arg("--allow-html");
    }
    if flags.fresh {
        server.arg("--fresh");
    }
    if let Some(rows) = flags.rows {
        server.args(["--rows", &rows.to_string()]);
    }
    let watch = if flags.dev {
        Some(Watch::start(&mut dist::dev_watch(project)?)?)
    } else {
        None
    };
    let status = serve(&mut server, |address| {
        welcome(project, address, &ledger, watch.is_some())
    })?;
    drop(watch);
    output::line(if status.success() {
        "Stopped."
    } else {
        "The sandbox exited with an error."
    });
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!(
                "port {port} is in use, perhaps by another `cargo xtask start`. Choose another: cargo xtask start --port {}",
                port.wrapping_add(1).max(1024)
            )
        }
        Err(error) => Err(error)
            .with_context(|| format!("cannot listen on port {port}; choose another with --port")),
    }
}

/// Returns the path of the ledger, which is kept between runs.
fn ledger(project: &Project, flags: &flags::Start) -> Result<PathBuf> {
    let ledger = project.root.join(".sandbox").join("ledger.db");
    if flags.rows.is_some() && !flags.fresh && ledger.exists() {
        bail!(
            "--rows fills a new ledger, but one exists already: add --fresh (the movements made so far are discarded)"
        );
    }
    Ok(ledger)
}

/// Runs the server until it is stopped. The server watches its standard input, so it also stops if this process is
/// killed.
fn serve(server: &mut Command, welcome: impl Fn(&str)) -> Result<std::process::ExitStatus> {
    let mut child = server
        .arg("--stop-with-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{}`", run::display(server)))?;
    let stdin = Mutex::new(child.stdin.take());
    ctrlc::set_handler(move || drop(stdin.lock().map(|mut stdin| stdin.take())))
        .context("cannot listen for Ctrl-C")?;

    let output = child.stdout.take().context("no output to read")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        match line.strip_prefix("listening on ") {
            Some(address) => welcome(address.trim()),
            None => output::line(line),
        }
    }
    Ok(child.wait()?)
}

fn welcome(project: &Project, address: &str, ledger: &Path, dev: bool) {
    output::heading(format_args!("Credit Desk is at {address}"));
    output::line(format_args!(
        "
  Sign in with    reseller key       {RESELLER_KEY}
                  organizations key  {ORGANIZATIONS_KEY}
  The ledger      {} (--fresh starts over)
  {}To stop         Ctrl-C
",
        project.short(ledger),
        if dev {
            "Sources         watched: reload the page after a change\n  "
        } else {
            ""
        },
    ));
}

/// The process that rebuilds after changes, for as long as the server runs.
struct Watch(Child);

impl Watch {
    fn start(trunk: &mut Command) -> Result<Self> {
        Ok(Self(trunk.stdin(Stdio::null()).spawn().with_context(
            || format!("cannot run `{}`", run::display(trunk)),
        )?))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_a_port_in_use_names_the_flag() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let message = check_port(port).unwrap_err().to_string();
        assert!(
            message.contains(&port.to_string()) && message.contains("--port"),
            "{message}"
        );
        check_port(0).unwrap();
    }
}
