//! The benchmarks still run on the portal. Their measurements are not checked.

use credit_desk_journeys::{
    Engine,
    bench::{load, log},
    runs_in,
};

fn can_measure(journey: &str) -> bool {
    let reason = "its measurements come from the DevTools protocol";
    match runs_in(&[Engine::Chromium], journey, reason) {
        Ok(runs) => runs,
        Err(error) => panic!("{error:#}"),
    }
}

#[test]
fn the_log_can_be_measured() {
    if !can_measure("bench.the_log_can_be_measured") {
        return;
    }
    let options = log::Options {
        rows: vec![300],
        runs: Some(1),
        profiles: None,
    };
    let report = match log::run(&options) {
        Ok(report) => report,
        Err(error) => panic!("{error:#}"),
    };
    println!("{report}");
    let [size] = &report.sizes[..] else {
        panic!("{report}")
    };
    assert!(size.counts().all(|(_, count)| count == 1), "{report}");
    assert!(size.counts().count() > 10, "{report}");
}

#[test]
fn a_load_can_be_measured_beside_the_handwritten_page() {
    if !can_measure("bench.a_load_can_be_measured_beside_the_handwritten_page") {
        return;
    }
    let options = load::Options {
        runs: 1,
        flips: 2,
        quick: true,
        profiles: None,
    };
    let report = match load::run(&options) {
        Ok(report) => report,
        Err(error) => panic!("{error:#}"),
    };
    println!("{report}");
    let [table] = &report.tables[..] else {
        panic!("{report}")
    };
    assert!(table.counts().all(|(_, count)| count >= 1), "{report}");
    assert!(table.counts().count() > 12, "{report}");
}
