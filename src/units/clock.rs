//! Pure: what the portal knows about time, and how precisely.
//!
//! A browser has two clocks. Its *wall clock* tells the time of day, and the user can change it. Its *steady clock*
//! counts milliseconds since the page was opened and can't be changed, but may stop while the computer sleeps. Neither
//! is the clock of the service, which dates every entry. So there are three kinds of time here, and only [`Clock`]
//! converts between them:
//!
//! - wall time, an `i64` of milliseconds since 1970: shown to users, never used to decide anything about a movement;
//! - [`Steady`]: measures how long something took on this page;
//! - [`ServerRange`]: the earliest and latest server time that a moment can have. An unknown bound is `None`.
//!
//! Everything that makes the time less certain widens the range: slow responses, sleep, and changes to the wall clock.

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

/// Milliseconds on this page's steady clock. Not comparable with another page's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Steady(pub i64);

impl Steady {
    /// Returns the time `milliseconds` later.
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Returns the milliseconds since `earlier`; negative if `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The range of server times, in milliseconds since 1970, within which something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerRange {
    /// The earliest possible time.
    pub earliest: Option<i64>,
    /// The latest possible time.
    pub latest: Option<i64>,
}

impl ServerRange {
    /// Whether a server timestamp can be within `slack` milliseconds of this range.
    pub fn admits(self, time: i64, slack: i64) -> bool {
        self.earliest
            .is_none_or(|earliest| time >= earliest.saturating_sub(slack))
            && self
                .latest
                .is_none_or(|latest| time <= latest.saturating_add(slack))
    }

    /// Returns the longest time, in milliseconds, that can have passed since a moment in `earlier`, or `None` if it is
    /// unbounded.
    pub fn longest_since(self, earlier: Self) -> Option<i64> {
        Some(self.latest?.saturating_sub(earlier.earliest?))
    }

    /// Returns the shortest time, in milliseconds, that must have passed since a moment in `earlier`, or `None` if it
    /// is unknown.
    pub fn shortest_since(self, earlier: Self) -> Option<i64> {
        Some(self.earliest?.saturating_sub(earlier.latest?))
    }
}

/// The same moment on every clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The wall clock of this computer, in milliseconds since 1970.
    pub wall: i64,
    /// The steady clock of this page.
    pub steady: Steady,
    /// The clock of the service.
    pub server: ServerRange,
}

/// Which server a clock belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The host that serves the portal.
    Host,
    /// The reseller API.
    Reseller,
    /// The organizations API.
    Organizations,
}

/// When a request was sent, so that its response can be dated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Departure {
    steady: Steady,
    jumped: i64,
    set_back: u32,
}

/// The resolution of a `Date` header.
const RESOLUTION: i64 = 1000;
/// The two local clocks drift apart by less than this between two readings, unless the computer slept or the wall clock
/// was changed.
const DRIFT: i64 = 2000;
/// The maximum skew between a service's nodes. Entries can come from any of them.
const NODE_SKEW: i64 = 30_000;
/// The maximum skew between the portal's host and a service.
const HOST_SKEW: i64 = 60_000;
/// The number of observations kept per source.
const MAX_OBSERVATIONS: usize = 6;
/// The smallest wall clock error that is reported. An error of less than two minutes misleads no one.
const MIN_REPORTED_ERROR: i64 = 2 * 60_000;

/// What is known about one source: offsets from the steady clock to the server's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Offsets {
    /// The minimum and maximum possible offset according to each of the newest observations.
    observed: Vec<(i64, Option<i64>)>,
    /// The minimum offset according to the newest entry.
    floor: Option<i64>,
}

impl Offsets {
    /// Returns the union of the observations: nodes behind one address may each have their own clock.
    fn bounds(&self) -> Option<(i64, Option<i64>)> {
        let low = self.observed.iter().map(|(low, _)| *low).min()?;
        let high = self
            .observed
            .iter()
            .try_fold(i64::MIN, |most, (_, high)| high.map(|high| most.max(high)));
        Some((low, high))
    }
}

/// Learns the servers' clocks, and detects sleep and changes to the wall clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    last: Option<(i64, Steady)>,
    /// How far the wall clock has run ahead of the steady clock in total, because of sleep or a clock set forward.
    jumped: i64,
    /// How often the wall clock was set back.
    set_back: u32,
    sources: [Offsets; 3],
}

impl Clock {
    /// Takes a reading of both local clocks; every use of the clock starts with one. Returns the steady time, which
    /// never runs backward here.
    pub fn read(&mut self, wall: i64, steady: Steady) -> Steady {
        let Some((last_wall, last_steady)) = self.last else {
            self.last = Some((wall, steady));
            return steady;
        };
        let steady = steady.max(last_steady);
        let ahead = wall
            .saturating_sub(last_wall)
            .saturating_sub(steady.since(last_steady));
        if ahead > DRIFT {
            // Either the computer slept and server time advanced, or the wall clock was changed and it didn't.
            self.jumped = self.jumped.saturating_add(ahead);
            self.widen(|high| high.map(|high| high.saturating_add(ahead)));
        } else if ahead < -DRIFT {
            // A clock set back may hide a sleep of any length.
            self.set_back = self.set_back.saturating_add(1);
            self.widen(|_| None);
        }
        self.last = Some((wall, steady));
        steady
    }

    fn widen(&mut self, adjust: impl Fn(Option<i64>) -> Option<i64>) {
        for (_, bound) in self
            .sources
            .iter_mut()
            .flat_map(|offsets| &mut offsets.observed)
        {
            *bound = adjust(*bound);
        }
    }

    /// Records that a request is being sent.
    pub fn depart(&self, steady: Steady) -> Departure {
        Departure {
            steady,
            jumped: self.jumped,
            set_back: self.set_back,
        }
    }

    /// Returns the longest time, in milliseconds, that can have passed since `departure`, sleep included. `None` if the
    /// wall clock was set back in the meantime, which may hide any sleep.
    pub fn longest_since(&self, departure: Departure, steady: Steady) -> Option<i64> {
        let awake = steady.since(departure.steady);
        let asleep = self.jumped.saturating_sub(departure.jumped);
        (self.set_back == departure.set_back).then(|| awake.saturating_add(asleep))
    }

    /// Learns from a response dated `date`, in milliseconds since 1970, that arrived at `arrival` for a request sent at
    /// `departure`.
    pub fn learn_date(&mut self, source: Source, date: i64, departure: Departure, arrival: Steady) {
        let asleep = self.jumped.saturating_sub(departure.jumped);
        let high = date
            .saturating_add(RESOLUTION)
            .saturating_sub(departure.steady.0)
            .saturating_add(asleep);
        let high = (departure.set_back == self.set_back).then_some(high);
        let low = date.saturating_sub(arrival.0);
        let observed = &mut self.offsets_mut(source).observed;
        if observed.len() >= MAX_OBSERVATIONS {
            observed.remove(0);
        }
        observed.push((low, high));
    }

    /// Learns from an entry of `source` dated `time`: the clock of `source` can't be earlier than that now.
    pub fn learn_entry(&mut self, source: Source, time: i64, steady: Steady) {
        let floor = time.saturating_sub(steady.0).saturating_sub(NODE_SKEW);
        let offsets = self.offsets_mut(source);
        offsets.floor = Some(offsets.floor.map_or(floor, |previous| previous.max(floor)));
    }

    fn offsets(&self, source: Source) -> &Offsets {
        let [host, reseller, organizations] = &self.sources;
        match source {
            Source::Host => host,
            Source::Reseller => reseller,
            Source::Organizations => organizations,
        }
    }

    fn offsets_mut(&mut self, source: Source) -> &mut Offsets {
        let [host, reseller, organizations] = &mut self.sources;
        match source {
            Source::Host => host,
            Source::Reseller => reseller,
            Source::Organizations => organizations,
        }
    }

    /// Returns the current time at `source`.
    pub fn server(&self, source: Source, steady: Steady) -> ServerRange {
        let own = self.offsets(source);
        let bounds = own.bounds().or_else(|| {
            let (low, high) = self.offsets(Source::Host).bounds()?;
            let high = high.map(|high| high.saturating_add(HOST_SKEW));
            Some((low.saturating_sub(HOST_SKEW), high))
        });
        // Entries may be dated by a different clock than responses, so the two are never mixed: a duration between them
        // would be meaningless.
        let (low, high) = match bounds {
            Some((low, high)) => (Some(low), high),
            None => (own.floor, None),
        };
        let at = |offset: i64| offset.saturating_add(steady.0);
        ServerRange {
            earliest: low.map(at),
            latest: high.map(at),
        }
    }

    /// Whether the time at `source` is known to within `width` milliseconds.
    pub fn is_precise(&self, source: Source, width: i64) -> bool {
        let ServerRange { earliest, latest } = self.server(source, Steady(0));
        earliest
            .zip(latest)
            .is_some_and(|(earliest, latest)| latest.saturating_sub(earliest) <= width)
    }

    /// Returns how far the wall clock is ahead of the servers' clocks, in milliseconds (negative if behind), or `None`
    /// if it isn't clearly off.
    pub fn wall_error(&self, wall: i64, steady: Steady) -> Option<i64> {
        let sources = [Source::Host, Source::Reseller, Source::Organizations];
        sources.into_iter().find_map(|source| {
            let (low, high) = self.offsets(source).bounds()?;
            // After the wall clock was set back, only one of the bounds is known.
            let ahead = high.map_or(0, |high| wall.saturating_sub(high).saturating_sub(steady.0));
            let behind = low.saturating_add(steady.0).saturating_sub(wall);
            if ahead >= MIN_REPORTED_ERROR {
                Some(ahead)
            } else if behind >= MIN_REPORTED_ERROR {
                Some(-behind)
            } else {
                None
            }
        })
    }
}
