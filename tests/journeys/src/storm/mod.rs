//! The storm: many movements by hurried people, while the service, the network and the browser fail under them.
//!
//! Every movement is made by a simulated person in a real Chromium on the built portal, against a sandbox with its own ledger. A
//! seed decides what is done, what goes wrong and which real-world conditions hold, so that a storm, or one movement of it, can
//! be repeated. Afterwards everything that was ever shown is compared with the ledger: nothing is applied twice, nothing is shown
//! as what it is not without an alarm that follows, nothing is left open.
//!
//! | module | job |
//! |---|---|
//! | [`options`] | what can be chosen |
//! | `condition`, `surroundings` | real-world conditions, of one movement and of a desk |
//! | `plan`, `draw`, `kind`, `trouble`, `upset` | what happens in a movement, drawn from the seed |
//! | `screen`, `actions` | what a person sees, and what they do |
//! | `policy`, `decide`, `answers` | what they do next, and what they say where the portal asks |
//! | `person`, `memory`, `story`, `lists` | one movement from the form to its end |
//! | `environment`, `hooks`, `colleague` | faults and upsets, the browser's clocks and journal, colleagues |
//! | `ledger`, `journal` | what the service holds; what the browser's journal knows |
//! | `verdict`, `oracle` | what was shown, compared with the ledger |
//! | `stand`, `audit` | a desk, and the last look at it |
//! | `worker`, `tally`, `report` | the share of one worker, counts, and what is printed at the end |

mod actions;
mod answers;
mod audit;
mod colleague;
mod condition;
mod decide;
mod draw;
mod environment;
mod hooks;
mod journal;
mod kind;
mod ledger;
mod lists;
mod memory;
pub mod options;
mod oracle;
mod person;
mod plan;
mod policy;
mod report;
mod screen;
mod stand;
mod story;
mod surroundings;
mod tally;
mod trouble;
mod upset;
mod verdict;
mod worker;

use std::{thread, time::Instant};

use anyhow::{Result, anyhow};

use self::worker::Share;
pub use self::{
    condition::Condition,
    options::{Options, Setting},
    report::Report,
};
use crate::{Engine, evidence::Evidence};

/// Runs a storm on one setting of the service.
pub fn run(options: &Options, setting: Setting) -> Result<Report> {
    let begun = Instant::now();
    // Desks keep their evidence in folders inside this one.
    drop(Evidence::of(Engine::current()?, &setting.folder())?);
    let numbers = options.numbers(setting);
    let desks = worker::desks(&numbers);
    let workers = options.workers.clamp(1, desks.len().max(1));
    let progress = worker::Progress::new(setting, numbers.len());
    let shares = (0..workers).map(|worker| Share {
        seed: options.seed,
        setting,
        worker,
        desks: desks
            .iter()
            .skip(worker)
            .step_by(workers)
            .cloned()
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
