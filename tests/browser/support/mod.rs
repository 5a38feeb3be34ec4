//! A page to test in: the portal mounted for real, in a frame of its own, with `fetch` replaced by a scripted
//! backend that notes every request.

mod backend;
pub mod journal;
pub mod list;
mod page;
mod story;

pub use backend::{Backend, Reply, Seen};
pub use page::{Page, Tab};
pub use story::{
    BETA_CO, NORTHWIND, Rows, answering, events, forward, log, row, story, unanswered,
};

use credit_desk::config::Config;
use js_sys::{Function, Promise};
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen_futures::JsFuture;

/// What makes a frame note its journal's transactions.
pub const WATCH: &str = include_str!("watch.js");

/// What makes a frame's clock run twenty times as fast.
pub const FAST: &str = include_str!("fast.js");

/// The key of a submission that the journal holds at the start.
pub const KEY: &str = "0b0c9d3e-1f2a-4b5c-8d6e-7f8091a2b3c4";

/// Waits so many milliseconds.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
            .unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits until `holds`, ten seconds at most; says whether it came to hold.
pub async fn until(holds: impl Fn() -> bool) -> bool {
    for _ in 0..500 {
        if holds() {
            return true;
        }
        sleep(20).await;
    }
    false
}

/// The configuration that is shipped, with a time limit of one second, as JSON.
pub fn settings() -> Value {
    let mut settings: Value =
        serde_json::from_str(include_str!("../../../public/config.json")).unwrap();
    settings["timeout_seconds"] = 1.into();
    settings
}

/// The same, read.
pub fn config() -> Config {
    Config::read(&settings().to_string()).unwrap()
}
