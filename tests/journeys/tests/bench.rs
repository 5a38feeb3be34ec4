//! The benchmarks still find their way through the portal. What they measure is not looked at.

use credit_desk_journeys::bench::log;

#[test]
fn the_log_can_be_measured() {
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
