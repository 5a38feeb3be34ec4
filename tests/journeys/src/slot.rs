//! Limits how many journeys run at the same time, across all test programs.

use std::{
    env,
    fs::{self, File, TryLockError},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

/// Environment variable with a folder that holds one file per journey that may run at the same time.
const VARIABLE: &str = "CREDIT_DESK_SLOTS";
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Waits for a free slot, and holds it until the returned file is dropped. Without [`VARIABLE`] there is no limit.
pub fn take() -> Result<Option<File>> {
    let Some(folder) = env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) else {
        return Ok(None);
    };
    let read = fs::read_dir(&folder).and_then(|files| files.collect::<Result<Vec<_>, _>>());
    let files = read.with_context(|| format!("{VARIABLE} is {}", folder.display()))?;
    loop {
        for file in &files {
            let file = File::open(file.path())?;
            match file.try_lock() {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        thread::sleep(POLL_INTERVAL);
    }
}
