//! A select field.

use leptos::prelude::*;

/// Values and their labels.
pub type Options = Vec<(String, String)>;

/// The options of a select: an empty value labeled `none`, then `all`, then `selected` if it is not among them, as when
/// a link selects a value that doesn't occur.
pub fn options(none: &str, all: Options, selected: String) -> Options {
    let mut options = vec![(String::new(), none.to_owned())];
    options.extend(all);
    if options.iter().all(|(value, _)| *value != selected) {
        options.push((selected.clone(), selected));
    }
    options
}

/// A select with its label.
#[component]
pub fn Choice(
    /// The id.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// The options.
    #[prop(into)]
    options: Signal<Options>,
    /// The selected value.
    #[prop(into)]
    selected: Signal<String>,
    /// Called with the newly selected value.
    on_change: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let all = options.get().into_iter();
        all.map(|(value, label)| {
            let own_value = value.clone();
            // A value with digits is an id; its label is a name, which is not translated.
            let translate = value.contains(char::is_numeric).then_some("no");
            view! { <option value=value translate=translate prop:selected=move || selected.get() == own_value>{label}</option> }
        })
        .collect_view()
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id on:change=move |event| on_change.run(event_target_value(&event))>{options}</select>
        </div>
    }
}
