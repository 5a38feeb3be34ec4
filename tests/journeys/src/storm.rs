//! The storm: many movements by hurried users, while the service, the network and the browser fail.
//!
//! Each movement is made by a simulated user in a real browser on the built portal, against a sandbox with its own
//! ledger. A seed determines what users do, which faults and disruptions occur and which real-world conditions apply,
//! so that a storm, or a single movement of it, can be repeated. Afterward everything that was ever shown is compared
//! with the ledger: nothing is applied twice, anything shown wrong is followed by an alarm, and nothing is left
//! unresolved.
//!
//! | module | purpose |
//! |---|---|
//! | [`options`] | command-line options |
//! | `condition`, `desk_scenario` | real-world conditions, of one movement and of a desk |
//! | `plan`, `draw` | the plan of a movement, drawn from the seed |
//! | `movement_kind`, `fault`, `disruption` | what a plan consists of |
//! | `screen`, `actions` | what a user sees, and what they do |
//! | `policy`, `decide`, `answers` | what a user does next, and how they answer the portal's questions |
//! | `simulated_user`, `movement_run`, `activity`, `memory` | making one movement from the form to its outcome |
//! | `environment`, `hooks`, `colleague` | faults and disruptions, the browser's clocks and journal, colleagues |
//! | `ledger`, `journal` | the service's ledger, and the browser's journal |
//! | `verdict`, `oracle` | what was shown, compared with the ledger |
//! | `storm_desk`, `audit` | a desk with everything that was shown there, and its final check |
//! | `worker`, `stats`, `report` | one worker's desks, counts, and the final report |

mod actions;
mod activity;
mod answers;
mod audit;
mod colleague;
mod condition;
mod decide;
mod desk_scenario;
mod disruption;
mod draw;
mod environment;
mod fault;
mod hooks;
mod journal;
mod ledger;
mod memory;
mod movement_kind;
mod movement_run;
pub mod options;
mod oracle;
mod plan;
mod policy;
mod report;
mod screen;
mod simulated_user;
mod stats;
mod storm_desk;
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

/// Runs a storm with one setting of the service.
pub fn run(options: &Options, setting: Setting) -> Result<Report> {
    let start = Instant::now();
    // Clears this folder. Desks keep their evidence in subfolders.
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
        report.took = start.elapsed();
        Ok(report)
    })
}
