//! Writes the files for hosts into dist/.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    caddy::caddyfile,
    config,
    gateway::{self, Gateway, SignIn, gateway},
    nginx, pages,
};

/// Read by hosts to which the folder is deployed as it is.
const PAGES: [&str; 2] = ["_headers", "_redirects"];
/// For self-managed servers. None of these files contains a secret, and every host configured by them hides the folder.
const FOLDER: &str = "_hosting";

/// Returns whether [`write`] creates the file with this path below dist/.
pub fn is_written(name: &Path) -> bool {
    name.starts_with(FOLDER) || PAGES.iter().any(|page| name == Path::new(page))
}

/// Writes all files for hosts, for the services in `config` (by default dist/config.json).
///
/// # Errors
/// If the configuration cannot be used or a file cannot be written.
pub fn write(dist: &Path, config: Option<&Path>) -> Result<()> {
    let own = dist.join("config.json");
    let config = config.unwrap_or(&own);
    let sources = config::policy_sources(config)?;
    let apis = config::apis(config)?;
    let host = nginx::Host {
        listen: "127.0.0.1:8080",
        root: "/srv/credit-desk/dist",
    };
    write_if_changed(
        dist,
        "_headers",
        &pages::headers_file(&names(dist)?, &sources),
    )?;
    write_if_changed(dist, "_redirects", &pages::redirects_file())?;
    write_if_changed(dist, "_hosting/nginx.conf", &nginx::host(host, &sources))?;
    for (name, sign_in) in [
        ("_hosting/gateway.conf", SignIn::Basic),
        ("_hosting/gateway-sso.conf", SignIn::SingleSignOn),
    ] {
        write_if_changed(dist, name, &gateway(&Gateway::new(sign_in, &apis)))?;
    }
    write_if_changed(dist, "_hosting/gateway.sh", gateway::SCRIPT)?;
    for (name, text) in gateway::SINGLE_SIGN_ON {
        write_if_changed(dist, &format!("{FOLDER}/{name}"), text)?;
    }
    write_if_changed(
        dist,
        "_hosting/Caddyfile",
        &caddyfile("127.0.0.1:8080", host.root, &sources),
    )
}

/// Returns the paths of the files to serve, without their compressed copies.
fn names(dist: &Path) -> Result<Vec<String>> {
    let (mut folders, mut names) = (vec![PathBuf::new()], Vec::new());
    while let Some(folder) = folders.pop() {
        let path = dist.join(&folder);
        let entries =
            fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.to_string_lossy().replace('\\', "/");
            if !is_written(&path) && !name.ends_with(".br") && !name.ends_with(".gz") {
                names.push(format!("/{name}"));
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Writes a file unless it already has this text, so that a host watching the folder sees no change.
fn write_if_changed(dist: &Path, name: &str, text: &str) -> Result<()> {
    let file = dist.join(name);
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}
