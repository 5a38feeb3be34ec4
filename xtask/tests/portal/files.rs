//! Finds the files to check.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns all files below `folder`, except generated ones.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_generated = path.ends_with("target") || path.ends_with("node_modules");
            if path.is_dir() && !is_generated {
                folders.push(path);
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files
}
