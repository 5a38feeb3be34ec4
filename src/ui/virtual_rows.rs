//! Virtual scrolling for rows of equal height: only the rows in view are in the page, with spacers above and below.

use crate::ui::lazy::after_paint;
use leptos::html::{Div, Td};
use leptos::prelude::*;
use std::ops::Range;
use std::time::Duration;

/// Tables with up to this many rows have all of them in the page.
pub const ROWS_IN_FULL: usize = 200;
/// How many rows are rendered above and below those in view.
const MARGIN: usize = 8;
/// The window moves in steps of this many rows, so that most scrolling changes nothing.
const STEP: usize = 5;
/// How long the margin is left out after a jump to other rows. Dragging the scroll bar jumps in every frame, and a
/// frame should render only what is in view.
const SETTLE_TIME: Duration = Duration::from_millis(120);
/// A row's height in pixels until one has been measured.
const INITIAL_HEIGHT: i32 = 36;

/// Which rows are in the page.
#[derive(Clone, Copy)]
pub struct RowWindow {
    /// The element that scrolls.
    pub frame: NodeRef<Div>,
    /// The spacer above.
    pub above: NodeRef<Td>,
    /// The spacer below.
    pub below: NodeRef<Td>,
    count: Signal<usize>,
    full: Signal<bool>,
    first: RwSignal<usize>,
    visible: RwSignal<usize>,
    margin: RwSignal<usize>,
    jumps: StoredValue<u32>,
    height: RwSignal<i32>,
    /// Whether the first rows have been painted.
    is_painted: Signal<bool>,
}

impl RowWindow {
    /// Creates a window on `count` rows, or with all of them in the page if `full`. Stops when the current owner is
    /// disposed.
    pub fn new(count: Signal<usize>, full: Signal<bool>) -> Self {
        let window = Self {
            frame: NodeRef::new(),
            above: NodeRef::new(),
            below: NodeRef::new(),
            count,
            full,
            first: RwSignal::new(0),
            visible: RwSignal::new(max_visible_rows()),
            margin: RwSignal::new(MARGIN),
            jumps: StoredValue::new(0),
            height: RwSignal::new(INITIAL_HEIGHT),
            is_painted: after_paint(Memo::new(move |_| count.get() > 0)),
        };
        Effect::new(move |_| {
            let (shown, count, height) = (window.shown(), count.get(), window.height.get());
            let spacer_height = |row_count: usize| {
                i32::try_from(row_count)
                    .unwrap_or(i32::MAX)
                    .saturating_mul(height)
            };
            let spacers = [
                (window.above, spacer_height(shown.start)),
                (window.below, spacer_height(count - shown.end)),
            ];
            for (cell, spacer_height) in spacers {
                if let Some(cell) = cell.get() {
                    let _ = web_sys::HtmlElement::style(&cell)
                        .set_property("height", &format!("{spacer_height}px"));
                }
            }
        });
        // With fewer rows, the list may end before the scroll position.
        Effect::new(move |_| {
            count.track();
            window.scrolled();
        });
        window
    }

    /// The indexes of the rows that are in the page. Tracked.
    pub fn shown(&self) -> Range<usize> {
        let count = self.count.get();
        if self.full.get() {
            return 0..count;
        }
        if count <= ROWS_IN_FULL {
            // The rows below the fold follow one frame after those in view.
            return match self.is_painted.get() {
                true => 0..count,
                false => 0..count.min(self.visible.get()),
            };
        }
        // Show the last rows if the list is now shorter than the scroll position.
        let (visible, margin) = (self.visible.get(), self.margin.get());
        let first = self.first.get().min(count.saturating_sub(visible));
        let end = first + visible + margin;
        first.saturating_sub(margin)..end.min(count)
    }

    /// Updates the window after the frame was scrolled or resized.
    pub fn scrolled(&self) {
        // Reading the height and the scroll position forces a layout. Neither is needed if all rows are in the page.
        let shows_all = self.full.get_untracked() || self.count.get_untracked() <= ROWS_IN_FULL;
        let Some(frame) = self.frame.get_untracked().filter(|_| !shows_all) else {
            return;
        };
        // A hidden frame has no height; it is measured again later.
        let frame_height = frame.client_height();
        if frame_height == 0 {
            return;
        }
        if let Ok(Some(row)) = frame.query_selector("tbody tr.row") {
            let measured = row.client_height();
            if measured > 0 {
                set_if_changed(self.height, measured);
            }
        }
        let height = self.height.get_untracked().max(1);
        let row_count = |pixels: i32| usize::try_from(pixels / height).unwrap_or(0);
        let first = row_count(frame.scroll_top()) / STEP * STEP;
        let visible = row_count(frame_height) + STEP;
        if first.abs_diff(self.first.get_untracked()) > visible {
            self.jump();
        }
        set_if_changed(self.first, first);
        set_if_changed(self.visible, visible);
    }

    /// Leaves out the margin until [`SETTLE_TIME`] has passed without another jump.
    fn jump(self) {
        self.jumps
            .update_value(|jumps| *jumps = jumps.wrapping_add(1));
        let jump = self.jumps.get_value();
        set_if_changed(self.margin, 0);
        set_timeout(
            move || {
                if self.jumps.try_get_value() == Some(jump) {
                    set_if_changed(self.margin, MARGIN);
                }
            },
            SETTLE_TIME,
        );
    }
}

/// The number of rows that fit on the screen, ignoring whatever is above them.
fn max_visible_rows() -> usize {
    let height = window().screen().and_then(|screen| screen.avail_height());
    let row_count = usize::try_from(height.unwrap_or_default() / INITIAL_HEIGHT);
    row_count
        .ok()
        .filter(|row_count| *row_count > 0)
        .unwrap_or(40)
}

/// Sets the signal if the value has changed.
fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|current| *current != value) {
        signal.set(value);
    }
}
