//! A place among the journeys that run at the same time, whichever programs they are in.

use std::{
    env,
    fs::{self, File, TryLockError},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

/// Names a folder with a file for each journey that may run at the same time.
const VARIABLE: &str = "CREDIT_DESK_SLOTS";
const GLANCE: Duration = Duration::from_millis(50);

/// Waits for a place, and keeps it as long as this is kept. Without [`VARIABLE`] there is no limit.
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
        thread::sleep(GLANCE);
    }
}
