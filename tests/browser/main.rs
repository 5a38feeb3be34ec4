//! Tests the portal in a real browser against a scripted backend. A single binary, so that it is linked once and
//! compiled by the browser once.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    reason = "a test may panic on anything unexpected"
)]

mod browser_resend;
mod conditions;
mod confirm_checks;
mod fields;
mod journal;
mod journal_retention;
mod leaving;
mod log_copy;
mod movements;
mod ranges;
mod reconcile;
mod resume;
mod retry;
mod safeguards;
mod screens;
mod shortcuts;
mod support;
mod tabs;
mod transport;
mod views;
mod wallet;
mod zones;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
