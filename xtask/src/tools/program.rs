//! A program from the machine's package manager.

use std::{env, path::PathBuf};

use anyhow::{Result, bail};

use super::system::{self, Package};
use crate::{project::Project, run};

/// Where to look for a program, and how to install it.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The name in output.
    pub label: &'static str,
    /// The environment variable that overrides its path.
    pub variable: &'static str,
    /// Its names on PATH.
    pub names: &'static [&'static str],
    /// Other possible paths.
    pub off_path: &'static [&'static str],
    /// The package that contains it.
    pub package: Package,
}

impl Program {
    /// Finds the program, and installs it if it is missing.
    pub fn ensure(&self, project: &Project) -> Result<PathBuf> {
        if let Some(found) = self.find()? {
            return Ok(found);
        }
        system::install(project, self.package, self.label)?;
        match self.find()? {
            Some(found) => Ok(found),
            None => bail!(
                "{} was installed but cannot be found; set {} to its path",
                self.label,
                self.variable
            ),
        }
    }

    fn find(&self) -> Result<Option<PathBuf>> {
        if let Some(named) = env::var_os(self.variable).filter(|value| !value.is_empty()) {
            let named = PathBuf::from(named);
            if !named.is_file() {
                bail!(
                    "{} is {}, which is not a file",
                    self.variable,
                    named.display()
                );
            }
            return Ok(Some(named));
        }
        let on_path = self.names.iter().find_map(|name| run::on_path(name));
        let off_path = self.off_path.iter().map(PathBuf::from);
        Ok(on_path.or_else(|| off_path.into_iter().find(|file| file.is_file())))
    }
}
