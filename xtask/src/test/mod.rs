//! Every test, in rings from the fastest to the slowest.

mod count;
mod deny;
mod journeys;
mod rings;
mod table;

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use clap::ValueEnum as _;

use self::{count::Count, table::Row};
use crate::{
    dependencies::Dependencies,
    flags::{self, Engine, Ring},
    project::Project,
    say,
};

/// `cargo xtask test`.
pub fn test(project: &Project, flags: &flags::Test) -> Result<ExitCode> {
    let rings: Vec<_> = Ring::value_variants()
        .iter()
        .copied()
        .filter(|ring| flags.only.is_empty() || flags.only.contains(ring))
        .collect();
    let dependencies = match flags.only.is_empty() {
        true => Dependencies::of_new_clone(project)?,
        false => None,
    };
    let mut rows = Vec::new();
    let mut failed = false;
    for (place, ring) in rings.iter().enumerate() {
        if failed && !flags.keep_going {
            rows.push(Row::not_run(ring.name()));
            continue;
        }
        say::heading(format_args!(
            "[{}/{}] {}",
            place + 1,
            rings.len(),
            ring.name()
        ));
        // Whatever is compiled of them has been compiled by now.
        if *ring == Ring::Journeys
            && !failed
            && let Some(dependencies) = &dependencies
            && let Err(error) = dependencies.keep()
        {
            say::line(format_args!("Dependencies: not kept: {error:#}"));
        }
        let done = match ring {
            Ring::Journeys => run_journeys(project, &engines(flags)),
            ring => vec![run(project, *ring)],
        };
        for row in &done {
            say::line(row);
        }
        failed |= done.iter().any(|row| row.count.failed > 0);
        rows.extend(done);
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

fn run(project: &Project, ring: Ring) -> Row {
    let begun = Instant::now();
    let mut count = Count::default();
    let result = rings::run(project, ring, &mut count);
    Row::new(
        ring.name(),
        judge(ring.name(), count, result.err()),
        begun.elapsed(),
    )
}

/// A row for each engine. What was left out is listed before them.
fn run_journeys(project: &Project, engines: &[Engine]) -> Vec<Row> {
    let begun = Instant::now();
    let outcomes = match journeys::run(project, engines) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            let count = judge(Ring::Journeys.name(), Count::default(), Some(error));
            return vec![Row::new(Ring::Journeys.name(), count, begun.elapsed())];
        }
    };
    say::line("");
    for line in outcomes.iter().flat_map(|outcome| &outcome.left_out) {
        say::line(line);
    }
    let row = |outcome: journeys::Outcome| {
        let name = format!("{} {}", Ring::Journeys.name(), outcome.engine.name());
        let count = judge(&name, outcome.count.settled(), outcome.error);
        Row::new(&name, count, outcome.took)
    };
    outcomes.into_iter().map(row).collect()
}

/// A ring that cannot run, or that runs nothing, has failed: silence must not look like success.
fn judge(name: &str, mut count: Count, error: Option<anyhow::Error>) -> Count {
    if let Some(error) = error {
        eprintln!("error: {error:#}");
        count.failed = count.failed.max(1);
    } else if count.passed + count.failed == 0 {
        eprintln!("error: the ring {name} ran no test at all");
        count.failed = 1;
    }
    count
}
