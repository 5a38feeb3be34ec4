//! Finds a browser's processes, and kills or suspends them together.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

const TIMEOUT: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Kills `main` and all its descendants, and waits until they are gone.
///
/// Killing only the main process isn't enough: a renderer or service that briefly outlives it may still send a request
/// or write to the profile, which couldn't happen in a power cut.
pub async fn kill(main: u64, profile: &Path) -> Result<()> {
    let start = Instant::now();
    let mut known = BTreeSet::from([main]);
    loop {
        let Some(running) = running() else {
            // Without /proc the others can't be found. They exit on their own after the main process.
            return signal("-KILL", &known);
        };
        // Repeated each time, because a process may have been starting another one.
        add_descendants(&mut known, &running, &profile.to_string_lossy());
        let alive: BTreeSet<u64> = running
            .iter()
            .map(|process| process.id)
            .filter(|id| known.contains(id))
            .collect();
        if alive.is_empty() {
            return Ok(());
        }
        if start.elapsed() > TIMEOUT {
            bail!("the browser's processes {alive:?} cannot be killed");
        }
        signal("-KILL", &alive)?;
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// A browser's processes, suspended until this is dropped.
#[derive(Debug)]
pub struct Suspended(BTreeSet<u64>);

impl Suspended {
    /// Suspends `main` and all its descendants.
    pub fn of(main: u64, profile: &Path) -> Result<Self> {
        let running = running().context("there is no /proc to find the browser's processes in")?;
        let mut known = BTreeSet::from([main]);
        add_descendants(&mut known, &running, &profile.to_string_lossy());
        let suspended = Self(known);
        signal("-STOP", &suspended.0)?;
        Ok(suspended)
    }
}

impl Drop for Suspended {
    fn drop(&mut self) {
        // Processes may have exited in the meantime, and there is nothing to do about those.
        _ = signal("-CONT", &self.0);
    }
}

#[derive(Debug)]
struct Process {
    id: u64,
    parent: u64,
    command: String,
}

/// Lists the running processes, if there is a /proc. Zombies don't count.
fn running() -> Option<Vec<Process>> {
    fs::metadata("/proc/self/stat").ok()?;
    let folders = fs::read_dir("/proc").ok()?.flatten();
    // Processes that exit during the listing are left out.
    let read = |folder: fs::DirEntry| {
        let id = folder.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(folder.path().join("stat")).ok()?;
        let command = fs::read(folder.path().join("cmdline")).ok()?;
        Some(Process {
            id,
            parent: live_parent(&stat)?,
            command: String::from_utf8_lossy(&command).into_owned(),
        })
    };
    Some(folders.filter_map(read).collect())
}

/// Returns the parent from `4711 (a name) S 4700 …`, or `None` for a dead process.
fn live_parent(stat: &str) -> Option<u64> {
    // The name may contain anything, including parentheses.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(parent)
}

/// Adds all descendants of the known processes, and processes whose command line contains the profile: some have been
/// orphaned.
fn add_descendants(known: &mut BTreeSet<u64>, running: &[Process], profile: &str) {
    loop {
        let before = known.len();
        for process in running {
            if known.contains(&process.parent) || process.command.contains(profile) {
                known.insert(process.id);
            }
        }
        if known.len() == before {
            return;
        }
    }
}

fn signal(name: &str, processes: &BTreeSet<u64>) -> Result<()> {
    // It complains about processes that have already exited. The caller checks whether any are left.
    Command::new("kill")
        .arg(name)
        .args(processes.iter().map(u64::to_string))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("cannot run kill")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_is_parsed_whatever_the_process_name() {
        assert_eq!(live_parent("7 (a ) b) S 4700 7 7 0"), Some(4700));
        assert_eq!(live_parent("7 (chromium) Z 4700 7 7 0"), None);
    }

    #[test]
    fn descendants_and_processes_with_the_profile_are_found() {
        let process = |id, parent, command: &str| Process {
            id,
            parent,
            command: command.to_owned(),
        };
        let running = [
            process(30, 20, "renderer"),
            process(20, 10, "zygote"),
            process(10, 1, "chromium"),
            process(40, 1, "handler --database=/tmp/profile-1/crashes"),
            process(50, 1, "chromium --user-data-dir=/tmp/profile-2"),
        ];
        let mut known = BTreeSet::from([10]);
        add_descendants(&mut known, &running, "/tmp/profile-1");
        assert_eq!(known, BTreeSet::from([10, 20, 30, 40]));
    }
}
