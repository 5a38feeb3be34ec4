//! Sign-in: a bearer key for each service, either one or both.

use crate::browser::router::Router;
use crate::movement::desk::loader::DeskLoader;
use crate::session::{Api, Secret, Session};
use crate::ui::field::{Input, TextField};
use crate::ui::heading::Heading;
use crate::ui::notice::Waiting;
use leptos::prelude::*;

/// One service's part of the form.
#[derive(Clone, Copy)]
struct KeyField {
    text: RwSignal<String>,
    error: RwSignal<Option<String>>,
    /// The text of the last attempt. A second attempt with the same organizations key overrides the warning.
    last_text: StoredValue<String>,
}

impl KeyField {
    fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            last_text: StoredValue::new(String::new()),
        }
    }

    /// Returns the pasted key. Sets an error if it can't be a key of `api`. A key that only looks wrong for the
    /// organizations API is accepted the second time.
    fn key(self, api: Api) -> Option<Secret> {
        self.error.set(None);
        let text = self.text.get_untracked();
        let key = Secret::parse(&text);
        let error = match &key {
            None if text.trim().is_empty() => None,
            None => Some("API keys can't contain spaces or accented characters."),
            Some(key) => key
                .misplaced(api)
                .filter(|_| api == Api::Reseller || self.last_text.get_value() != text),
        };
        self.last_text.set_value(text);
        self.error.set(error.map(str::to_owned));
        key
    }

    fn has_error(self) -> bool {
        self.error.with_untracked(Option::is_some)
    }
}

/// The sign-in form. Each key is tried with its service before it is accepted.
#[component]
pub fn SignIn(
    /// Whether the page was locked.
    locked: bool,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let loader = expect_context::<DeskLoader>();
    let router = expect_context::<Router>();
    let (reseller, organizations) = (KeyField::new(), KeyField::new());
    let busy = RwSignal::new(false);
    let (has_reseller, has_organizations) = (
        session.offers(Api::Reseller),
        session.offers(Api::Organizations),
    );

    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let key_fields = [
            (reseller, Api::Reseller),
            (organizations, Api::Organizations),
        ];
        let keys = key_fields.map(|(key_field, api)| (key_field, api, key_field.key(api)));
        if key_fields
            .iter()
            .any(|(key_field, _)| key_field.has_error())
        {
            return;
        }
        if keys.iter().all(|(_, _, key)| key.is_none()) {
            let offered = if has_reseller {
                reseller
            } else {
                organizations
            };
            offered
                .error
                .set(Some("Enter at least one API key.".to_owned()));
            return;
        }
        busy.set(true);
        let session = session.clone();
        leptos::task::spawn_local(async move {
            let Some(desk) = loader.wait().await else {
                return;
            };
            let mut accepted = Vec::new();
            for (key_field, api, key) in keys {
                let Some(secret) = key else { continue };
                let error = match desk.try_key(api, secret).await {
                    Ok(credential) => {
                        accepted.push((api, credential));
                        None
                    }
                    Err(sentence) => Some(sentence),
                };
                // Don't sign in users who have left this screen in the meantime.
                if key_field.error.try_set(error).is_some() {
                    return;
                }
            }
            busy.set(false);
            if key_fields
                .iter()
                .any(|(key_field, _)| key_field.has_error())
            {
                return;
            }
            let path = location().pathname().unwrap_or_default();
            desk.take(&session, accepted);
            // At other paths, the requested screen appears without navigating.
            if path.trim_end_matches('/').ends_with("/keys") {
                router.navigate("/");
            }
        });
    };
    let field =
        move |key_field: KeyField, id: &'static str, label: &'static str, hint: &'static str| {
            view! {
                <TextField
                    id=id
                    label=label
                    hint=hint
                    input=Input::Secret
                    value=key_field.text
                    on_input=Callback::new(move |text| {
                        key_field.text.set(text);
                        key_field.error.set(None);
                    })
                    error=key_field.error
                    submitted=Signal::derive(|| true)
                />
            }
        };
    let (title, lead) = if locked {
        (
            "Locked",
            "Locked for security. Enter your API key to pick up where you left off. A key for a different account starts a new session.",
        )
    } else {
        (
            "Sign in",
            "Enter one or both API keys. They're kept in memory only and cleared when you sign out or reload.",
        )
    };
    view! {
        <Heading title />
        <p class="lead">{lead}</p>
        <form class="sign-in" autocomplete="off" novalidate on:submit=submit on:focusin=move |_| loader.request()>
            {has_reseller.then(|| field(reseller, "reseller-key", "Reseller API key", "Transfers, reverts and the credit log"))}
            {has_organizations.then(|| field(organizations, "organizations-key", "Organizations API key", "Allocations and wallets"))}
            <div class="actions">
                <button type="submit" class="primary">"Sign in"</button>
            </div>
            {move || busy.get().then(|| view! { <Waiting what="Checking" /> })}
        </form>
    }
}
