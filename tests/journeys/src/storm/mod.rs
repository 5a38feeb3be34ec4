//! The storm: many movements by hurried people, while the backend, the network and the browser fail under them.
//!
//! Every movement is made by a simulated person in a real Chromium on the built portal, against a sandbox of their own. What is
//! done and what goes wrong is planned from a seed, so that a storm, or one movement of it, can be played again. Afterwards the
//! ledger is compared with what people were told: nothing applied twice, nothing told otherwise than it is, nothing left open.
//!
//! | room | job |
//! |---|---|
//! | [`options`] | what can be chosen |
//! | `plan`, `kind`, `trouble` | what happens in a movement, drawn from the seed |
//! | `screen`, `hands` | what a person sees, and what they do with it |
//! | `mind` | what they do next, given what they see |
//! | `person`, `story` | one movement from the form to its end |
//! | `lists`, `weather` | reading the list of submissions; what happens around a person |
//! | `books` | the truth: the ledger's rows by key |
//! | `judge` | what was told against what is |
//! | `worker` | one person's share of the storm, on a desk of their own |
//! | `tally`, `report` | counts, and what is printed at the end |

mod books;
mod hands;
mod judge;
mod kind;
mod lists;
mod mind;
pub mod options;
mod person;
mod plan;
mod report;
mod screen;
mod story;
mod tally;
mod trouble;
mod weather;
mod worker;

use std::{thread, time::Instant};

use anyhow::{Result, anyhow};

use self::worker::Share;
pub use self::{
    options::{Options, Setting},
    report::Report,
};
use crate::evidence::Evidence;

/// Lets a storm happen on one setting of the backend.
pub fn run(options: &Options, setting: Setting) -> Result<Report> {
    let begun = Instant::now();
    // Desks keep their evidence in folders inside this one.
    drop(Evidence::of(&setting.folder())?);
    let numbers: Vec<usize> = match options.only {
        Some(number) => vec![number],
        None => (0..options.movements).collect(),
    };
    let workers = options.workers.clamp(1, numbers.len().max(1));
    let progress = worker::Progress::new(setting, numbers.len());
    let shares = (0..workers).map(|worker| Share {
        seed: options.seed,
        setting,
        worker,
        numbers: numbers
            .iter()
            .copied()
            .skip(worker)
            .step_by(workers)
            .collect(),
        progress: &progress,
    });
    let mut report = Report::new(options.seed, setting, numbers.len());
    thread::scope(|scope| {
        let running: Vec<_> = shares
            .map(|share| scope.spawn(move || worker::work(&share)))
            .collect();
        for worker in running {
            let part = worker
                .join()
                .map_err(|_| anyhow!("a worker of the storm panicked"))??;
            report.add(part);
        }
        report.took = begun.elapsed();
        Ok(report)
    })
}
