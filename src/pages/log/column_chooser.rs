//! Which columns the log shows, in which order, and how close its rows stand.

use crate::log::columns::Column;
use crate::log::query::LogQuery;
use crate::pages::log::preferences::Preferences;
use crate::pages::movement::form::focus;
use leptos::prelude::*;

/// The chooser.
#[component]
pub fn ColumnChooser(
    /// The columns as they are shown.
    columns: Memo<Vec<Column>>,
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
    /// What is remembered.
    preferences: Preferences,
) -> impl IntoView {
    // The address follows a moment later; whoever ticks two boxes at once means both.
    let latest = RwSignal::new(columns.get_untracked());
    Effect::new(move |_| latest.set(columns.get()));
    let choose = move |chosen: Vec<Column>| {
        if chosen.is_empty() {
            return;
        }
        preferences.choose(&chosen);
        latest.set(chosen.clone());
        let is_usual = preferences.columns.with_value(|liked| *liked == chosen);
        let columns = (!is_usual).then_some(chosen);
        go.run(LogQuery {
            columns,
            ..query.get_untracked()
        });
    };
    // Whoever goes through the list finds each column where it was: those that are not shown stay between the others.
    let order = Memo::new(move |held: Option<&Vec<Column>>| {
        let shown = latest.get();
        let is_shown = |column: &Column| shown.contains(column);
        match held {
            Some(held)
                if held
                    .iter()
                    .copied()
                    .filter(is_shown)
                    .eq(shown.iter().copied()) =>
            {
                held.clone()
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
            chosen.retain(|held| shown.contains(held) != (*held == column));
            if chosen.is_empty() {
                // The last one stays, and is told to.
                event_target::<web_sys::HtmlInputElement>(&event).set_checked(true);
            }
            choose(chosen);
        };
        let shift = move |by: isize, mark: &'static str, what: &'static str| {
            let places = move || {
                latest.with(|shown| {
                    let at = shown.iter().position(|held| *held == column)?;
                    let to = at.checked_add_signed(by)?;
                    (to < shown.len()).then_some((at, to))
                })
            };
            let label = format!("{}: {what}", column.label());
            let moved = format!(".columns [aria-label=\"{label}\"]");
            let swap = move |_| {
                if let Some((at, to)) = untrack(places) {
                    let mut chosen = latest.get_untracked();
                    chosen.swap(at, to);
                    choose(chosen);
                    // What is put elsewhere in the page loses the focus.
                    focus(moved.clone());
                }
            };
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-label=label
                    aria-disabled=move || places().is_none().then_some("true")
                    on:click=swap
                >
                    {mark}
                </button>
            }
        };
        let shifts = move || {
            is_shown().then(|| view! { {shift(-1, "↑", "earlier")}{shift(1, "↓", "later")} })
        };
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
                        "Close rows"
                    </label>
                    <button type="button" on:click=move |_| choose(Column::SHOWN.to_vec())>"As at first"</button>
                </div>
    }
}
