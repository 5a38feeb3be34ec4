//! A few inputs for each reader, at every run of the tests; `cargo xtask fuzz` has a million.

use credit_desk_fuzz::{
    readers,
    run::{heading, run},
};

#[test]
fn every_reader_stands_up_to_hostile_inputs() {
    let mut bad = Vec::new();
    println!("{}", heading());
    for reader in readers::all() {
        let tally = run(&*reader, 20_261_122, 0, 2_000);
        println!("{tally}");
        if !tally.is_good() {
            bad.push(format!("{tally}\n{:#?}", tally.findings));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn a_seed_draws_the_same_again() {
    for reader in readers::all() {
        let draw = |seed| reader.draw(&mut fastrand::Rng::with_seed(seed));
        assert_eq!(draw(7), draw(7), "{}", reader.name());
        let some = (0..50).map(draw).collect::<std::collections::BTreeSet<_>>();
        assert!(some.len() > 10, "{} draws always the same", reader.name());
    }
}
