//! The folder with the tools, shared by every clone on the machine.

use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::output;

/// The cache folder.
#[derive(Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Finds the folder: `$CREDIT_DESK_CACHE`, or else the user's cache folder.
    pub fn find() -> Result<Self> {
        let folder = |name: &str| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let root = folder("CREDIT_DESK_CACHE")
            .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("credit-desk")))
            .or_else(|| env::home_dir().map(|home| home.join(".cache").join("credit-desk")));
        let Some(root) = root else {
            bail!("there is no home folder; set CREDIT_DESK_CACHE to a folder for the tools")
        };
        // Absolute, because cargo and npm run in another folder.
        Ok(Self {
            root: std::path::absolute(root)?,
        })
    }

    /// Returns the folder of everything that clones share.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder of a completely installed tool.
    pub fn tool(&self, folder: &str) -> PathBuf {
        self.root.join("tools").join(folder)
    }

    /// Returns the log file of an installation.
    pub fn log(&self, folder: &str) -> PathBuf {
        self.root.join("logs").join(format!("{folder}.log"))
    }

    /// Returns the folder in which tools are compiled. They share it, so that common dependencies are compiled once.
    pub fn builds(&self) -> PathBuf {
        self.root.join("build")
    }

    /// Frees the space of [`Self::builds`].
    pub fn remove_builds(&self) {
        _ = fs::remove_dir_all(self.builds());
    }

    /// Waits for other runs that are installing. The lock is released with the file, however this program ends.
    pub fn lock(&self) -> Result<File> {
        let tools = self.root.join("tools");
        fs::create_dir_all(&tools).with_context(|| format!("cannot create {}", tools.display()))?;
        let file = File::create(tools.join(".lock"))
            .with_context(|| format!("cannot write in {}", tools.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                output::line("Another run is installing tools: waiting for it …");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).context("cannot lock the tools' folder");
            }
        }
        Ok(file)
    }

    /// Lets `install` fill a temporary folder, and moves that into place in one step, so that an installed tool is
    /// always complete.
    pub fn install(&self, folder: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let target = self.tool(folder);
        let partial = self.tool(&format!(".partial-{folder}"));
        for leftover in [&partial, &target] {
            if leftover.exists() {
                fs::remove_dir_all(leftover)
                    .with_context(|| format!("cannot remove {}", leftover.display()))?;
            }
        }
        fs::create_dir_all(&partial)
            .with_context(|| format!("cannot create {}", partial.display()))?;
        install(&partial)?;
        fs::rename(&partial, &target)
            .with_context(|| format!("cannot move {} into place", partial.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(name: &str) -> Cache {
        let root = env::temp_dir().join(format!("credit-desk-xtask-{}-{name}", std::process::id()));
        _ = fs::remove_dir_all(&root);
        Cache { root }
    }

    #[test]
    fn a_failed_installation_installs_nothing() {
        let cache = cache("failed");
        let result = cache.install("tool-1.0.0", |folder| {
            fs::write(folder.join("half"), "")?;
            bail!("the network went away")
        });
        assert!(result.is_err());
        assert!(!cache.tool("tool-1.0.0").exists());
        fs::remove_dir_all(cache.root).unwrap();
    }

    #[test]
    fn leftovers_do_not_end_up_in_a_finished_tool() {
        let cache = cache("leftovers");
        for folder in ["tool-1.0.0", ".partial-tool-1.0.0"] {
            fs::create_dir_all(cache.tool(folder)).unwrap();
            fs::write(cache.tool(folder).join("half"), "").unwrap();
        }
        cache
            .install("tool-1.0.0", |folder| {
                Ok(fs::write(folder.join("whole"), "")?)
            })
            .unwrap();
        assert!(cache.tool("tool-1.0.0").join("whole").is_file());
        assert!(!cache.tool("tool-1.0.0").join("half").exists());
        fs::remove_dir_all(cache.root).unwrap();
    }

    #[test]
    fn only_one_run_holds_the_lock() {
        let cache = cache("lock");
        let lock = cache.lock().unwrap();
        let second = File::open(cache.root.join("tools/.lock")).unwrap();
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(lock);
        second.try_lock().unwrap();
        fs::remove_dir_all(cache.root).unwrap();
    }
}
