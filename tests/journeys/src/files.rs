//! Helpers for files and folders.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

/// Copies a folder with all its files and subfolders. Symbolic links, such as the lock of a running Firefox, are
/// skipped.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let item = item?;
        let (kind, copy) = (item.file_type()?, to.join(item.file_name()));
        if kind.is_dir() {
            copy_folder(&item.path(), &copy)?;
        } else if kind.is_file() {
            fs::copy(item.path(), copy)?;
        }
    }
    Ok(())
}
