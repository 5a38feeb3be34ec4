//! One of several.

use leptos::prelude::*;

/// Values and labels to choose from.
pub type Options = Vec<(String, String)>;

/// What there is to choose: none of them under the name `none`, all, and the one that a link chose though it does not
/// occur.
pub fn options(none: &str, all: Options, chosen: String) -> Options {
    let mut options = vec![(String::new(), none.to_owned())];
    options.extend(all);
    if options.iter().all(|(value, _)| *value != chosen) {
        options.push((chosen.clone(), chosen));
    }
    options
}

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
            // What has an id is a name.
            let translate = value.contains(char::is_numeric).then_some("no");
            view! { <option value=value translate=translate prop:selected=move || chosen.get() == own>{label}</option> }
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
