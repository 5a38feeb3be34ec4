//! A labeled text field with a hint, an echo and an error.

use leptos::html;
use leptos::prelude::*;

/// The kind of a field: it selects the on-screen keyboard and the input type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// Text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number with decimals.
    Decimal,
    /// An API key: masked, not stored, and not recognized as a password by browsers and password managers.
    Secret,
    /// A day.
    Day,
}

/// A single-line text field. Its error shows once the field has lost focus with text in it or the form was submitted,
/// never during the first input.
#[component]
pub fn TextField(
    /// The id, also the prefix of the ids of the hint and the error.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// The text in the field.
    #[prop(into)]
    value: Signal<String>,
    /// Called with each input.
    on_input: Callback<String>,
    /// The kind of input.
    #[prop(optional)]
    input: Input,
    /// A hint, shown while there is no echo.
    #[prop(optional)]
    hint: &'static str,
    /// How the portal interprets the input. Replaces the hint.
    #[prop(optional, into)]
    echo: Signal<Option<String>>,
    /// What is wrong with the input, whether or not it is shown yet.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether the form was submitted, which shows all errors.
    #[prop(optional, into)]
    submitted: Signal<bool>,
    /// Suggestions.
    #[prop(optional, into)]
    options: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let was_left = RwSignal::new(false);
    let visible_error =
        Memo::new(move |_| error.get().filter(|_| submitted.get() || was_left.get()));
    let (kind, input_mode) = match input {
        Input::Text => ("text", "text"),
        Input::Integer => ("text", "numeric"),
        Input::Decimal => ("text", "decimal"),
        Input::Secret => ("text", "text"),
        Input::Day => ("date", "none"),
    };
    let list = options.map(|_| format!("{id}-list"));
    let datalist = options.map(|options| {
        view! {
            <datalist id=format!("{id}-list")>
                {move || options.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view()}
            </datalist>
        }
    });
    // Input is never written back to the field: that would clear a date that is still incomplete.
    let node = NodeRef::<html::Input>::new();
    let last_input = StoredValue::new(None);
    Effect::new(move |_| {
        let text = value.get();
        let user_input = last_input.try_update_value(Option::take).flatten();
        if let Some(input) = node.get()
            && user_input.as_ref() != Some(&text)
        {
            if kind == "date" && text.is_empty() {
                // WebKit keeps an incomplete date when set to an empty value, because its value is empty already.
                input.set_value("2000-01-01");
            }
            input.set_value(&text);
            let _ = input.set_attribute("autocorrect", "off");
        }
    });
    let is_secret = input == Input::Secret;
    view! {
        <div class="field" class:invalid=move || visible_error.with(Option::is_some)>
            <label for=id>{label}</label>
            <input
                id=id
                node_ref=node
                name=(!is_secret).then_some(id)
                class=is_secret.then_some("secret")
                type=kind
                inputmode=(input != Input::Day).then_some(input_mode)
                list=list
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                translate="no"
                data-1p-ignore
                data-bwignore
                data-form-type="other"
                data-lpignore="true"
                aria-describedby=format!("{id}-hint {id}-error")
                aria-invalid=move || visible_error.with(Option::is_some).then_some("true")
                on:input=move |event| {
                    let text = event_target_value(&event);
                    last_input.set_value(Some(text.clone()));
                    on_input.run(text);
                }
                on:blur=move |event| was_left.set(!event_target_value(&event).is_empty())
            />
            {datalist}
            <p class="hint" id=format!("{id}-hint")>
                {move || echo.get().unwrap_or_else(|| hint.to_owned())}
            </p>
            <p class="error" id=format!("{id}-error") aria-live="polite">{move || visible_error.get()}</p>
        </div>
    }
}
