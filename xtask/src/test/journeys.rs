//! Every journey in every browser engine. The engines run at the same time: much of a journey is waiting.

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
use crate::{flags::Engine, journeys, project::Project, run, say, tools};

/// The folder of the files that limit how many journeys run at the same time, in the folder for temporary files.
const SLOTS: &str = "slots";

/// How the journeys went in one engine.
#[derive(Debug)]
pub struct Outcome {
    /// The engine.
    pub engine: Engine,
    /// What came out.
    pub count: Count,
    /// How long it took, with the other engines beside it.
    pub took: Duration,
    /// What was left out, and why: a line each.
    pub left_out: Vec<String>,
    /// A test program that ended without saying how its tests went.
    pub error: Option<anyhow::Error>,
}

/// Builds the journeys once and runs them in these engines.
pub fn run(project: &Project, engines: &[Engine]) -> Result<Vec<Outcome>> {
    let mut build = cargo(project);
    journeys::equip(project, &mut build, engines)?;
    say::line(format_args!("$ {}", run::typed(&build)));
    run::through(build.arg("--no-run"))?;
    // Installed once, before all of them look for it.
    tools::office(project)?;
    let temporary = run::temporary_folder()?;
    make_slots(temporary.path())?;
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

/// Makes a file for each journey that may run at the same time, in any engine. Each one is a browser and a server: more than three for
/// two cores only make each other wait, and some of what they wait for has a time limit.
fn make_slots(temporary: &Path) -> Result<()> {
    let folder = temporary.join(SLOTS);
    fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let cores = thread::available_parallelism().map_or(2, usize::from);
    for slot in 0..cores + cores / 2 {
        fs::write(folder.join(slot.to_string()), "")?;
    }
    Ok(())
}

/// Every journey, but not the harness's own tests: those are no journeys, and run in another ring.
fn cargo(project: &Project) -> Command {
    let mut cargo = run::cargo(project, "test", ["--no-fail-fast"]);
    cargo.args(["--package", "credit-desk-journeys", "--test", "all"]);
    cargo
}

fn run_in(project: &Project, engine: Engine, all: &[Engine], temporary: &Path) -> Result<Outcome> {
    let mut command = cargo(project);
    journeys::tell(project, &mut command, all)?;
    command.env("CREDIT_DESK_ENGINE", engine.name());
    command.env("CREDIT_DESK_SLOTS", temporary.join(SLOTS));
    command.env("TMPDIR", temporary);
    command.env("CREDIT_DESK_SOFFICE", tools::office(project)?);
    command.args(["--", "--test-threads=3"]);
    let begun = Instant::now();
    let (mut count, mut left_out) = (Count::default(), Vec::new());
    let name = format!("`{}` in {}", run::typed(&command), engine.name());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    let errors = child.stderr.take().context("no errors to read")?;
    let output = child.stdout.take().context("no output to read")?;
    thread::scope(|scope| {
        let show = |line: &str| say::line(format_args!("{:>8} | {line}", engine.name()));
        scope.spawn(move || {
            BufReader::new(errors)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| show(&line))
        });
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            show(&line);
            count.add_line(&line);
            left_out.extend(reason(&line).map(str::to_owned));
        }
    });
    let status = child.wait()?;
    // Failures that were counted speak for themselves; a program that did not even get to its summary does not.
    let error = (!status.success() && count.failed == 0)
        .then(|| anyhow!("{name} failed ({status}) without saying which test"));
    Ok(Outcome {
        engine,
        count,
        took: begun.elapsed(),
        left_out,
        error,
    })
}

/// A journey, or a part of one, that this engine cannot do. libtest may have begun the line with the test's name.
fn reason(line: &str) -> Option<&str> {
    let at = ["partly left out in ", "left out in "]
        .iter()
        .find_map(|start| line.find(start))?;
    Some(&line[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_read_wherever_it_stands_in_the_line() {
        let line = "test a ... left out in firefox: bench.a: counts DOM nodes";
        assert_eq!(
            reason(line),
            Some("left out in firefox: bench.a: counts DOM nodes")
        );
        let line = "partly left out in webkit: forced colors: it has none";
        assert_eq!(reason(line), Some(line));
        assert_eq!(reason("test a ... ok"), None);
    }
}
