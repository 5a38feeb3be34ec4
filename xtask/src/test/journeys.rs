//! Runs every journey in every browser engine. The engines run concurrently, because a journey spends much of its time
//! waiting.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};

use super::count::Count;
use crate::{flags::Engine, journeys, output, project::Project, run, tools};

/// The folder, among the temporary files, with the slot files that limit how many journeys run at the same time.
const SLOTS: &str = "slots";

/// The result of the journeys in one engine.
#[derive(Debug)]
pub struct Outcome {
    /// The engine.
    pub engine: Engine,
    /// The test counts.
    pub count: Count,
    /// How long it took, with the other engines running at the same time.
    pub elapsed: Duration,
    /// What was left out and why, one line each.
    pub left_out: Vec<String>,
    /// Set if the test program failed without reporting a failed test.
    pub error: Option<anyhow::Error>,
}

/// Builds the journeys once and runs them in these engines.
pub fn run(project: &Project, engines: &[Engine]) -> Result<Vec<Outcome>> {
    let mut build = cargo(project);
    journeys::prepare(project, &mut build, engines)?;
    output::line(format_args!("$ {}", run::display(&build)));
    run::run(build.arg("--no-run"))?;
    // Installed here, once, before the engines start.
    tools::office(project)?;
    let temporary = run::temporary_folder()?;
    create_slots(temporary.path())?;
    let temporary = temporary.path();
    let outcomes = thread::scope(|scope| {
        let runs: Vec<_> = engines
            .iter()
            .map(|&engine| scope.spawn(move || run_in(project, engine, engines, temporary)))
            .collect();
        runs.into_iter().map(|run| run.join()).collect::<Vec<_>>()
    });
    outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        .collect()
}

/// Creates a slot file for each journey that may run at the same time, in any engine. Each journey is a browser and a
/// server. More than three per two cores only slow each other down, and some of their waits have a time limit.
fn create_slots(temporary: &Path) -> Result<()> {
    let folder = temporary.join(SLOTS);
    fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let cores = thread::available_parallelism().map_or(2, usize::from);
    for slot in 0..cores + cores / 2 {
        fs::write(folder.join(slot.to_string()), "")?;
    }
    Ok(())
}

/// Returns the command that runs every journey. The harness's own tests belong to another suite.
fn cargo(project: &Project) -> Command {
    let mut cargo = run::cargo(project, "test", ["--no-fail-fast"]);
    cargo.args(["--package", "credit-desk-journeys", "--test", "all"]);
    cargo
}

fn run_in(project: &Project, engine: Engine, all: &[Engine], temporary: &Path) -> Result<Outcome> {
    let mut command = cargo(project);
    journeys::set_env(project, &mut command, all)?;
    command.env("CREDIT_DESK_ENGINE", engine.name());
    command.env("CREDIT_DESK_SLOTS", temporary.join(SLOTS));
    command.env("TMPDIR", temporary);
    command.env("CREDIT_DESK_SOFFICE", tools::office(project)?);
    command.args(["--", "--test-threads=3"]);
    let started = Instant::now();
    let (mut count, mut left_out) = (Count::default(), Vec::new());
    let name = format!("`{}` in {}", run::display(&command), engine.name());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    let errors = child.stderr.take().context("no standard error to read")?;
    let output = child.stdout.take().context("no standard output to read")?;
    thread::scope(|scope| {
        let show = |line: &str| output::line(format_args!("{:>8} | {line}", engine.name()));
        scope.spawn(move || {
            BufReader::new(errors)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| show(&line))
        });
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            show(&line);
            count.add_line(&line);
            left_out.extend(left_out_note(&line).map(str::to_owned));
        }
    });
    let status = child.wait()?;
    // A failed test was counted above; a program that failed before its summary is an error.
    let error = (!status.success() && count.failed == 0)
        .then(|| anyhow!("{name} failed ({status}) without reporting a failed test"));
    Ok(Outcome {
        engine,
        count,
        elapsed: started.elapsed(),
        left_out,
        error,
    })
}

/// Returns the note about a journey, or a part of one, that this engine cannot run. libtest may print the test's name
/// before it.
fn left_out_note(line: &str) -> Option<&str> {
    let at = ["partly left out in ", "left out in "]
        .iter()
        .find_map(|start| line.find(start))?;
    Some(&line[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_is_found_anywhere_in_the_line() {
        let line = "test a ... left out in firefox: bench.a: counts DOM nodes";
        assert_eq!(
            left_out_note(line),
            Some("left out in firefox: bench.a: counts DOM nodes")
        );
        let line = "partly left out in webkit: forced colors: it has none";
        assert_eq!(left_out_note(line), Some(line));
        assert_eq!(left_out_note("test a ... ok"), None);
    }
}
