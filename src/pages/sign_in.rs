//! Sign in: a bearer key for each backend, either alone or both.

use crate::browser::router::Router;
use crate::movement::desk::loader::DeskLoader;
use crate::session::{Api, Secret, Session};
use crate::ui::field::{Input, TextField};
use crate::ui::heading::Heading;
use crate::ui::notice::Waiting;
use leptos::prelude::*;

/// One backend's part of the form.
#[derive(Clone, Copy)]
struct Slot {
    text: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
    /// The text of the last attempt. A second attempt with the same text overrides a doubt.
    doubted: StoredValue<String>,
}

impl Slot {
    fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            wrong: RwSignal::new(None),
            doubted: StoredValue::new(String::new()),
        }
    }

    /// The key as pasted. Leaves a sentence where it cannot be a key of `api`, and once where that is in doubt.
    fn key(self, api: Api) -> Option<Secret> {
        self.wrong.set(None);
        let text = self.text.get_untracked();
        let key = Secret::parse(&text);
        let wrong = match &key {
            None if text.trim().is_empty() => None,
            None => Some("API keys can't contain spaces or accented characters."),
            Some(key) => key
                .misplaced(api)
                .filter(|_| api == Api::Reseller || self.doubted.get_value() != text),
        };
        self.doubted.set_value(text);
        self.wrong.set(wrong.map(str::to_owned));
        key
    }

    fn is_wrong(self) -> bool {
        self.wrong.with_untracked(Option::is_some)
    }
}

/// The screen. Keys are tried at their backends before they are taken.
#[component]
pub fn SignIn(
    /// Whether it opens a locked page.
    locked: bool,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let loader = expect_context::<DeskLoader>();
    let router = expect_context::<Router>();
    let (reseller, organizations) = (Slot::new(), Slot::new());
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
        let slots = [
            (reseller, Api::Reseller),
            (organizations, Api::Organizations),
        ];
        let keys = slots.map(|(slot, api)| (slot, api, slot.key(api)));
        if slots.iter().any(|(slot, _)| slot.is_wrong()) {
            return;
        }
        if keys.iter().all(|(_, _, key)| key.is_none()) {
            let offered = if has_reseller {
                reseller
            } else {
                organizations
            };
            offered
                .wrong
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
            for (slot, api, key) in keys {
                let Some(secret) = key else { continue };
                let wrong = match desk.try_key(api, secret).await {
                    Ok(credential) => {
                        accepted.push((api, credential));
                        None
                    }
                    Err(sentence) => Some(sentence),
                };
                // Who has left this screen meanwhile is not signed in behind their back.
                if slot.wrong.try_set(wrong).is_some() {
                    return;
                }
            }
            busy.set(false);
            if slots.iter().any(|(slot, _)| slot.is_wrong()) {
                return;
            }
            let here = location().pathname().unwrap_or_default();
            desk.take(&session, accepted);
            // Elsewhere the screen that was asked for appears by itself.
            if here.trim_end_matches('/').ends_with("/keys") {
                router.navigate("/");
            }
        });
    };
    let field = move |slot: Slot, id: &'static str, label: &'static str, hint: &'static str| {
        view! {
            <TextField
                id=id
                label=label
                hint=hint
                input=Input::Secret
                value=slot.text
                on_input=Callback::new(move |text| {
                    slot.text.set(text);
                    slot.wrong.set(None);
                })
                error=slot.wrong
                asked=Signal::derive(|| true)
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
