//! The metadata rows of an allocation.

use crate::browser::focus::focus_first;
use crate::movement::form::draft::{AllocateDraft, METADATA_ROWS, Rows};
use leptos::prelude::*;

/// Rows of a name and a value, with buttons to add and remove rows.
#[component]
pub fn MetadataRows(
    /// The draft that contains them.
    draft: ArcRwSignal<AllocateDraft>,
    /// Runs on every change.
    edited: Callback<()>,
    /// Whether the form was submitted.
    #[prop(into)]
    submitted: Signal<bool>,
) -> impl IntoView {
    let count = {
        let draft = draft.clone();
        Memo::new(move |_| draft.with(|draft| draft.metadata.len()))
    };
    let row_error = {
        let draft = draft.clone();
        Memo::new(move |_| draft.with(|draft| draft.metadata().err()))
    };
    let change = {
        let draft = draft.clone();
        move |change: &dyn Fn(&mut Rows)| {
            draft.update(|draft| change(&mut draft.metadata));
            edited.run(());
        }
    };
    let rows = {
        let (draft, change) = (draft.clone(), change.clone());
        move || {
            (0..count.get())
                .map(|row| {
                    let (key_draft, value_draft) = (draft.clone(), draft.clone());
                    let (set_key, set_value, remove) = (change.clone(), change.clone(), change.clone());
                    let error = move || {
                        row_error.get().filter(|(at, _)| *at == row && submitted.get()).map(|(_, sentence)| sentence)
                    };
                    let key = move || key_draft.with(|draft| draft.metadata.get(row).map(|(key, _)| key.clone()));
                    let value = move || value_draft.with(|draft| draft.metadata.get(row).map(|(_, value)| value.clone()));
                    view! {
                        <li>
                            <input
                                aria-label=format!("Label {}", row + 1)
                                placeholder="Label"
                                autocomplete="off"
                                aria-invalid=move || error().is_some().then_some("true")
                                aria-describedby=format!("metadata-{row}-error")
                                prop:value=key
                                on:input=move |event| {
                                    let text = event_target_value(&event);
                                    set_key(&|rows| if let Some(row) = rows.get_mut(row) { row.0.clone_from(&text) })
                                }
                            />
                            <input
                                aria-label=format!("Value {}", row + 1)
                                placeholder="Value"
                                autocomplete="off"
                                prop:value=value
                                on:input=move |event| {
                                    let text = event_target_value(&event);
                                    set_value(&|rows| if let Some(row) = rows.get_mut(row) { row.1.clone_from(&text) })
                                }
                            />
                            <button
                                type="button"
                                class="quiet"
                                aria-label=format!("Remove field {}", row + 1)
                                on:click=move |_| {
                                    remove(&|rows| if row < rows.len() { rows.remove(row); });
                                    focus_first(".metadata > button");
                                }
                            >
                                "✕"
                            </button>
                            <p class="error" id=format!("metadata-{row}-error") aria-live="polite">{error}</p>
                        </li>
                    }
                })
                .collect_view()
        }
    };
    view! {
        <fieldset class="metadata">
            <legend>"Reference details (optional)"</legend>
            <ul>{rows}</ul>
            <button
                type="button"
                disabled=move || { count.get() >= METADATA_ROWS }
                on:click=move |_| {
                    change(&|rows| rows.push(Default::default()));
                    focus_first(".metadata li:last-child input");
                }
            >
                "Add field"
            </button>
            <p class="hint">"Your own labels and values, e.g. an invoice number."</p>
        </fieldset>
    }
}
