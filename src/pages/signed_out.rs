//! Signed out by the gateway: the way to its sign-in page and back.

use crate::movement::desk::Desk;
use crate::session::{Api, Session};
use crate::ui::heading::Heading;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The screen. It says nothing that only somebody who is signed in may see.
#[component]
pub fn SignedOut() -> impl IntoView {
    let session = expect_context::<Session>();
    let desk = expect_context::<Desk>();
    let leave = {
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
    let again = move |_| {
        session.reopen();
        for api in [Api::Reseller, Api::Organizations] {
            desk.directory.refresh(api);
            desk.key_given(api);
        }
    };
    view! {
        <Heading title="Signed out" />
        <p class="lead">
            "The gateway in front of the backends has signed you out. Sign in, and you come back to this screen. What stands in the forms is kept in this tab, and nothing that was confirmed is lost."
        </p>
        <div class="actions">
            <button type="button" class="primary" on:click=leave>"Sign in"</button>
            <button type="button" on:click=again>"I am signed in again"</button>
        </div>
    }
}

/// The gateway's sign-in page, told where to come back to: a path for its own host, the whole address for another.
fn with_return(url: &str) -> String {
    let here = location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    let back = if url.starts_with('/') {
        let (path, query, hash) = (here.pathname(), here.search(), here.hash());
        format!("{}{}{}", part(path), part(query), part(hash))
    } else {
        part(here.href())
    };
    url.replace(
        "{return}",
        &String::from(js_sys::encode_uri_component(&back)),
    )
}
