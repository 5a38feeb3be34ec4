//! A labelled text field with its hint, its echo and its error.

use leptos::html;
use leptos::prelude::*;

/// What a field is for, as far as keyboards and browsers care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// Words.
    #[default]
    Text,
    /// A whole figure.
    FullRange,
    /// A figure with decimals.
    Decimal,
    /// A key: not shown, not kept, and nothing that a browser or a password manager takes for a password.
    Secret,
    /// A day.
    Day,
}

/// One line of text. Its error shows once the field was left or the form was sent, never while somebody
/// types for the first time.
#[component]
pub fn TextField(
    /// The id, also the base of the ids of hint and error.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what is typed.
    on_input: Callback<String>,
    /// What it is for.
    #[prop(optional)]
    input: Input,
    /// What to know before typing.
    #[prop(optional)]
    hint: &'static str,
    /// What the portal understood.
    #[prop(optional, into)]
    echo: Signal<Option<String>>,
    /// What is wrong with it, whether or not it shows yet.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether the form was sent, so that errors show everywhere.
    #[prop(optional, into)]
    asked: Signal<bool>,
    /// Texts to choose from.
    #[prop(optional, into)]
    options: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let left = RwSignal::new(false);
    let shown = Memo::new(move |_| error.get().filter(|_| asked.get() || left.get()));
    let (kind, mode) = match input {
        Input::Text => ("text", "text"),
        Input::FullRange => ("text", "numeric"),
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
    // What was typed is never written back: that would empty a date of which a part is still missing.
    let node = NodeRef::<html::Input>::new();
    let typed = StoredValue::new(None);
    Effect::new(move |_| {
        let text = value.get();
        let own = typed.try_update_value(Option::take).flatten();
        if let Some(input) = node.get()
            && own.as_ref() != Some(&text)
        {
            if kind == "date" && text.is_empty() {
                // WebKit would keep a date of which a part is missing: its value is empty already.
                input.set_value("2000-01-01");
            }
            input.set_value(&text);
            let _ = input.set_attribute("autocorrect", "off");
        }
    });
    let is_secret = input == Input::Secret;
    view! {
        <div class="field" class:invalid=move || shown.with(Option::is_some)>
            <label for=id>{label}</label>
            <input
                id=id
                node_ref=node
                name=(!is_secret).then_some(id)
                class=is_secret.then_some("secret")
                type=kind
                inputmode=(input != Input::Day).then_some(mode)
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
                aria-invalid=move || shown.with(Option::is_some).then_some("true")
                on:input=move |event| {
                    let text = event_target_value(&event);
                    typed.set_value(Some(text.clone()));
                    on_input.run(text);
                }
                on:blur=move |event| left.set(!event_target_value(&event).is_empty())
            />
            {datalist}
            <p class="hint" id=format!("{id}-hint")>
                {move || echo.get().unwrap_or_else(|| hint.to_owned())}
            </p>
            <p class="error" id=format!("{id}-error") aria-live="polite">{move || shown.get()}</p>
        </div>
    }
}
