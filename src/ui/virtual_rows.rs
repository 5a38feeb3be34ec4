//! Of many rows of one height, those that are in sight: the others are room above and below.

use crate::ui::lazy::after_paint;
use leptos::html::{Div, Td};
use leptos::prelude::*;
use std::ops::Range;
use std::time::Duration;

/// Up to so many rows, all of them are in the page.
pub const ROWS_IN_FULL: usize = 200;
/// Rows kept ready on either side of those in sight.
const MARGIN: usize = 8;
/// The window moves by so many rows at once, so that most scrolling changes nothing.
const STEP: usize = 5;
/// How long after a leap to other rows those on either side are left out: a bar that is dragged leaps in every frame, and
/// a frame should hold no more than what is seen.
const CALM: Duration = Duration::from_millis(120);
/// A row's height in pixels before one was measured.
const HEIGHT: i32 = 36;

/// Which rows are in the page.
#[derive(Clone, Copy)]
pub struct RowWindow {
    /// The element that scrolls.
    pub frame: NodeRef<Div>,
    /// The room above.
    pub above: NodeRef<Td>,
    /// The room below.
    pub below: NodeRef<Td>,
    count: Signal<usize>,
    full: Signal<bool>,
    first: RwSignal<usize>,
    visible: RwSignal<usize>,
    margin: RwSignal<usize>,
    leaps: StoredValue<u32>,
    height: RwSignal<i32>,
    /// Whether the first of them were painted.
    begun: Signal<bool>,
}

impl RowWindow {
    /// A window on so many rows, or on all of them. Ends with the present owner.
    pub fn new(count: Signal<usize>, full: Signal<bool>) -> Self {
        let window = Self {
            frame: NodeRef::new(),
            above: NodeRef::new(),
            below: NodeRef::new(),
            count,
            full,
            first: RwSignal::new(0),
            visible: RwSignal::new(at_most()),
            margin: RwSignal::new(MARGIN),
            leaps: StoredValue::new(0),
            height: RwSignal::new(HEIGHT),
            begun: after_paint(Memo::new(move |_| count.get() > 0)),
        };
        Effect::new(move |_| {
            let (shown, count, height) = (window.shown(), count.get(), window.height.get());
            let room = |rows: usize| {
                i32::try_from(rows)
                    .unwrap_or(i32::MAX)
                    .saturating_mul(height)
            };
            let rooms = [
                (window.above, room(shown.start)),
                (window.below, room(count - shown.end)),
            ];
            for (cell, room) in rooms {
                if let Some(cell) = cell.get() {
                    let _ = web_sys::HtmlElement::style(&cell)
                        .set_property("height", &format!("{room}px"));
                }
            }
        });
        // Fewer rows may end before the place that was scrolled to.
        Effect::new(move |_| {
            count.track();
            window.scrolled();
        });
        window
    }

    /// The places of the rows that are in the page. Tracked.
    pub fn shown(&self) -> Range<usize> {
        let count = self.count.get();
        if self.full.get() {
            return 0..count;
        }
        if count <= ROWS_IN_FULL {
            // Those below the end of the screen come a frame after those that are seen.
            return match self.begun.get() {
                true => 0..count,
                false => 0..count.min(self.visible.get()),
            };
        }
        // Where the rows have become fewer than were scrolled past, the last of them.
        let (visible, margin) = (self.visible.get(), self.margin.get());
        let first = self.first.get().min(count.saturating_sub(visible));
        let end = first + visible + margin;
        first.saturating_sub(margin)..end.min(count)
    }

    /// The frame was scrolled, or is of another size.
    pub fn scrolled(&self) {
        // To ask how high it is, and where it stands, costs a layout. Where all rows are in the page nobody needs to know.
        let all = self.full.get_untracked() || self.count.get_untracked() <= ROWS_IN_FULL;
        let Some(frame) = self.frame.get_untracked().filter(|_| !all) else {
            return;
        };
        // What is not shown has no height, and will be asked again.
        let seen = frame.client_height();
        if seen == 0 {
            return;
        }
        if let Ok(Some(row)) = frame.query_selector("tbody tr.row") {
            let measured = row.client_height();
            if measured > 0 {
                set(self.height, measured);
            }
        }
        let height = self.height.get_untracked().max(1);
        let rows = |pixels: i32| usize::try_from(pixels / height).unwrap_or(0);
        let first = rows(frame.scroll_top()) / STEP * STEP;
        let visible = rows(seen) + STEP;
        if first.abs_diff(self.first.get_untracked()) > visible {
            self.leap();
        }
        set(self.first, first);
        set(self.visible, visible);
    }

    /// Leaves out the rows on either side until nothing has leapt for a while.
    fn leap(self) {
        self.leaps
            .update_value(|leaps| *leaps = leaps.wrapping_add(1));
        let leap = self.leaps.get_value();
        set(self.margin, 0);
        set_timeout(
            move || {
                if self.leaps.try_get_value() == Some(leap) {
                    set(self.margin, MARGIN);
                }
            },
            CALM,
        );
    }
}

/// Rows that the screen has room for, whatever stands above them.
fn at_most() -> usize {
    let height = window().screen().and_then(|screen| screen.avail_height());
    let rows = usize::try_from(height.unwrap_or_default() / HEIGHT);
    rows.ok().filter(|rows| *rows > 0).unwrap_or(40)
}

/// Sets what has changed.
fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}
