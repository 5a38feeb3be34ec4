//! A browser's processes, found and killed or suspended together.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

const PATIENCE: Duration = Duration::from_secs(5);
const GLANCE: Duration = Duration::from_millis(10);

/// Kills `main` and all that it has started, and waits until every one is gone.
///
/// The main process alone is not enough: a renderer or a service that outlives it by a moment may still send a request or
/// write into the profile, which no power cut lets it do.
pub async fn kill(main: u64, profile: &Path) -> Result<()> {
    let begun = Instant::now();
    let mut known = BTreeSet::from([main]);
    loop {
        let Some(running) = running() else {
            // Without /proc the others cannot be found; they leave by themselves when the main process is gone.
            return signal("-KILL", &known);
        };
        // Looked for anew each time: one of them may just have been starting another.
        spread(&mut known, &running, &profile.to_string_lossy());
        let alive: BTreeSet<u64> = running
            .iter()
            .map(|process| process.id)
            .filter(|id| known.contains(id))
            .collect();
        if alive.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            bail!("the browser's processes {alive:?} cannot be killed");
        }
        signal("-KILL", &alive)?;
        tokio::time::sleep(GLANCE).await;
    }
}

/// A browser's processes, stopped until this is dropped.
#[derive(Debug)]
pub struct Suspended(BTreeSet<u64>);

impl Suspended {
    /// Stops `main` and all that it has started.
    pub fn of(main: u64, profile: &Path) -> Result<Self> {
        let running = running().context("there is no /proc to find the browser's processes in")?;
        let mut known = BTreeSet::from([main]);
        spread(&mut known, &running, &profile.to_string_lossy());
        let suspended = Self(known);
        signal("-STOP", &suspended.0)?;
        Ok(suspended)
    }
}

impl Drop for Suspended {
    fn drop(&mut self) {
        // Nothing can be done about processes that have left meanwhile.
        _ = signal("-CONT", &self.0);
    }
}

#[derive(Debug)]
struct Process {
    id: u64,
    parent: u64,
    command: String,
}

/// What runs on this machine, where there is a /proc that says so. The dead whose parents have not noticed do not count.
fn running() -> Option<Vec<Process>> {
    fs::metadata("/proc/self/stat").ok()?;
    let folders = fs::read_dir("/proc").ok()?.flatten();
    // Those that end while they are looked at are left out.
    let read = |folder: fs::DirEntry| {
        let id = folder.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(folder.path().join("stat")).ok()?;
        let command = fs::read(folder.path().join("cmdline")).ok()?;
        Some(Process {
            id,
            parent: living_parent(&stat)?,
            command: String::from_utf8_lossy(&command).into_owned(),
        })
    };
    Some(folders.filter_map(read).collect())
}

/// The parent, from `4711 (a name) S 4700 …`; none for a process that is dead.
fn living_parent(stat: &str) -> Option<u64> {
    // The name may hold anything, brackets too.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(parent)
}

/// Adds the children of the known ones, theirs, and those that name the profile: some belong to nobody any more.
fn spread(known: &mut BTreeSet<u64>, running: &[Process], profile: &str) {
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
    // It complains about those that were quicker to leave; whether any is left is looked at.
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
    fn parents_are_read_whatever_the_name() {
        assert_eq!(living_parent("7 (a ) b) S 4700 7 7 0"), Some(4700));
        assert_eq!(living_parent("7 (chromium) Z 4700 7 7 0"), None);
    }

    #[test]
    fn children_of_children_belong_to_it_and_whoever_names_the_profile() {
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
        spread(&mut known, &running, "/tmp/profile-1");
        assert_eq!(known, BTreeSet::from([10, 20, 30, 40]));
    }
}
