//! Loads every entry of a range: pages of a hundred, a few at a time, with progress, until the range is complete, the
//! user stops it, or it fails.

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

/// How long an idle worker waits before checking for work again, in milliseconds.
const POLL_INTERVAL: i64 = 25;
/// How many consecutive temporary errors a worker accepts before the load fails.
const MAX_ATTEMPTS: u32 = 6;

/// The loading state of a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FullRangeState {
    /// Nothing was requested.
    #[default]
    Idle,
    /// Loading.
    Loading(LoadProgress),
    /// Finished; this many entries could not be found. 0 if the range is complete.
    Done(u64),
    /// Stopped by the user after this many entries, out of this total if known.
    Stopped(u64, Option<u64>),
    /// Failed after this many entries, out of this total if known.
    Failed(Failure, u64, Option<u64>),
}

/// How far loading has progressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadProgress {
    /// Entries loaded so far.
    pub rows: u64,
    /// The total number of entries, once known.
    pub total: Option<u64>,
    /// Milliseconds since loading began.
    pub elapsed: i64,
    /// Milliseconds until the next request, while the service is rate limiting or failing.
    pub pause: i64,
}

impl LoadProgress {
    /// Estimates the seconds left, assuming a constant rate.
    pub fn seconds_left(&self) -> Option<u64> {
        let total = self.total?;
        let elapsed = u64::try_from(self.elapsed).ok()?;
        let remaining = total.saturating_sub(self.rows);
        let estimate = elapsed.saturating_mul(remaining).checked_div(self.rows)?;
        Some(estimate.div_ceil(1000))
    }
}

/// Every entry of a range.
#[derive(Clone)]
pub struct FullRange {
    client: Client,
    state: ArcRwSignal<FullRangeState>,
    entries: ArcRwSignal<Arc<Vec<LogEntry>>>,
    current: Arc<AtomicU64>,
    /// The number of the load that the user stopped last. Loads are numbered from 1.
    stopped: Arc<AtomicU64>,
}

/// State shared by the workers.
struct Work {
    collector: RefCell<PageCollector>,
    started_at: i64,
    paused_until: Cell<i64>,
    failed: RefCell<Option<Failure>>,
}

impl FullRange {
    /// Creates an empty range, with nothing loaded.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            state: ArcRwSignal::default(),
            entries: ArcRwSignal::default(),
            current: Arc::default(),
            stopped: Arc::default(),
        }
    }

    /// Returns the loading state. Tracked.
    pub fn state(&self) -> FullRangeState {
        self.state.get()
    }

    /// Returns the entries, newest first, once loading has ended. Tracked.
    pub fn entries(&self) -> Arc<Vec<LogEntry>> {
        self.entries.get()
    }

    /// Discards all entries and stops a load in progress.
    pub fn clear(&self) {
        self.current.fetch_add(1, Ordering::Relaxed);
        self.state.set(FullRangeState::Idle);
        self.entries.set(Arc::default());
    }

    /// Stops loading and keeps the entries received so far.
    pub fn stop(&self) {
        let current = self.current.load(Ordering::Relaxed);
        self.stopped.store(current, Ordering::Relaxed);
    }

    /// Loads `range`. Entries of any other range are discarded immediately.
    pub fn load(&self, range: DateRange) {
        self.clear();
        let number = self.current.load(Ordering::Relaxed);
        self.state
            .set(FullRangeState::Loading(LoadProgress::default()));
        let this = self.clone();
        leptos::task::spawn_local(async move { this.run(number, &range).await });
    }

    async fn run(&self, number: u64, range: &DateRange) {
        let work = Work {
            collector: RefCell::default(),
            started_at: now(),
            paused_until: Cell::default(),
            failed: RefCell::default(),
        };
        let worker = || self.work(number, range, &work);
        // Once the load is stopped or replaced, don't wait for responses in flight.
        let stopped = async {
            while self.is_wanted(number) {
                sleep(POLL_INTERVAL * 4).await;
            }
        };
        select(pin!(join3(worker(), worker(), worker())), pin!(stopped)).await;
        let collector = work.collector.into_inner();
        let (rows, total) = (collector.rows(), collector.total());
        let final_state = match work.failed.into_inner() {
            _ if collector.is_complete() => FullRangeState::Done(collector.missing()),
            Some(failure) => FullRangeState::Failed(failure, rows, total),
            None => FullRangeState::Stopped(rows, total),
        };
        // Another range may be loading by now.
        if self.is_current(number) {
            let mut entries = collector.into_entries();
            range.apply(&mut entries, offset_at);
            // Set the state first, so that any view of the entries already knows whether they are complete.
            self.state.set(final_state);
            self.entries.set(Arc::new(entries));
        }
    }

    fn is_current(&self, number: u64) -> bool {
        self.current.load(Ordering::Relaxed) == number
    }

    /// Whether the load with this number is still wanted.
    fn is_wanted(&self, number: u64) -> bool {
        self.is_current(number) && self.stopped.load(Ordering::Relaxed) != number
    }

    /// Loads page after page until there is nothing left to do.
    async fn work(&self, number: u64, range: &DateRange, work: &Work) {
        let mut attempts = 0;
        while self.is_wanted(number) && work.failed.borrow().is_none() {
            let pause = work.paused_until.get() - now();
            if pause > 0 {
                self.report(work, pause);
                sleep(pause.min(10 * POLL_INTERVAL)).await;
                continue;
            }
            let next = work.collector.borrow_mut().next_page();
            let Some(page) = next else {
                if work.collector.borrow().is_complete() {
                    return;
                }
                sleep(POLL_INTERVAL).await;
                continue;
            };
            match self.client.logs(range.wire(page, SIZE)).await {
                Ok(response) => {
                    attempts = 0;
                    work.collector.borrow_mut().add(page, &response);
                    if self.is_current(number) {
                        self.report(work, 0);
                    }
                }
                Err(failure) => {
                    work.collector.borrow_mut().mark_failed(page);
                    attempts += 1;
                    if attempts >= MAX_ATTEMPTS || !is_temporary(&failure) {
                        *work.failed.borrow_mut() = Some(failure);
                        return;
                    }
                    let retry_after = failure.retry_after.map_or(0, i64::from) * 1000;
                    let until = now() + retry_after.max(250 << attempts);
                    work.paused_until.set(work.paused_until.get().max(until));
                }
            }
        }
    }

    fn report(&self, work: &Work, pause: i64) {
        let collector = work.collector.borrow();
        self.state.set(FullRangeState::Loading(LoadProgress {
            rows: collector.rows(),
            total: collector.total(),
            elapsed: now() - work.started_at,
            pause,
        }));
    }
}

/// Whether the same request may succeed later.
fn is_temporary(failure: &Failure) -> bool {
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
    fn seconds_left_assumes_a_constant_rate() {
        let progress = |rows, total| LoadProgress {
            rows,
            total,
            elapsed: 2_000,
            pause: 0,
        };
        assert_eq!(progress(100, Some(400)).seconds_left(), Some(6));
        assert_eq!(progress(400, Some(400)).seconds_left(), Some(0));
        assert_eq!(progress(0, Some(400)).seconds_left(), None);
        assert_eq!(progress(100, None).seconds_left(), None);
    }
}
