//! Responses that the loader requested while the program was still loading.
//!
//! The loader stores each one in [`TABLE`], under the URL that the program would request; see `public/loader.js`.

use gloo_net::http::Response;
use js_sys::{Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The property of `window` that holds the responses.
const TABLE: &str = "creditDeskEarly";

/// Takes the prefetched response from `url`. `None` if it was not requested, was already taken, or failed; the caller
/// then sends the request itself.
pub async fn take(url: &str) -> Option<Response> {
    let (window, url) = (window(), url.into());
    let table: js_sys::Object = Reflect::get(&window, &TABLE.into()).ok()?.dyn_into().ok()?;
    let response = Reflect::get(&table, &url).ok()?;
    let _ = Reflect::delete_property(&table, &url);
    let response = JsFuture::from(response.dyn_into::<Promise>().ok()?);
    let response = response.await.ok()?.dyn_into::<web_sys::Response>().ok()?;
    Some(response.into())
}
