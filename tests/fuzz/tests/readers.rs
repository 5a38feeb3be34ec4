//! A few inputs for each reader in every test run; `cargo xtask fuzz` generates a million.

use credit_desk_fuzz::{
    readers,
    run::{heading, run},
};

#[test]
fn every_reader_handles_hostile_inputs() {
    let mut failures = Vec::new();
    println!("{}", heading());
    for reader in readers::all() {
        let tally = run(&*reader, 20_261_122, 0, 2_000);
        println!("{tally}");
        if !tally.is_good() {
            failures.push(format!("{tally}\n{:#?}", tally.findings));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_seed_reproduces_its_inputs() {
    for reader in readers::all() {
        let draw = |seed| reader.draw(&mut fastrand::Rng::with_seed(seed));
        assert_eq!(draw(7), draw(7), "{}", reader.name());
        let inputs = (0..50).map(draw).collect::<std::collections::BTreeSet<_>>();
        assert!(
            inputs.len() > 10,
            "{} generates too few different inputs",
            reader.name()
        );
    }
}
