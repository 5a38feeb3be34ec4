//! The screen after the gateway or the user signed out, with buttons to go to the gateway's sign-in page and to return.

use crate::browser::path::on_own_host;
use crate::movement::desk::Desk;
use crate::session::Session;
use crate::ui::heading::Heading;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The signed-out screen. Shows nothing that only signed-in users may see.
#[component]
pub fn SignedOut() -> impl IntoView {
    let session = expect_context::<Session>();
    let desk = expect_context::<Desk>();
    let sign_in = {
        let desk = desk.clone();
        move |_| {
            desk.leave_to_sign_in();
            let current = location();
            let _ = match &desk.config().sign_in_url {
                Some(url) => current.set_href(&with_return(url)),
                None => current.reload(),
            };
        }
    };
    let is_rejected = RwSignal::new(false);
    let reopen = {
        let desk = desk.clone();
        move |_| {
            let (desk, session) = (desk.clone(), session.clone());
            is_rejected.set(false);
            leptos::task::spawn_local(async move {
                let is_open = desk.reopen(&session).await;
                let _ = is_rejected.try_set(!is_open);
            });
        }
    };
    let rejection = move || {
        is_rejected
            .get()
            .then(|| view! { <p role="alert">"We couldn't confirm that you're signed in. Sign in, then try again."</p> })
    };
    let gateway_warning = {
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
        {gateway_warning}
        {rejection}
        <div class="actions">
            <button type="button" class="primary" on:click=sign_in>"Sign in"</button>
            <button type="button" on:click=reopen>"I've signed in"</button>
        </div>
    }
}

/// Returns the URL of the gateway's sign-in page, with the return address filled in: a path on the portal's own host,
/// or the full URL for another host. Neither can name another host or contain a user name and password.
fn with_return(url: &str) -> String {
    let current = location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    let origin = match url.starts_with('/') {
        true => String::new(),
        false => part(current.origin()),
    };
    let path = on_own_host(&part(current.pathname()));
    let back = format!(
        "{origin}{path}{}{}",
        part(current.search()),
        part(current.hash())
    );
    url.replace(
        "{return}",
        &String::from(js_sys::encode_uri_component(&back)),
    )
}
