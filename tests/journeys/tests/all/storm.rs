//! A short storm with fixed seeds. `cargo xtask storm` runs longer ones with other seeds.

use credit_desk_journeys::storm::{self, Options, Setting};

const MOVEMENTS: usize = 12;

fn run_storm(setting: Setting, seed: u64) {
    let options = Options {
        movements: MOVEMENTS,
        seed,
        workers: 1,
        only: Vec::new(),
        condition: None,
    };
    let report = match storm::run(&options, setting) {
        Ok(report) => report,
        Err(error) => panic!("{error:#}"),
    };
    println!("{report}");
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.played(), MOVEMENTS);
    assert!(report.done_at_once() > 0, "no movement completed at once");
}

#[test]
fn where_keys_are_replayed() {
    run_storm(Setting::Replay, 5778);
}

#[test]
fn where_keys_are_ignored() {
    run_storm(Setting::Ignore, 5451);
}
