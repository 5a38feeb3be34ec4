//! Exports, prints or copies exactly the rows shown, in their order and columns.

use crate::browser::clock::sleep;
use crate::browser::download::File;
use crate::browser::focus::focus_first;
use crate::browser::intl;
use crate::log::columns::Column;
use crate::log::dialect::Dialect;
use crate::log::export::{CHUNK, Format, exported};
use crate::log::query::LogQuery;
use crate::pages::log::copy::{copy_as_text, copy_table};
use crate::pages::shared::log_rows::Rows;
use crate::pages::shared::regional::{HINT, regional};
use leptos::prelude::*;

/// The content of the export menu.
#[component]
pub fn ExportMenu(
    /// The rows shown.
    #[prop(into)]
    rows: Signal<Rows>,
    /// Whether `rows` belong to the current view.
    current: Memo<bool>,
    /// The columns shown, in order.
    columns: Memo<Vec<Column>>,
    /// Whether every row is rendered, as printing requires.
    full: RwSignal<bool>,
    /// The view's query.
    query: Memo<LogQuery>,
    /// Opens another view.
    navigate: Callback<LogQuery>,
    /// The file's name without its extension.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let (regional_name, regional) = regional();
    copy_as_text(rows, columns, regional.with_tabs());
    let copied = RwSignal::new(None::<bool>);
    // The number of rows written so far, while an export runs.
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
                // Stopped, or the user left the screen.
                if written.try_get_untracked().flatten().is_none() {
                    return;
                }
                let to = (from + CHUNK).min(count);
                let chunk = (from..to)
                    .filter_map(|place| rows.get(place))
                    .map(|(entry, _)| entry);
                file.write(&format.rows(chunk, from == 0));
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
            // There is nothing to report if the browser can't print.
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
    // The button disappears once pressed, so move the focus to the menu.
    let load_all = move |_| {
        navigate.run(LogQuery {
            all: true,
            ..query.get_untracked()
        });
        focus_first(".export > summary");
    };
    view! {
                {move || (!query.get().needs_all()).then(|| view! {
                    <button type="button" on:click=load_all>
                        "Load all entries first"
                    </button>
                })}
                <p class="hint">
                    {move || match current.get() {
                        true => rows.with(|rows| format!("{}.", intl::counted(rows.order.len(), "entry shown", "entries shown"))),
                        false => "The entries aren't loaded.".to_owned(),
                    }}
                </p>
                // A disabled fieldset disables its buttons.
                <fieldset class="actions" disabled=move || !current.get()>
                    <button type="button" on:click=move |_| csv(Dialect::PLAIN)>"CSV"</button>
                    <button type="button" on:click=move |_| csv(regional)>{regional_name}</button>
                    <button type="button" on:click=move |_| write(Format::Json)>"JSON"</button>
                    <button type="button" on:click=print>"Print"</button>
                    <button type="button" on:click=move |_| copied.set(Some(copy_table()))>"Copy"</button>
                </fieldset>
                <p role="status">{move || copied.get().map(|done| if done { "Copied." } else { "Use your keyboard to copy." })}</p>
                <p class="hint">{HINT}</p>
                {move || written.get().map(|done| view! {
                    <div class="reading" role="status">
                        <span>{intl::count(done)}" entries exported"</span>
                        <button type="button" on:click=move |_| written.set(None)>"Stop"</button>
                    </div>
                })}
    }
}
