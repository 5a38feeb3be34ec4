//! Pure: what the portal knows about time, and how well it knows it.
//!
//! A browser has two clocks. Its *wall clock* says what time it is, and a person can set it. Its *steady clock* counts
//! milliseconds since the page was opened and cannot be set, but it may stop while the computer sleeps. Neither is the
//! clock of the service, which dates every entry. So three kinds of time are three types here, and only [`Clock`]
//! converts between them:
//!
//! - wall time, an `i64` of milliseconds since 1970: shown to people, never used to decide anything about a movement;
//! - [`Steady`]: measures how long something took on this page;
//! - [`ServerRange`]: between which two server times a moment lies. A bound that is not known is `None`.
//!
//! Everything that makes time less certain widens the range: slow responses, sleep, and a wall clock that was set.

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

/// Milliseconds on the steady clock of this page. Not comparable with those of another page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Steady(pub i64);

impl Steady {
    /// `milliseconds` later.
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds since `earlier`; negative if that is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Between which two moments of the server's clock something happened, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerRange {
    /// Not before this.
    pub earliest: Option<i64>,
    /// Not after this.
    pub latest: Option<i64>,
}

impl ServerRange {
    /// Whether a time that the server wrote can lie within `slack` milliseconds of this range.
    pub fn admits(self, time: i64, slack: i64) -> bool {
        self.earliest
            .is_none_or(|earliest| time >= earliest.saturating_sub(slack))
            && self
                .latest
                .is_none_or(|latest| time <= latest.saturating_add(slack))
    }

    /// The longest time, in milliseconds, that can have passed since a moment in `earlier`. `None` where it has no limit.
    pub fn longest_since(self, earlier: Self) -> Option<i64> {
        Some(self.latest?.saturating_sub(earlier.earliest?))
    }

    /// The shortest time, in milliseconds, that has passed for certain since a moment in `earlier`.
    pub fn shortest_since(self, earlier: Self) -> Option<i64> {
        Some(self.earliest?.saturating_sub(earlier.latest?))
    }
}

/// One moment by every clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The wall clock of this computer, in milliseconds since 1970.
    pub wall: i64,
    /// The steady clock of this page.
    pub steady: Steady,
    /// The clock of the service.
    pub server: ServerRange,
}

/// Whose clock it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The host that serves the portal.
    Host,
    /// The reseller API.
    Reseller,
    /// The organizations API.
    Organizations,
}

/// When a request left, so that its response can be dated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Departure {
    steady: Steady,
    jumped: i64,
    set_back: u32,
}

/// A `Date` header has whole seconds.
const RESOLUTION: i64 = 1000;
/// The two local clocks drift apart by less than this between two readings, unless the computer slept or the wall clock
/// was set.
const DRIFT: i64 = 2000;
/// How far the clocks of a service's nodes may differ. Entries can come from any of them.
const NODE_SKEW: i64 = 30_000;
/// How far the clock of the portal's host and that of a service may differ.
const HOST_SKEW: i64 = 60_000;
/// Observations that are kept for each source.
const KEPT: usize = 6;
/// A wall clock is reported from this difference on: less than two minutes misleads nobody.
const NOTABLE: i64 = 2 * 60_000;

/// What is known from one source: offsets from the steady clock to the server's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Offsets {
    /// The least and the greatest possible offset by each of the newest observations.
    observed: Vec<(i64, Option<i64>)>,
    /// The least offset by the newest entry.
    floor: Option<i64>,
}

impl Offsets {
    /// The union of the observations: nodes behind one address may have clocks of their own.
    fn bounds(&self) -> Option<(i64, Option<i64>)> {
        let low = self.observed.iter().map(|(low, _)| *low).min()?;
        let high = self
            .observed
            .iter()
            .try_fold(i64::MIN, |most, (_, high)| high.map(|high| most.max(high)));
        Some((low, high))
    }
}

/// Learns the servers' clocks and notices sleep and set clocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    last: Option<(i64, Steady)>,
    /// How far the wall clock has run ahead of the steady one, in sum: sleep, or a clock that was set forward.
    jumped: i64,
    /// How often the wall clock was set back.
    set_back: u32,
    sources: [Offsets; 3],
}

impl Clock {
    /// Takes a reading of both local clocks. Every use of the clock begins with one. Gives the steady time, which never
    /// runs backward here.
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
            // The computer slept, and the server's time went on; or the wall clock was set, and it did not.
            self.jumped = self.jumped.saturating_add(ahead);
            self.widen(|high| high.map(|high| high.saturating_add(ahead)));
        } else if ahead < -DRIFT {
            // A clock that was set back may hide a sleep of any length.
            self.set_back = self.set_back.saturating_add(1);
            self.widen(|_| None);
        }
        self.last = Some((wall, steady));
        steady
    }

    fn widen(&mut self, high: impl Fn(Option<i64>) -> Option<i64>) {
        for (_, old) in self.sources.iter_mut().flat_map(|it| &mut it.observed) {
            *old = high(*old);
        }
    }

    /// Marks the departure of a request.
    pub fn depart(&self, steady: Steady) -> Departure {
        Departure {
            steady,
            jumped: self.jumped,
            set_back: self.set_back,
        }
    }

    /// The longest time, in milliseconds, that can have passed since `departure`, sleep included. `None` where the wall
    /// clock was set back meanwhile, which may hide any sleep.
    pub fn longest_since(&self, departure: Departure, steady: Steady) -> Option<i64> {
        let awake = steady.since(departure.steady);
        let asleep = self.jumped.saturating_sub(departure.jumped);
        (self.set_back == departure.set_back).then(|| awake.saturating_add(asleep))
    }

    /// The response to a request sent at `departure` arrived at `arrival` and is dated `date`, in milliseconds
    /// since 1970.
    pub fn learn_date(&mut self, source: Source, date: i64, departure: Departure, arrival: Steady) {
        let asleep = self.jumped.saturating_sub(departure.jumped);
        let high = date
            .saturating_add(RESOLUTION)
            .saturating_sub(departure.steady.0)
            .saturating_add(asleep);
        let high = (departure.set_back == self.set_back).then_some(high);
        let low = date.saturating_sub(arrival.0);
        let observed = &mut self.offsets_mut(source).observed;
        if observed.len() >= KEPT {
            observed.remove(0);
        }
        observed.push((low, high));
    }

    /// An entry of `source` is dated `time`: it cannot be earlier there now.
    pub fn learn_entry(&mut self, source: Source, time: i64, steady: Steady) {
        let floor = time.saturating_sub(steady.0).saturating_sub(NODE_SKEW);
        let offsets = self.offsets_mut(source);
        offsets.floor = Some(offsets.floor.map_or(floor, |known| known.max(floor)));
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

    /// What time it is at `source`.
    pub fn server(&self, source: Source, steady: Steady) -> ServerRange {
        let own = self.offsets(source);
        let bounds = own.bounds().or_else(|| {
            let (low, high) = self.offsets(Source::Host).bounds()?;
            let high = high.map(|high| high.saturating_add(HOST_SKEW));
            Some((low.saturating_sub(HOST_SKEW), high))
        });
        // Entries may be dated by another clock than responses, so the two are never mixed: a duration between a time of
        // one and a time of the other would mean nothing.
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

    /// How far the wall clock is ahead of the servers' clocks, in milliseconds, where it is clearly off; behind, where
    /// negative.
    pub fn wall_error(&self, wall: i64, steady: Steady) -> Option<i64> {
        let sources = [Source::Host, Source::Reseller, Source::Organizations];
        sources.into_iter().find_map(|source| {
            let (low, high) = self.offsets(source).bounds()?;
            // After a clock was set back, only one of the bounds is known.
            let ahead = high.map_or(0, |high| wall.saturating_sub(high).saturating_sub(steady.0));
            let behind = low.saturating_add(steady.0).saturating_sub(wall);
            if ahead >= NOTABLE {
                Some(ahead)
            } else if behind >= NOTABLE {
                Some(-behind)
            } else {
                None
            }
        })
    }
}
