//! Runs every test, in suites from the fastest to the slowest.

mod count;
mod deny;
mod journeys;
mod suites;
mod table;

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use clap::ValueEnum as _;

use self::{count::Count, table::Row};
use crate::{
    dependencies::Dependencies,
    flags::{self, Engine, Suite},
    output,
    project::Project,
};

/// `cargo xtask test`.
pub fn test(project: &Project, flags: &flags::Test) -> Result<ExitCode> {
    let suites: Vec<_> = Suite::value_variants()
        .iter()
        .copied()
        .filter(|suite| flags.only.is_empty() || flags.only.contains(suite))
        .collect();
    let dependencies = match flags.only.is_empty() {
        true => Dependencies::for_new_clone(project)?,
        false => None,
    };
    let mut rows = Vec::new();
    let mut failed = false;
    for (index, suite) in suites.iter().enumerate() {
        if failed && !flags.keep_going {
            rows.push(Row::not_run(suite.name()));
            continue;
        }
        output::heading(format_args!(
            "[{}/{}] {}",
            index + 1,
            suites.len(),
            suite.name()
        ));
        // Everything that uses the dependencies has been compiled by now.
        if *suite == Suite::Journeys
            && !failed
            && let Some(dependencies) = &dependencies
            && let Err(error) = dependencies.keep()
        {
            output::line(format_args!("Dependencies: not kept: {error:#}"));
        }
        let results = match suite {
            Suite::Journeys => run_journeys(project, &engines(flags)),
            suite => vec![run(project, *suite)],
        };
        for row in &results {
            output::line(row);
        }
        failed |= results.iter().any(|row| row.count.failed > 0);
        rows.extend(results);
    }
    table::print(&rows);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn engines(flags: &flags::Test) -> Vec<Engine> {
    let all = Engine::value_variants().iter().copied();
    all.filter(|engine| flags.engine.contains(engine)).collect()
}

fn run(project: &Project, suite: Suite) -> Row {
    let started = Instant::now();
    let mut count = Count::default();
    let result = suites::run(project, suite, &mut count);
    Row::new(
        suite.name(),
        checked_count(suite.name(), count, result.err()),
        started.elapsed(),
    )
}

/// Returns a row for each engine, after printing what was left out.
fn run_journeys(project: &Project, engines: &[Engine]) -> Vec<Row> {
    let started = Instant::now();
    let outcomes = match journeys::run(project, engines) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            let count = checked_count(Suite::Journeys.name(), Count::default(), Some(error));
            return vec![Row::new(Suite::Journeys.name(), count, started.elapsed())];
        }
    };
    output::line("");
    for line in outcomes.iter().flat_map(|outcome| &outcome.left_out) {
        output::line(line);
    }
    let row = |outcome: journeys::Outcome| {
        let name = format!("{} {}", Suite::Journeys.name(), outcome.engine.name());
        let count = checked_count(&name, outcome.count.settled(), outcome.error);
        Row::new(&name, count, outcome.elapsed)
    };
    outcomes.into_iter().map(row).collect()
}

/// Turns a suite that could not run, or that ran no tests, into a failure: silence must not look like success.
fn checked_count(name: &str, mut count: Count, error: Option<anyhow::Error>) -> Count {
    if let Some(error) = error {
        eprintln!("error: {error:#}");
        count.failed = count.failed.max(1);
    } else if count.passed + count.failed == 0 {
        eprintln!("error: the suite {name} ran no tests");
        count.failed = 1;
    }
    count
}
