//! The form that picks a date range.

use crate::ui::field::{Input, TextField};
use leptos::prelude::*;

/// The first and the last day, each `YYYY-MM-DD` or `None` if that side is open.
pub type Days = (Option<String>, Option<String>);

/// A form with a submit button, so that nothing loads while the user is still typing.
#[component]
pub fn DateRangeForm(
    /// The first day.
    from: Signal<Option<String>>,
    /// The last day.
    to: Signal<Option<String>>,
    /// Receives the chosen days.
    on_change: Callback<Days>,
    /// A hint below the fields, such as which time zone the days are in.
    #[prop(into)]
    hint: Signal<String>,
) -> impl IntoView {
    let (from_text, to_text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Replace what the user is typing only when the days themselves change.
    Effect::new(move |previous: Option<Days>| {
        let days = (from.get(), to.get());
        if previous.as_ref() != Some(&days) {
            from_text.set(days.0.clone().unwrap_or_default());
            to_text.set(days.1.clone().unwrap_or_default());
        }
        days
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let day =
            |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.is_empty());
        on_change.run((day(from_text), day(to_text)));
    };
    let clear = move |_| {
        from_text.set(String::new());
        to_text.set(String::new());
        on_change.run((None, None));
    };
    view! {
        <form class="range" on:submit=submit>
            <TextField id="from" label="From" input=Input::Day value=from_text on_input=Callback::new(move |text| from_text.set(text)) />
            <TextField id="to" label="To" input=Input::Day value=to_text on_input=Callback::new(move |text| to_text.set(text)) />
            <div class="actions">
                <button type="submit" class="primary">"Apply"</button>
                <button type="button" on:click=clear>"All time"</button>
            </div>
            <p class="hint">{move || hint.get()}</p>
        </form>
    }
}
