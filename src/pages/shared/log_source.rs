//! Supplies the rows of a log view: one page from the service, or every entry of the date range, filtered and sorted in
//! the browser.

use crate::browser::clock::offset_at;
use crate::client::{Failure, Remote};
use crate::log::continuity::{RowContinuity, continuity};
use crate::log::date_range::DateRange;
use crate::log::entry::{LogEntry, SharedNames};
use crate::log::filter::Choices;
use crate::log::full_range::{FullRange, FullRangeState};
use crate::log::page_reader::pages;
use crate::log::query::LogQuery;
use crate::log::sort::order;
use crate::pages::shared::log_rows::Rows;
use crate::wire::logs::Page;
use leptos::prelude::*;
use std::sync::Arc;

/// The rows of a log view.
#[derive(Clone)]
pub struct LogSource {
    /// Every entry of the date range, loaded only if the view needs all of them.
    pub full_range: FullRange,
    /// The rows to show, in display order.
    pub rows: Memo<Rows>,
    /// The same rows in load order, for totals and charts, which don't depend on the sort.
    pub filtered: Memo<Rows>,
    /// The filter choices that occur in the loaded entries.
    pub choices: Memo<Choices>,
    /// Whether more entries are loading.
    pub waiting: Memo<bool>,
    /// Why the page couldn't be loaded.
    pub failure: Memo<Option<Failure>>,
    /// The numbers of entries and of pages in the date range, once known.
    pub totals: Memo<Option<(u64, u64)>>,
}

/// Entries as loaded, and each one's continuity with the previous entry.
type LoadedEntries = (Arc<Vec<LogEntry>>, Arc<Vec<RowContinuity>>);

impl LogSource {
    /// Loads the entries for `query`, and reloads them whenever `query` or `refresh_count` changes.
    pub fn new(query: Memo<LogQuery>, refresh_count: Signal<u32>) -> Self {
        let full_range = FullRange::new(expect_context());
        let needs_all = Memo::new(move |_| query.get().needs_all());
        // Request a page only if the view shows one, with parameters that the service supports.
        let is_invalid = Memo::new(move |_| query.get().range_error().is_some());
        let wire_query =
            Memo::new(move |_| (!needs_all.get() && !is_invalid.get()).then(|| query.get().wire()));
        let page = pages(wire_query, refresh_count);
        let range = Memo::new(move |_| needs_all.get().then(|| query.get().range()));
        let loading_range = full_range.clone();
        Effect::new(move |_| {
            refresh_count.track();
            match range.get() {
                Some(range) if !is_invalid.get() => loading_range.load(range),
                _ => loading_range.clear(),
            }
        });
        let cleared_range = full_range.clone();
        on_cleanup(move || cleared_range.clear());

        let shown = Memo::new(move |_| query.get().range());
        let loaded_entries = loaded_entries(&full_range, &page, needs_all, is_invalid, shown);
        let filter = Memo::new(move |_| query.get().filter);
        let sort = Memo::new(move |_| query.get().sort);
        let loaded = loaded_entries.clone();
        let choices = Memo::new(move |_| loaded.with(|(entries, _)| Choices::of(entries)));
        let filtered = Memo::new(move |_| {
            let (entries, continuity) = loaded_entries.get();
            let filtered = if needs_all.get() {
                let filter = filter.get();
                let mut filtered = filter.matching(&entries);
                if filter.broken {
                    filtered.retain(|row| {
                        continuity
                            .get(*row as usize)
                            .is_some_and(RowContinuity::is_broken)
                    });
                }
                filtered
            } else {
                (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect()
            };
            Rows {
                entries,
                order: Arc::new(filtered),
                continuity,
            }
        });
        let rows = Memo::new(move |_| {
            let filtered = filtered.get();
            // A page keeps the service's order, and entries load newest first, so the default order needs no sorting.
            match sort.get().filter(|_| needs_all.get()) {
                None => filtered,
                sort => Rows {
                    order: Arc::new(order(&filtered.entries, filtered.order.to_vec(), sort)),
                    ..filtered
                },
            }
        });
        let (waits, fails, counts) = (page.clone(), page.clone(), page);
        let loading_range = full_range.clone();
        Self {
            rows,
            filtered,
            choices,
            waiting: Memo::new(move |_| match needs_all.get() {
                true => matches!(loading_range.state(), FullRangeState::Loading(_)),
                false => waits.get().is_waiting(),
            }),
            failure: Memo::new(move |_| fails.get().failure().cloned()),
            totals: Memo::new({
                let (full_range, last_page) = (full_range.clone(), last_page(counts, shown));
                move |_| {
                    if needs_all.get() {
                        let rows = full_range.entries().len() as u64;
                        // Only a complete load proves that there are none.
                        let is_known = rows > 0 || full_range.state() == FullRangeState::Done(0);
                        return is_known.then_some((rows, 1));
                    }
                    let (page, range) = last_page.get()?;
                    // While another date range loads, its total is unknown.
                    (range == shown.get()).then_some(())?;
                    Some((page.total_records, page.total_pages.max(1)))
                }
            }),
            full_range,
        }
    }
}

/// Returns the page last loaded, with its date range.
fn last_page(
    page: Remote<Page>,
    range: Memo<DateRange>,
) -> ArcMemo<Option<(Arc<Page>, DateRange)>> {
    ArcMemo::new_with_compare(
        move |previous: Option<&Option<(Arc<Page>, DateRange)>>| {
            let page = page.value()?;
            let previous = previous.cloned().flatten();
            let is_same = |previous: &(Arc<Page>, DateRange)| Arc::ptr_eq(&previous.0, &page);
            previous
                .filter(is_same)
                .or_else(|| Some((page, range.get_untracked())))
        },
        |a, b| {
            let page = |last_page: Option<&Option<(Arc<Page>, DateRange)>>| {
                last_page
                    .and_then(|last_page| last_page.as_ref().map(|(page, _)| Arc::as_ptr(page)))
            };
            page(a) != page(b)
        },
    )
}

/// Returns the entries as loaded, and whether each one's balances follow from the previous entry.
fn loaded_entries(
    full_range: &FullRange,
    page: &Remote<Page>,
    needs_all: Memo<bool>,
    is_invalid: Memo<bool>,
    range: Memo<DateRange>,
) -> ArcMemo<LoadedEntries> {
    let (full_range, load) = (full_range.clone(), page.clone());
    let failed = ArcMemo::new(move |_| load.get().failure().is_some());
    let load = page.clone();
    let page = ArcMemo::new(move |_| load.value());
    ArcMemo::new_with_compare(
        move |previous: Option<&LoadedEntries>| {
            let entries = if needs_all.get() {
                let entries = full_range.entries();
                let is_loading = matches!(
                    full_range.state(),
                    FullRangeState::Idle | FullRangeState::Loading(_)
                );
                // Keep showing the previous entries until there are new ones.
                let is_known = |previous: &&LoadedEntries| Arc::ptr_eq(&previous.0, &entries);
                let keeps_previous = is_loading && entries.is_empty() && !is_invalid.get();
                if let Some(previous) =
                    previous.filter(|previous| keeps_previous || is_known(previous))
                {
                    return previous.clone();
                }
                entries
            } else {
                let mut names = SharedNames::default();
                let page = page.get();
                let keeps_previous = page.is_none() && !failed.get() && !is_invalid.get();
                if let Some(previous) = previous.filter(|_| keeps_previous) {
                    return previous.clone();
                }
                let rows = page.iter().flat_map(|page| &page.logs);
                let mut entries = rows.map(|row| LogEntry::of(row, &mut names)).collect();
                range.get().apply(&mut entries, offset_at);
                Arc::new(entries)
            };
            // If entries are missing, a balance need not follow from the previous one.
            let is_whole = !needs_all.get() || full_range.state() == FullRangeState::Done(0);
            let continuity = Arc::new(if is_whole {
                continuity(&entries)
            } else {
                Vec::new()
            });
            (entries, continuity)
        },
        |a, b| match (a, b) {
            (Some(a), Some(b)) => !Arc::ptr_eq(&a.0, &b.0),
            _ => true,
        },
    )
}
