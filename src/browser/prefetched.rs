//! What the loader has asked for while the program was on its way.
//!
//! It leaves each answer under its address, as the program would ask for it, in [`TABLE`]; see `public/loader.js`.

use gloo_net::http::Response;
use js_sys::{Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The window's property that holds the answers.
const TABLE: &str = "creditDeskEarly";

/// The answer from `address`, once. Nothing where it was not asked for, or did not come: then it is to be asked for anew.
pub async fn take(address: &str) -> Option<Response> {
    let (window, address) = (window(), address.into());
    let table: js_sys::Object = Reflect::get(&window, &TABLE.into()).ok()?.dyn_into().ok()?;
    let asked = Reflect::get(&table, &address).ok()?;
    let _ = Reflect::delete_property(&table, &address);
    let answer = JsFuture::from(asked.dyn_into::<Promise>().ok()?);
    let answer = answer.await.ok()?.dyn_into::<web_sys::Response>().ok()?;
    Some(answer.into())
}
