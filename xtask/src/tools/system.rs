//! Installs packages with the machine's own package manager.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{output, project::Project, run};

/// A package, whose name differs between package managers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// Chromium and its driver.
    Browser,
    /// npm, and node with it.
    Npm,
    /// nginx.
    Nginx,
    /// nginx's module that clears headers.
    NginxHeadersMore,
    /// Apache with mod_auth_openidc.
    Apache,
    /// LibreOffice Calc.
    Office,
    /// Firefox. Its driver is a pinned tool.
    Firefox,
    /// WebKit with its driver, its Python bindings, and a virtual display.
    WebKit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Apt,
    Dnf,
    Pacman,
    Apk,
    Zypper,
    Brew,
}

impl Manager {
    const ALL: [Self; 6] = [
        Self::Apt,
        Self::Dnf,
        Self::Pacman,
        Self::Apk,
        Self::Zypper,
        Self::Brew,
    ];

    fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Apk => "apk",
            Self::Zypper => "zypper",
            Self::Brew => "brew",
        }
    }

    fn find() -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|manager| run::on_path(manager.program()).is_some())
    }

    /// Returns the commands that install the package, without `sudo`; `None` if this package manager doesn't have it.
    fn commands(self, package: Package, ubuntu: bool) -> Option<Vec<String>> {
        let (browser, npm) = match self {
            Self::Apt if ubuntu => ("chromium-browser chromium-chromedriver", "npm"),
            Self::Apt => ("chromium chromium-driver", "npm"),
            Self::Dnf => ("chromium chromedriver", "nodejs-npm"),
            Self::Pacman => ("chromium", "npm"),
            Self::Apk => ("chromium chromium-chromedriver", "npm"),
            Self::Zypper => ("chromium chromedriver", "npm-default"),
            Self::Brew => ("--cask google-chrome chromedriver", "node"),
        };
        let names = match package {
            Package::Browser => browser,
            Package::Npm => npm,
            Package::Nginx => "nginx",
            Package::NginxHeadersMore => match self {
                Self::Apt => "libnginx-mod-http-headers-more-filter",
                Self::Dnf => "nginx-mod-headers-more",
                Self::Pacman => "nginx-mod-headers-more",
                Self::Apk => "nginx-mod-http-headers-more",
                // Neither has a package for it.
                Self::Zypper | Self::Brew => return None,
            },
            Package::Apache => match self {
                Self::Apt => "apache2-bin libapache2-mod-auth-openidc",
                Self::Dnf => "httpd mod_auth_openidc mod_ssl",
                Self::Zypper => "apache2 apache2-mod_auth_openidc",
                Self::Apk => "apache2 apache2-ssl apache2-proxy apache-mod-auth-openidc",
                // Neither has a package for the module.
                Self::Pacman | Self::Brew => return None,
            },
            Package::Office => match self {
                Self::Apt | Self::Dnf | Self::Apk | Self::Zypper => "libreoffice-calc",
                Self::Pacman => "libreoffice-still",
                Self::Brew => "--cask libreoffice",
            },
            Package::Firefox => match self {
                // Ubuntu's is a snap, which cannot access a profile in the temporary folder.
                Self::Apt if ubuntu => return None,
                Self::Apt => "firefox-esr",
                Self::Zypper => "MozillaFirefox",
                Self::Brew => "--cask firefox",
                Self::Dnf | Self::Pacman | Self::Apk => "firefox",
            },
            Package::WebKit => match self {
                Self::Apt => "webkit2gtk-driver python3-gi gir1.2-webkit2-4.1 xvfb",
                _ => return None,
            },
        };
        Some(match self {
            Self::Apt if matches!(package, Package::Nginx | Package::NginxHeadersMore) => vec![
                "apt-get update".to_owned(),
                // Debian starts a server as soon as it is installed, except in this runlevel.
                format!("env RUNLEVEL=1 apt-get install -y --no-install-recommends {names}"),
            ],
            Self::Apt => vec![
                "apt-get update".to_owned(),
                format!("apt-get install -y --no-install-recommends {names}"),
            ],
            Self::Dnf => vec![format!("dnf install -y {names}")],
            Self::Pacman => vec![format!("pacman -Sy --noconfirm --needed {names}")],
            Self::Apk => vec![format!("apk add {names}")],
            Self::Zypper => vec![format!("zypper --non-interactive install {names}")],
            Self::Brew => vec![format!("brew install {names}")],
        })
    }
}

/// Installs the package, or fails with the commands to type.
pub fn install(project: &Project, package: Package, what: &str) -> Result<()> {
    let Some(manager) = Manager::find() else {
        bail!(
            "{what} is missing, and no supported package manager is on PATH; install {what} manually"
        );
    };
    let ubuntu = fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    let Some(commands) = manager.commands(package, ubuntu) else {
        bail!(
            "{what} is missing, and xtask does not know how to install it with {}; install {what} manually",
            manager.program()
        );
    };
    // Homebrew refuses to run as root; the others require it.
    let prefix: &[&str] = if manager == Manager::Brew || is_root() {
        &[]
    } else if run::capture(Command::new("sudo").args(["-n", "true"])).is_some() {
        &["sudo", "-n"]
    } else {
        let sudo_commands: Vec<_> = commands
            .iter()
            .map(|command| format!("sudo {command}"))
            .collect();
        bail!(
            "{what} is missing, and installing it requires root. Run this, then try again:\n\n  {}\n",
            sudo_commands.join(" && ")
        );
    };

    let job = output::job(format_args!(
        "{what}: installing with {} (once) …",
        manager.program()
    ));
    for command in &commands {
        let words: Vec<_> = prefix.iter().copied().chain(command.split(' ')).collect();
        let log = project
            .state_dir()?
            .join(format!("{}.log", manager.program()));
        let mut program = run::program(project, words[0]);
        program
            .args(&words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive");
        run::logged(&mut program, &log)?;
    }
    job.done(format_args!("{what}: done"));
    Ok(())
}

/// Returns npm, installed if needed.
pub fn npm(project: &Project) -> Result<PathBuf> {
    // On Windows npm is a script, which only a shell finds by its bare name.
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let find = || {
        let path = env::var_os("PATH")?;
        env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    if find().is_none() {
        install(project, Package::Npm, "npm")?;
    }
    match find() {
        Some(npm) => Ok(npm),
        None => bail!("npm is not on PATH; it comes with node: https://nodejs.org"),
    }
}

/// Returns whether this process runs as root. Reads /proc if it exists, so that no library is needed.
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let uid = fs::metadata("/proc/self").map(|process| process.uid()).ok();
    uid.map_or_else(
        || run::capture(Command::new("id").arg("-u")).as_deref() == Some("0"),
        |uid| uid == 0,
    )
}

/// Always false: this system has no root user.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_ubuntu_name_the_browser_differently() {
        let last = |ubuntu| {
            Manager::Apt
                .commands(Package::Browser, ubuntu)
                .and_then(|mut commands| commands.pop())
                .unwrap()
        };
        assert!(last(false).ends_with("chromium chromium-driver"));
        assert!(last(true).ends_with("chromium-browser chromium-chromedriver"));
    }

    #[test]
    fn every_manager_installs_every_package_it_has() {
        for manager in Manager::ALL {
            let mut packages = vec![Package::Browser, Package::Npm, Package::Nginx];
            packages.extend([Package::Office, Package::Firefox]);
            if manager == Manager::Apt {
                packages.push(Package::WebKit);
            }
            if !matches!(manager, Manager::Pacman | Manager::Brew) {
                packages.push(Package::Apache);
            }
            if !matches!(manager, Manager::Zypper | Manager::Brew) {
                packages.push(Package::NginxHeadersMore);
            }
            for package in packages {
                let commands = manager.commands(package, false).unwrap();
                assert!(
                    commands
                        .iter()
                        .all(|command| command.contains(manager.program())),
                    "{commands:?}"
                );
            }
        }
    }
}
