//! The files for hosts, in dist/.

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

/// Read by hosts that are handed the folder as it is.
const PAGES: [&str; 2] = ["_headers", "_redirects"];
/// What goes to servers of one's own. None of these files holds a secret, and every host that is set up by them hides the folder.
const FOLDER: &str = "_hosting";

/// Whether [`write`] has made the file of this name in dist/.
pub fn is_written(name: &Path) -> bool {
    name.starts_with(FOLDER) || PAGES.iter().any(|page| name == Path::new(page))
}

/// Writes all of them, for the backends of `config` (the folder's own config.json, unless another is named).
///
/// # Errors
/// When the configuration cannot be used, or a file not be written.
pub fn write(dist: &Path, config: Option<&Path>) -> Result<()> {
    let own = dist.join("config.json");
    let config = config.unwrap_or(&own);
    let sources = config::sources(config)?;
    let apis = config::apis(config)?;
    let host = nginx::Host {
        listen: "127.0.0.1:8080",
        root: "/srv/credit-desk/dist",
    };
    put(
        dist,
        "_headers",
        &pages::headers_file(&names(dist)?, &sources),
    )?;
    put(dist, "_redirects", &pages::redirects_file())?;
    put(dist, "_hosting/nginx.conf", &nginx::host(host, &sources))?;
    for (name, sign_in) in [
        ("_hosting/gateway.conf", SignIn::Basic),
        ("_hosting/gateway-sso.conf", SignIn::SingleSignOn),
    ] {
        put(dist, name, &gateway(&Gateway::new(sign_in, &apis)))?;
    }
    put(dist, "_hosting/gateway.sh", gateway::SCRIPT)?;
    for (name, text) in gateway::SINGLE_SIGN_ON {
        put(dist, &format!("{FOLDER}/{name}"), text)?;
    }
    put(
        dist,
        "_hosting/Caddyfile",
        &caddyfile("127.0.0.1:8080", host.root, &sources),
    )
}

/// The paths of the files that are served, without the compressed copies beside them.
fn names(dist: &Path) -> Result<Vec<String>> {
    let (mut folders, mut names) = (vec![PathBuf::new()], Vec::new());
    while let Some(folder) = folders.pop() {
        let here = dist.join(&folder);
        let entries =
            fs::read_dir(&here).with_context(|| format!("cannot read {}", here.display()))?;
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

/// Left alone where it is so already: a host that follows the folder need not notice.
fn put(dist: &Path, name: &str, text: &str) -> Result<()> {
    let file = dist.join(name);
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}
