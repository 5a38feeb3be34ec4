use super::*;
use proptest::prelude::*;

/// Creates a clock that has read the local clocks at steady time 0 with this wall time.
fn clock(wall: i64) -> Clock {
    let mut clock = Clock::default();
    clock.read(wall, Steady(0));
    clock
}

#[test]
fn a_new_clock_knows_nothing() {
    let clock = clock(1_000_000);
    let server = clock.server(Source::Reseller, Steady(5));
    assert_eq!(server, ServerRange::default());
    assert_eq!(clock.wall_error(1_000_000, Steady(0)), None);
}

#[test]
fn a_date_bounds_the_server_time_by_departure_and_arrival() {
    let mut clock = clock(0);
    let departure = clock.depart(Steady(100));
    clock.learn_date(Source::Reseller, 5_000_000, departure, Steady(400));
    let server = clock.server(Source::Reseller, Steady(400));
    assert_eq!(server.earliest, Some(5_000_000));
    assert_eq!(server.latest, Some(5_000_000 + 1000 + 300));
}

#[test]
fn the_hosts_clock_is_used_for_a_service_without_dates() {
    let mut clock = clock(0);
    let departure = clock.depart(Steady(0));
    clock.learn_date(Source::Host, 5_000_000, departure, Steady(0));
    let server = clock.server(Source::Organizations, Steady(0));
    assert_eq!(server.earliest, Some(5_000_000 - HOST_SKEW));
    assert_eq!(server.latest, Some(5_000_000 + RESOLUTION + HOST_SKEW));
}

#[test]
fn an_entry_gives_only_a_lower_bound() {
    let mut clock = clock(0);
    clock.learn_entry(Source::Reseller, 9_000_000, Steady(0));
    let server = clock.server(Source::Reseller, Steady(10));
    assert_eq!(server.earliest, Some(9_000_000 - NODE_SKEW + 10));
    assert_eq!(server.latest, None);
}

#[test]
fn sleep_raises_the_upper_bound() {
    let mut clock = clock(1_000_000);
    let departure = clock.depart(Steady(0));
    clock.learn_date(Source::Reseller, 1_000_000, departure, Steady(0));
    clock.read(1_000_000 + 75_000, Steady(10));
    let server = clock.server(Source::Reseller, Steady(10));
    assert_eq!(server.earliest, Some(1_000_010));
    assert!(server.latest.is_some_and(|latest| latest >= 1_075_000));
}

#[test]
fn sleep_during_a_request_raises_the_upper_bound() {
    let mut clock = clock(1_000_000);
    let departure = clock.depart(Steady(0));
    clock.read(1_000_000 + 3_600_000, Steady(10));
    clock.learn_date(Source::Reseller, 1_000_000, departure, Steady(10));
    let latest = clock.server(Source::Reseller, Steady(10)).latest;
    assert!(latest.is_some_and(|latest| latest >= 1_000_000 + 3_599_000));
}

#[test]
fn a_clock_set_back_removes_the_upper_bound() {
    let mut clock = clock(10_000_000);
    let departure = clock.depart(Steady(0));
    clock.learn_date(Source::Reseller, 1_000_000, departure, Steady(0));
    clock.read(9_000_000, Steady(10));
    let server = clock.server(Source::Reseller, Steady(10));
    assert_eq!(server.latest, None);
    assert_eq!(server.earliest, Some(1_000_010));
    // A new observation restores the upper bound once the old ones are gone.
    for _ in 0..MAX_OBSERVATIONS {
        let departure = clock.depart(Steady(20));
        clock.learn_date(Source::Reseller, 1_000_020, departure, Steady(20));
    }
    assert!(clock.is_precise(Source::Reseller, 1000));
}

#[test]
fn wall_error_is_signed() {
    for (wall, error) in [
        (1_000_000 + 20 * 60_000, Some(20 * 60_000 - RESOLUTION)),
        (1_000_000 - 15 * 60_000, Some(-15 * 60_000)),
        (1_000_000 + 60_000, None),
    ] {
        let mut clock = clock(wall);
        let departure = clock.depart(Steady(0));
        clock.learn_date(Source::Host, 1_000_000, departure, Steady(0));
        assert_eq!(clock.wall_error(wall, Steady(0)), error, "{wall}");
    }
}

/// An event in the world around a page.
#[derive(Clone, Debug)]
enum Event {
    /// Time passes while the computer is awake.
    Wait(i64),
    /// The computer sleeps. Depending on the system, the steady clock stops or (`true`) keeps running.
    Sleep(i64, bool),
    /// The user changes the wall clock.
    SetWallClock(i64),
    /// A request takes this long to reach the server and back, and its response has a date.
    Exchange(i64, i64),
    /// The local clocks are read.
    Read,
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0i64..100_000).prop_map(Event::Wait),
        (3_000i64..10_000_000, any::<bool>()).prop_map(|(ms, runs)| Event::Sleep(ms, runs)),
        (-100_000_000i64..100_000_000).prop_map(Event::SetWallClock),
        (0i64..20_000, 0i64..20_000).prop_map(|(there, back)| Event::Exchange(there, back)),
        Just(Event::Read),
    ]
}

proptest! {
    /// The true server time is always within the range, whatever happens to the local clocks. No page can detect a wall
    /// clock change in the same interval as a sleep if the two cancel out, so the clocks are read before and after each
    /// event.
    #[test]
    fn the_range_always_contains_the_server_time(events in proptest::collection::vec(any_event(), 1..40), offset in -1_000_000_000i64..1_000_000_000) {
        let (mut real, mut steady, mut wall) = (0i64, 0i64, offset);
        let server = |real: i64| 1_700_000_000_000 + real;
        let mut clock = Clock::default();
        clock.read(wall, Steady(steady));
        for event in events {
            match event {
                Event::Wait(ms) => { real += ms; steady += ms; wall += ms; }
                Event::Sleep(ms, runs) => { real += ms; wall += ms; if runs { steady += ms; } }
                Event::SetWallClock(by) => wall += by,
                Event::Exchange(there, back) => {
                    let departure = clock.depart(Steady(steady));
                    let date = (server(real + there)) / 1000 * 1000;
                    real += there + back; steady += there + back; wall += there + back;
                    clock.read(wall, Steady(steady));
                    clock.learn_date(Source::Reseller, date, departure, Steady(steady));
                }
                Event::Read => {}
            }
            let now = clock.read(wall, Steady(steady));
            let range = clock.server(Source::Reseller, now);
            prop_assert!(range.admits(server(real), 0), "{range:?} {}", server(real));
        }
    }
}
