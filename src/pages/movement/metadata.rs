//! The metadata rows of an allocation.

use crate::movement::form::draft::{AllocateDraft, METADATA_ROWS, Rows};
use crate::pages::movement::form::focus;
use leptos::prelude::*;

/// Rows of name and value, with a button to add one and one to take each away.
#[component]
pub fn MetadataRows(
    /// The form they belong to.
    draft: ArcRwSignal<AllocateDraft>,
    /// Told of every change.
    edited: Callback<()>,
    /// Whether the form was sent.
    #[prop(into)]
    asked: Signal<bool>,
) -> impl IntoView {
    let count = {
        let draft = draft.clone();
        Memo::new(move |_| draft.with(|draft| draft.metadata.len()))
    };
    let fault = {
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
                    let (key_of, value_of) = (draft.clone(), draft.clone());
                    let (set_key, set_value, remove) = (change.clone(), change.clone(), change.clone());
                    let wrong = move || {
                        fault.get().filter(|(at, _)| *at == row && asked.get()).map(|(_, sentence)| sentence)
                    };
                    let key = move || key_of.with(|draft| draft.metadata.get(row).map(|(key, _)| key.clone()));
                    let value = move || value_of.with(|draft| draft.metadata.get(row).map(|(_, value)| value.clone()));
                    view! {
                        <li>
                            <input
                                aria-label=format!("Name {}", row + 1)
                                placeholder="Name"
                                autocomplete="off"
                                aria-invalid=move || wrong().is_some().then_some("true")
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
                                aria-label=format!("Remove row {}", row + 1)
                                on:click=move |_| {
                                    remove(&|rows| if row < rows.len() { rows.remove(row); });
                                    focus(".metadata > button");
                                }
                            >
                                "✕"
                            </button>
                            <p class="error" id=format!("metadata-{row}-error") aria-live="polite">{wrong}</p>
                        </li>
                    }
                })
                .collect_view()
        }
    };
    view! {
        <fieldset class="metadata">
            <legend>"Metadata"</legend>
            <ul>{rows}</ul>
            <button
                type="button"
                disabled=move || { count.get() >= METADATA_ROWS }
                on:click=move |_| {
                    change(&|rows| rows.push(Default::default()));
                    focus(".metadata li:last-child input");
                }
            >
                "Add a row"
            </button>
            <p class="hint">"Names and values of your own, such as an invoice number. Optional."</p>
        </fieldset>
    }
}
