//! Choosing the days of a list.

use crate::ui::field::{Input, TextField};
use leptos::prelude::*;

/// A first and a last day, `YYYY-MM-DD`, each where it is chosen.
pub type Days = (Option<String>, Option<String>);

/// The days, chosen by a form with a button: nothing is asked for while somebody still types.
#[component]
pub fn DayRange(
    /// The first day.
    from: Signal<Option<String>>,
    /// The last day.
    to: Signal<Option<String>>,
    /// Takes what was chosen.
    go: Callback<Days>,
    /// Which days they are: whose zone counts them.
    #[prop(into)]
    hint: Signal<String>,
) -> impl IntoView {
    let (first, last) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Only a change of the days replaces what is being typed.
    Effect::new(move |shown: Option<Days>| {
        let days = (from.get(), to.get());
        if shown.as_ref() != Some(&days) {
            first.set(days.0.clone().unwrap_or_default());
            last.set(days.1.clone().unwrap_or_default());
        }
        days
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let day =
            |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.is_empty());
        go.run((day(first), day(last)));
    };
    let clear = move |_| {
        first.set(String::new());
        last.set(String::new());
        go.run((None, None));
    };
    view! {
        <form class="range" on:submit=submit>
            <TextField id="from" label="From" input=Input::Day value=first on_input=Callback::new(move |text| first.set(text)) />
            <TextField id="to" label="To" input=Input::Day value=last on_input=Callback::new(move |text| last.set(text)) />
            <div class="actions">
                <button type="submit" class="primary">"Show"</button>
                <button type="button" on:click=clear>"All days"</button>
            </div>
            <p class="hint">{move || hint.get()}</p>
        </form>
    }
}
