//! One of several.

use leptos::prelude::*;

/// Values and labels to choose from.
pub type Options = Vec<(String, String)>;

/// A list to choose from, under its label.
#[component]
pub fn Choice(
    /// The id.
    id: &'static str,
    /// What is chosen.
    label: &'static str,
    /// What there is.
    #[prop(into)]
    options: Signal<Options>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<String>,
    /// Takes the value of what was chosen.
    go: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let all = options.get().into_iter();
        all.map(|(value, label)| {
            let own = value.clone();
            view! { <option value=value prop:selected=move || chosen.get() == own>{label}</option> }
        })
        .collect_view()
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id on:change=move |event| go.run(event_target_value(&event))>{options}</select>
        </div>
    }
}
