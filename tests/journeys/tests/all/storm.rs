//! A short storm, always the same one: `cargo xtask storm` makes longer and other ones.

use credit_desk_journeys::storm::{self, Options, Setting};

const MOVEMENTS: usize = 12;

fn storm_on(setting: Setting, seed: u64) {
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
    assert!(
        report.done_at_once() > 0,
        "a storm in which nothing succeeds"
    );
}

#[test]
fn where_keys_are_replayed() {
    storm_on(Setting::Replay, 5778);
}

#[test]
fn where_keys_mean_nothing() {
    storm_on(Setting::Ignore, 5451);
}
