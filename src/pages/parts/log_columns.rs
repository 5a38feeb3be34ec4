//! Which columns the log shows, in which order, and how close its rows stand.

use super::preferences::Preferences;
use crate::log::LogQuery;
use crate::log::columns::Column;
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
    let choose = move |chosen: Vec<Column>| {
        if chosen.is_empty() {
            return;
        }
        preferences.choose(chosen.clone());
        let columns = (chosen != Column::SHOWN).then_some(chosen);
        go.run(LogQuery {
            columns,
            ..query.get_untracked()
        });
    };
    let rows = move || {
        let shown = columns.get();
        let hidden = Column::ALL
            .into_iter()
            .filter(|column| !shown.contains(column));
        let all: Vec<_> = shown.iter().copied().chain(hidden).collect();
        all.into_iter()
            .map(|column| {
                let place = shown.iter().position(|held| *held == column);
                let toggle = move |_| {
                    let mut chosen = columns.get_untracked();
                    match chosen.iter().position(|held| *held == column) {
                        Some(at) => drop(chosen.remove(at)),
                        None => chosen.push(column),
                    }
                    choose(chosen);
                };
                let shift = move |by: isize, mark: &'static str, what: &'static str| {
                    let to = place.and_then(|at| at.checked_add_signed(by));
                    let to = to.filter(|to| *to < columns.get_untracked().len());
                    place.zip(to).map(|(at, to)| {
                        let swap = move |_| {
                            let mut chosen = columns.get_untracked();
                            chosen.swap(at, to);
                            choose(chosen);
                        };
                        view! {
                            <button type="button" class="quiet" aria-label=format!("{}: {what}", column.label()) on:click=swap>
                                {mark}
                            </button>
                        }
                    })
                };
                view! {
                    <li>
                        <label>
                            <input type="checkbox" prop:checked=place.is_some() on:change=toggle />
                            {column.label()}
                        </label>
                        <span class="moves">{shift(-1, "↑", "earlier")}{shift(1, "↓", "later")}</span>
                    </li>
                }
            })
            .collect_view()
    };
    let compact = preferences.compact;
    view! {
        <details class="menu">
            <summary>"Columns"</summary>
            <div class="menu-body">
                <ul class="plain columns">{rows}</ul>
                <div class="actions">
                    <label>
                        <input type="checkbox" prop:checked=move || compact.get() on:change=move |_| preferences.set_compact(!compact.get_untracked()) />
                        "Close rows"
                    </label>
                    <button type="button" on:click=move |_| choose(Column::SHOWN.to_vec())>"As at first"</button>
                </div>
            </div>
        </details>
    }
}
