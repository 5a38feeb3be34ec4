//! The rows as a file, or on paper: exactly those that are shown, in their order and columns.

use crate::browser::clock::sleep;
use crate::browser::download::File;
use crate::browser::intl;
use crate::log::columns::Column;
use crate::log::dialect::Dialect;
use crate::log::export::{CHUNK, Format, exported};
use crate::log::query::LogQuery;
use crate::pages::log::copy::{copy_as_text, copy_table};
use crate::pages::log::table::Rows;
use crate::pages::movement::form::focus;
use crate::pages::shared::regional::{HINT, regional};
use leptos::prelude::*;

/// The menu.
#[component]
pub fn ExportMenu(
    /// What is shown.
    #[prop(into)]
    rows: Signal<Rows>,
    /// Whether they are the rows of the view.
    current: Memo<bool>,
    /// The columns.
    columns: Memo<Vec<Column>>,
    /// Whether all rows stand in the page, as they must on paper.
    full: RwSignal<bool>,
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
    /// The file's name without its ending.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let (regional_name, regional) = regional();
    copy_as_text(rows, columns, regional.with_tabs());
    let copied = RwSignal::new(None::<bool>);
    // How many rows are written; nothing while nothing is.
    let written = RwSignal::new(None::<usize>);
    let write = move |format: Format| {
        let rows = rows.get_untracked();
        let name = format!("{}.{}", name.get_untracked(), format.extension());
        written.set(Some(0));
        leptos::task::spawn_local(async move {
            let file = File::new();
            file.write(&format.start());
            let count = rows.order.len();
            for from in (0..count).step_by(CHUNK) {
                // Stopped, or the screen was left.
                if written.try_get_untracked().flatten().is_none() {
                    return;
                }
                let to = (from + CHUNK).min(count);
                let piece = (from..to)
                    .filter_map(|place| rows.get(place))
                    .map(|(entry, _)| entry);
                file.write(&format.rows(piece, from == 0));
                written.try_set(Some(to));
                sleep(0).await;
            }
            file.write(format.end());
            file.offer(&name, format.media());
            written.try_set(None);
        });
    };
    let print = move |_| {
        full.set(true);
        leptos::task::spawn_local(async move {
            sleep(0).await;
            // Without a printer there is nothing to be told.
            let _ = window().print();
            full.try_set(false);
        });
    };
    let csv = move |dialect| {
        write(Format::Csv {
            columns: exported(&columns.get_untracked()),
            dialect,
        })
    };
    // The button goes once it was pressed, and must not take the focus along.
    let read_all = move |_| {
        go.run(LogQuery {
            all: true,
            ..query.get_untracked()
        });
        focus(".export > summary");
    };
    view! {
                {move || (!query.get().needs_all()).then(|| view! {
                    <button type="button" on:click=read_all>
                        "Read every row of these days first"
                    </button>
                })}
                <p class="hint">
                    {move || match current.get() {
                        true => rows.with(|rows| format!("The {} rows that are shown.", intl::count(rows.order.len()))),
                        false => "The rows are not loaded.".to_owned(),
                    }}
                </p>
                // A disabled group disables its buttons.
                <fieldset class="actions" disabled=move || !current.get()>
                    <button type="button" on:click=move |_| csv(Dialect::PLAIN)>"CSV"</button>
                    <button type="button" on:click=move |_| csv(regional)>{regional_name}</button>
                    <button type="button" on:click=move |_| write(Format::Json)>"JSON"</button>
                    <button type="button" on:click=print>"Print"</button>
                    <button type="button" on:click=move |_| copied.set(Some(copy_table()))>"Copy"</button>
                </fieldset>
                <p role="status">{move || copied.get().map(|done| if done { "Copied." } else { "Press Ctrl+C to copy." })}</p>
                <p class="hint">{HINT}</p>
                {move || written.get().map(|done| view! {
                    <div class="reading" role="status">
                        <span>{intl::count(done)}" rows written"</span>
                        <button type="button" on:click=move |_| written.set(None)>"Stop"</button>
                    </div>
                })}
    }
}
