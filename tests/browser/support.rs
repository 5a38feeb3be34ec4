//! Test support: mounts the portal in its own frame, with `fetch` replaced by a scripted backend that records every
//! request.

mod backend;
pub mod journal;
pub mod list;
mod page;
mod story;

pub use backend::{Backend, RecordedRequest, Reply};
pub use page::{Page, Tab};
pub use story::{
    BETA_CO, NORTHWIND, Rows, events, happy_backend, log, replies_by_attempt, replying_backend,
    row, silent_backend, transfer_preview,
};

use credit_desk::config::Config;
use js_sys::{Function, Promise};
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen_futures::JsFuture;

/// Makes a frame record its journal's transactions.
pub const WATCH: &str = include_str!("support/watch.js");

/// Makes a frame's clock run twenty times as fast.
pub const FAST: &str = include_str!("support/fast.js");

/// The key of a submission that is in the journal when the portal starts.
pub const KEY: &str = "0b0c9d3e-1f2a-4b5c-8d6e-7f8091a2b3c4";

/// Waits for this many milliseconds.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
            .unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits up to ten seconds until `condition` holds, and returns whether it did.
pub async fn wait_until(condition: impl Fn() -> bool) -> bool {
    for _ in 0..500 {
        if condition() {
            return true;
        }
        sleep(20).await;
    }
    false
}

/// Returns the shipped configuration as JSON, with a request timeout of one second.
pub fn settings() -> Value {
    let mut settings: Value =
        serde_json::from_str(include_str!("../../public/config.json")).unwrap();
    settings["timeout_seconds"] = 1.into();
    settings
}

/// Returns [`settings`], parsed.
pub fn config() -> Config {
    Config::read(&settings().to_string()).unwrap()
}
