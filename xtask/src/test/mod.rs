//! Every test, in rings from the fastest to the slowest.

mod count;
mod deny;
mod rings;
mod table;

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use clap::ValueEnum as _;

use self::{count::Count, table::Row};
use crate::{
    flags::{self, Ring},
    project::Project,
    say::{self, Took},
};

/// `cargo xtask test`.
pub fn test(project: &Project, flags: &flags::Test) -> Result<ExitCode> {
    let rings: Vec<_> = Ring::value_variants()
        .iter()
        .copied()
        .filter(|ring| flags.only.is_empty() || flags.only.contains(ring))
        .collect();
    let mut rows = Vec::new();
    let mut failed = false;
    for (place, ring) in rings.iter().enumerate() {
        if failed && !flags.keep_going {
            rows.push(Row::not_run(*ring));
            continue;
        }
        say::heading(format_args!(
            "[{}/{}] {}",
            place + 1,
            rings.len(),
            ring.name()
        ));
        let begun = Instant::now();
        let count = run(project, *ring);
        let took = begun.elapsed();
        say::line(format_args!("{}: {count} ({})", ring.name(), Took(took)));
        failed |= count.failed > 0;
        rows.push(Row {
            ring: *ring,
            count,
            took: Some(took),
        });
    }
    table::print(&rows);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A ring that cannot run, or that runs nothing, has failed: silence must not look like success.
fn run(project: &Project, ring: Ring) -> Count {
    let mut count = Count::default();
    if let Err(error) = rings::run(project, ring, &mut count) {
        eprintln!("error: {error:#}");
        count.failed = count.failed.max(1);
    } else if count.passed + count.failed == 0 {
        eprintln!("error: the ring {} ran no test at all", ring.name());
        count.failed = 1;
    }
    count
}
