//! Where the rows of a view come from: a page of the backend's, or every row of the days, filtered and sorted here.

use crate::browser::clock::offset_at;
use crate::client::{Failure, Remote};
use crate::log::continuity::{RowContinuity, continuity};
use crate::log::date_range::DateRange;
use crate::log::entry::{LogEntry, SharedNames};
use crate::log::filter::Choices;
use crate::log::full_range::{FullRange, LoadState};
use crate::log::page_reader::pages;
use crate::log::query::LogQuery;
use crate::log::sort::order;
use crate::pages::log::table::Rows;
use crate::wire::logs::Page;
use leptos::prelude::*;
use std::sync::Arc;

/// The rows of the view in the URL.
#[derive(Clone)]
pub struct Source {
    /// Every row of the days, where that is what the view needs.
    pub whole: FullRange,
    /// What is shown.
    pub rows: Memo<Rows>,
    /// The same rows in the order in which they were read: what is summed up does not depend on the order.
    pub kept: Memo<Rows>,
    /// What occurs in all that was read.
    pub choices: Memo<Choices>,
    /// Whether more is on its way.
    pub waiting: Memo<bool>,
    /// Why the page could not be read.
    pub failure: Memo<Option<Failure>>,
    /// Rows of these days by the backend's count, once it is known, and pages of them.
    pub totals: Memo<Option<(u64, u64)>>,
}

/// Rows and their links, as they were read.
type Linked = (Arc<Vec<LogEntry>>, Arc<Vec<RowContinuity>>);

impl Source {
    /// Reads what `query` asks for, anew whenever it changes or `refresh_count` does.
    pub fn new(query: Memo<LogQuery>, refresh_count: Signal<u32>) -> Self {
        let whole = FullRange::new(expect_context());
        let needs_all = Memo::new(move |_| query.get().needs_all());
        // A page is asked for only where a page is shown, and by nothing but what the backend knows of.
        let fault = Memo::new(move |_| query.get().fault().is_some());
        let asked =
            Memo::new(move |_| (!needs_all.get() && !fault.get()).then(|| query.get().wire()));
        let page = pages(asked, refresh_count);
        let range = Memo::new(move |_| needs_all.get().then(|| query.get().range()));
        let reading = whole.clone();
        Effect::new(move |_| {
            refresh_count.track();
            match range.get() {
                Some(range) if !fault.get() => reading.read(range),
                _ => reading.clear(),
            }
        });
        let leaving = whole.clone();
        on_cleanup(move || leaving.clear());

        let shown = Memo::new(move |_| query.get().range());
        let linked = linked(&whole, &page, needs_all, fault, shown);
        let filter = Memo::new(move |_| query.get().filter);
        let sort = Memo::new(move |_| query.get().sort);
        let read = linked.clone();
        let choices = Memo::new(move |_| read.with(|(entries, _)| Choices::of(entries)));
        let kept = Memo::new(move |_| {
            let (entries, continuity) = linked.get();
            let kept = if needs_all.get() {
                let filter = filter.get();
                let mut kept = filter.kept(&entries);
                if filter.broken {
                    kept.retain(|row| {
                        continuity
                            .get(*row as usize)
                            .is_some_and(RowContinuity::is_broken)
                    });
                }
                kept
            } else {
                (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect()
            };
            Rows {
                entries,
                order: Arc::new(kept),
                continuity,
            }
        });
        let rows = Memo::new(move |_| {
            let kept = kept.get();
            // A page stands as the backend sorts it; and what was read newest first needs no sorting for that.
            match sort.get().filter(|_| needs_all.get()) {
                None => kept,
                sort => Rows {
                    order: Arc::new(order(&kept.entries, kept.order.to_vec(), sort)),
                    ..kept
                },
            }
        });
        let (waits, fails, counts) = (page.clone(), page.clone(), page);
        let reading = whole.clone();
        Self {
            rows,
            kept,
            choices,
            waiting: Memo::new(move |_| match needs_all.get() {
                true => matches!(reading.reading(), LoadState::Going(_)),
                false => waits.get().is_waiting(),
            }),
            failure: Memo::new(move |_| fails.get().failure().cloned()),
            totals: Memo::new({
                let (whole, counted) = (whole.clone(), counted(counts, shown));
                move |_| {
                    if needs_all.get() {
                        let rows = whole.entries().len() as u64;
                        // That there are none is known only once everything was read.
                        let is_known = rows > 0 || whole.reading() == LoadState::Done(0);
                        return is_known.then_some((rows, 1));
                    }
                    let (page, range) = counted.get()?;
                    // While other days are read, nobody knows how many rows they have.
                    (range == shown.get()).then_some(())?;
                    Some((page.total_records, page.total_pages.max(1)))
                }
            }),
            whole,
        }
    }
}

/// The page as last read, with the days that it is of.
fn counted(page: Remote<Page>, range: Memo<DateRange>) -> ArcMemo<Option<(Arc<Page>, DateRange)>> {
    ArcMemo::new_with_compare(
        move |held: Option<&Option<(Arc<Page>, DateRange)>>| {
            let page = page.value()?;
            let held = held.cloned().flatten();
            let is_same = |held: &(Arc<Page>, DateRange)| Arc::ptr_eq(&held.0, &page);
            held.filter(is_same)
                .or_else(|| Some((page, range.get_untracked())))
        },
        |one, two| {
            let page = |counted: Option<&Option<(Arc<Page>, DateRange)>>| {
                counted.and_then(|counted| counted.as_ref().map(|(page, _)| Arc::as_ptr(page)))
            };
            page(one) != page(two)
        },
    )
}

/// The rows as they were read, and whether each one's balances follow from the row before.
fn linked(
    whole: &FullRange,
    page: &Remote<Page>,
    needs_all: Memo<bool>,
    fault: Memo<bool>,
    range: Memo<DateRange>,
) -> ArcMemo<Linked> {
    let (whole, load) = (whole.clone(), page.clone());
    let failed = ArcMemo::new(move |_| load.get().failure().is_some());
    let load = page.clone();
    let page = ArcMemo::new(move |_| load.value());
    ArcMemo::new_with_compare(
        move |held: Option<&Linked>| {
            let entries = if needs_all.get() {
                let entries = whole.entries();
                let is_coming = matches!(whole.reading(), LoadState::Idle | LoadState::Going(_));
                // What was shown stays until there is something to show instead.
                let is_known = |held: &&Linked| Arc::ptr_eq(&held.0, &entries);
                let stays = is_coming && entries.is_empty() && !fault.get();
                if let Some(held) = held.filter(|held| stays || is_known(held)) {
                    return held.clone();
                }
                entries
            } else {
                let mut names = SharedNames::default();
                let page = page.get();
                let stays = page.is_none() && !failed.get() && !fault.get();
                if let Some(held) = held.filter(|_| stays) {
                    return held.clone();
                }
                let rows = page.iter().flat_map(|page| &page.logs);
                let mut entries = rows.map(|row| LogEntry::of(row, &mut names)).collect();
                range.get().apply(&mut entries, offset_at);
                Arc::new(entries)
            };
            // Between rows that are missing, balances need not follow.
            let is_whole = !needs_all.get() || whole.reading() == LoadState::Done(0);
            let continuity = Arc::new(if is_whole {
                continuity(&entries)
            } else {
                Vec::new()
            });
            (entries, continuity)
        },
        |one, two| match (one, two) {
            (Some(one), Some(two)) => !Arc::ptr_eq(&one.0, &two.0),
            _ => true,
        },
    )
}
