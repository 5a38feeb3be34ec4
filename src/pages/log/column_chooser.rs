//! The choice of the log's columns, their order, and the row density.

use crate::browser::focus::focus_first;
use crate::log::columns::Column;
use crate::log::query::LogQuery;
use crate::pages::log::preferences::Preferences;
use leptos::prelude::*;

/// A checkbox and move buttons for each column, and the density.
#[component]
pub fn ColumnChooser(
    /// The columns shown, in order.
    columns: Memo<Vec<Column>>,
    /// The view's query.
    query: Memo<LogQuery>,
    /// Opens another view.
    navigate: Callback<LogQuery>,
    /// The remembered preferences.
    preferences: Preferences,
) -> impl IntoView {
    // The columns as last chosen. The URL updates later, so without this the second of two quick clicks would undo the
    // first.
    let latest = RwSignal::new(columns.get_untracked());
    Effect::new(move |_| latest.set(columns.get()));
    let set_columns = move |chosen: Vec<Column>| {
        if chosen.is_empty() {
            return;
        }
        preferences.save_columns(&chosen);
        latest.set(chosen.clone());
        let is_remembered = preferences
            .columns
            .with_value(|remembered| *remembered == chosen);
        let columns = (!is_remembered).then_some(chosen);
        navigate.run(LogQuery {
            columns,
            ..query.get_untracked()
        });
    };
    // Keep each column at its place in the list while it is toggled: hidden columns stay between the shown ones.
    let order = Memo::new(move |previous: Option<&Vec<Column>>| {
        let shown = latest.get();
        let is_shown = |column: &Column| shown.contains(column);
        match previous {
            Some(previous)
                if previous
                    .iter()
                    .copied()
                    .filter(is_shown)
                    .eq(shown.iter().copied()) =>
            {
                previous.clone()
            }
            _ => {
                let hidden = Column::ALL.into_iter().filter(|column| !is_shown(column));
                shown.iter().copied().chain(hidden).collect()
            }
        }
    });
    let item = move |column: Column| {
        let is_shown = move || latest.with(|shown| shown.contains(&column));
        let toggle = move |event| {
            let mut chosen = order.get_untracked();
            let shown = latest.get_untracked();
            chosen.retain(|other| shown.contains(other) != (*other == column));
            if chosen.is_empty() {
                // The last column can't be hidden: restore its checkbox.
                event_target::<web_sys::HtmlInputElement>(&event).set_checked(true);
            }
            set_columns(chosen);
        };
        let shift = move |by: isize, arrow: &'static str, direction: &'static str| {
            let positions = move || {
                latest.with(|shown| {
                    let at = shown.iter().position(|other| *other == column)?;
                    let to = at.checked_add_signed(by)?;
                    (to < shown.len()).then_some((at, to))
                })
            };
            let label = format!("Move {} {direction}", column.label());
            let button_selector = format!(".columns [aria-label=\"{label}\"]");
            let swap = move |_| {
                if let Some((at, to)) = untrack(positions) {
                    let mut chosen = latest.get_untracked();
                    chosen.swap(at, to);
                    set_columns(chosen);
                    // An element that moves in the page loses the focus.
                    focus_first(button_selector.clone());
                }
            };
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-label=label
                    aria-disabled=move || positions().is_none().then_some("true")
                    on:click=swap
                >
                    {arrow}
                </button>
            }
        };
        let shifts =
            move || is_shown().then(|| view! { {shift(-1, "↑", "left")}{shift(1, "↓", "right")} });
        view! {
            <li>
                <label>
                    <input type="checkbox" prop:checked=is_shown on:change=toggle />
                    {column.label()}
                </label>
                <span class="moves">{shifts}</span>
            </li>
        }
    };
    let compact = preferences.compact;
    view! {
                <ul class="plain columns">
                    <For each=move || order.get() key=|column| *column children=item />
                </ul>
                <div class="actions">
                    <label>
                        <input type="checkbox" prop:checked=move || compact.get() on:change=move |_| preferences.set_compact(!compact.get_untracked()) />
                        "Compact"
                    </label>
                    <button type="button" on:click=move |_| set_columns(Column::SHOWN.to_vec())>"Reset"</button>
                </div>
    }
}
