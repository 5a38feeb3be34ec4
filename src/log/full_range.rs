//! Reading everything in a range: pages of a hundred, a few at a time, with progress, until it is complete, stopped,
//! or cannot go on.

use crate::browser::clock::{now, offset_at, sleep};
use crate::client::{Client, Failure, FailureKind};
use crate::log::date_range::DateRange;
use crate::log::entry::LogEntry;
use crate::log::page_collector::{PageCollector, SIZE};
use futures::future::{join3, select};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How long a worker waits before it looks again whether there is something to do, in milliseconds.
const GLANCE: i64 = 25;
/// How often a page is asked for again after an answer that may be better the next time.
const TRIES: u32 = 6;

/// How the reading of a range goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LoadState {
    /// Nobody has asked.
    #[default]
    Idle,
    /// Under way.
    Going(LoadProgress),
    /// Ended; everything is there, or this many rows could not be found.
    Done(u64),
    /// Stopped by a person, with so many rows of so many, if that is known.
    Stopped(u64, Option<u64>),
    /// It cannot go on, with so many rows of so many, if that is known.
    Failed(Failure, u64, Option<u64>),
}

/// How far the reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadProgress {
    /// Rows so far.
    pub rows: u64,
    /// Rows in all, once that is known.
    pub total: Option<u64>,
    /// Milliseconds since it began.
    pub since: i64,
    /// Milliseconds until the backend may be asked again, where it wants to be left alone.
    pub pause: i64,
}

impl LoadProgress {
    /// Seconds until it is done, if it goes on as it went.
    pub fn seconds_left(&self) -> Option<u64> {
        let total = self.total?;
        let since = u64::try_from(self.since).ok()?;
        let left = total.saturating_sub(self.rows);
        let each = since.saturating_mul(left).checked_div(self.rows)?;
        Some(each.div_ceil(1000))
    }
}

/// All the rows of a range.
#[derive(Clone)]
pub struct FullRange {
    client: Client,
    reading: ArcRwSignal<LoadState>,
    entries: ArcRwSignal<Arc<Vec<LogEntry>>>,
    newest: Arc<AtomicU64>,
    /// The reading that a person stopped last; readings are numbered from 1.
    stopped: Arc<AtomicU64>,
}

/// What the workers share.
struct Work {
    collector: RefCell<PageCollector>,
    begun: i64,
    pause: Cell<i64>,
    failed: RefCell<Option<Failure>>,
}

impl FullRange {
    /// Nothing was read yet.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            reading: ArcRwSignal::default(),
            entries: ArcRwSignal::default(),
            newest: Arc::default(),
            stopped: Arc::default(),
        }
    }

    /// How the reading goes. Tracked.
    pub fn reading(&self) -> LoadState {
        self.reading.get()
    }

    /// The rows, newest first, once the reading has ended. Tracked.
    pub fn entries(&self) -> Arc<Vec<LogEntry>> {
        self.entries.get()
    }

    /// Forgets everything, and stops a reading that is under way.
    pub fn clear(&self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
        self.reading.set(LoadState::Idle);
        self.entries.set(Arc::default());
    }

    /// Stops; what has come so far is kept.
    pub fn stop(&self) {
        let newest = self.newest.load(Ordering::Relaxed);
        self.stopped.store(newest, Ordering::Relaxed);
    }

    /// Reads `range`. The rows of another one are forgotten at once.
    pub fn read(&self, range: DateRange) {
        self.clear();
        let number = self.newest.load(Ordering::Relaxed);
        self.reading.set(LoadState::Going(LoadProgress::default()));
        let whole = self.clone();
        leptos::task::spawn_local(async move { whole.run(number, &range).await });
    }

    async fn run(&self, number: u64, range: &DateRange) {
        let work = Work {
            collector: RefCell::default(),
            begun: now(),
            pause: Cell::default(),
            failed: RefCell::default(),
        };
        let worker = || self.work(number, range, &work);
        // Who stops need not wait for the answers that are under way.
        let stopped = async {
            while self.goes_on(number) {
                sleep(GLANCE * 4).await;
            }
        };
        select(pin!(join3(worker(), worker(), worker())), pin!(stopped)).await;
        let collector = work.collector.into_inner();
        let (rows, total) = (collector.rows(), collector.total());
        let ended = match work.failed.into_inner() {
            _ if collector.is_complete() => LoadState::Done(collector.missing()),
            Some(failure) => LoadState::Failed(failure, rows, total),
            None => LoadState::Stopped(rows, total),
        };
        // Another range may be read by now.
        if self.is_newest(number) {
            // Whoever sees the rows knows already whether they are all.
            let mut entries = collector.into_entries();
            range.apply(&mut entries, offset_at);
            self.reading.set(ended);
            self.entries.set(Arc::new(entries));
        }
    }

    fn is_newest(&self, number: u64) -> bool {
        self.newest.load(Ordering::Relaxed) == number
    }

    /// Whether the reading of this number is still wanted.
    fn goes_on(&self, number: u64) -> bool {
        self.is_newest(number) && self.stopped.load(Ordering::Relaxed) != number
    }

    /// Reads page after page until there is nothing to do.
    async fn work(&self, number: u64, range: &DateRange, work: &Work) {
        let mut tries = 0;
        while self.goes_on(number) && work.failed.borrow().is_none() {
            let pause = work.pause.get() - now();
            if pause > 0 {
                self.tell(work, pause);
                sleep(pause.min(10 * GLANCE)).await;
                continue;
            }
            let next = work.collector.borrow_mut().ask();
            let Some(page) = next else {
                if work.collector.borrow().is_complete() {
                    return;
                }
                sleep(GLANCE).await;
                continue;
            };
            match self.client.logs(range.wire(page, SIZE)).await {
                Ok(answer) => {
                    tries = 0;
                    work.collector.borrow_mut().take(page, &answer);
                    if self.is_newest(number) {
                        self.tell(work, 0);
                    }
                }
                Err(failure) => {
                    work.collector.borrow_mut().fail(page);
                    tries += 1;
                    if tries >= TRIES || !may_pass(&failure) {
                        *work.failed.borrow_mut() = Some(failure);
                        return;
                    }
                    let asked = failure.retry_after.map_or(0, i64::from) * 1000;
                    let pause = now() + asked.max(250 << tries);
                    work.pause.set(work.pause.get().max(pause));
                }
            }
        }
    }

    fn tell(&self, work: &Work, pause: i64) {
        let collector = work.collector.borrow();
        self.reading.set(LoadState::Going(LoadProgress {
            rows: collector.rows(),
            total: collector.total(),
            since: now() - work.begun,
            pause,
        }));
    }
}

/// Whether the same question may have a better answer in a moment.
fn may_pass(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Network
            | FailureKind::TimedOut
            | FailureKind::Server
            | FailureKind::RateLimited
            | FailureKind::Unreadable(_)
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_time_it_took() {
        let progress = |rows, total| LoadProgress {
            rows,
            total,
            since: 2_000,
            pause: 0,
        };
        assert_eq!(progress(100, Some(400)).seconds_left(), Some(6));
        assert_eq!(progress(400, Some(400)).seconds_left(), Some(0));
        assert_eq!(progress(0, Some(400)).seconds_left(), None);
        assert_eq!(progress(100, None).seconds_left(), None);
    }
}
