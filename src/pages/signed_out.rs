//! Signed out at a gateway, by it or by a person: the way to its sign-in page and back.

use crate::browser::path::on_own_host;
use crate::movement::desk::Desk;
use crate::session::Session;
use crate::ui::heading::Heading;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The screen. It says nothing that only somebody who is signed in may see.
#[component]
pub fn SignedOut() -> impl IntoView {
    let session = expect_context::<Session>();
    let desk = expect_context::<Desk>();
    let sign_in = {
        let desk = desk.clone();
        move |_| {
            desk.leave_to_sign_in();
            let here = location();
            let _ = match &desk.config().sign_in_url {
                Some(url) => here.set_href(&with_return(url)),
                None => here.reload(),
            };
        }
    };
    let is_refused = RwSignal::new(false);
    let again = {
        let desk = desk.clone();
        move |_| {
            let (desk, session) = (desk.clone(), session.clone());
            is_refused.set(false);
            leptos::task::spawn_local(async move {
                let is_open = desk.reopen(&session).await;
                let _ = is_refused.try_set(!is_open);
            });
        }
    };
    let refused = move || {
        is_refused
            .get()
            .then(|| view! { <p role="alert">"We couldn't confirm that you're signed in. Sign in, then try again."</p> })
    };
    let exit = {
        let desk = desk.clone();
        move || {
            let desk = desk.clone();
            desk.gateway_unreachable.get().then(|| {
                view! {
                    <Notice tone=Tone::Warning title="You may still be signed in at the gateway.">
                        <p>"It couldn't be reached to sign you out."</p>
                        <button type="button" on:click=move |_| desk.leave_gateway()>"Try again"</button>
                    </Notice>
                }
            })
        }
    };
    view! {
        <Heading title="Signed out" />
        <p class="lead">
            "Sign in to return to this page. Confirmed transactions are saved in this browser."
        </p>
        {exit}
        {refused}
        <div class="actions">
            <button type="button" class="primary" on:click=sign_in>"Sign in"</button>
            <button type="button" on:click=again>"I've signed in"</button>
        </div>
    }
}

/// The gateway's sign-in page, with where to come back to: a path for its own host, the whole address for another.
/// Neither names another host, or holds a name and a password.
fn with_return(url: &str) -> String {
    let here = location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    let origin = match url.starts_with('/') {
        true => String::new(),
        false => part(here.origin()),
    };
    let path = on_own_host(&part(here.pathname()));
    let back = format!("{origin}{path}{}{}", part(here.search()), part(here.hash()));
    url.replace(
        "{return}",
        &String::from(js_sys::encode_uri_component(&back)),
    )
}
