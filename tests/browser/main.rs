//! The portal in a real browser, against a scripted backend: one program, so that it is linked once and browsers compile it once.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod asking;
mod asks;
mod care;
mod conditions;
mod fields;
mod journal;
mod kept;
mod left;
mod log_copy;
mod movements;
mod ranges;
mod repeated;
mod resolving;
mod screens;
mod shortcuts;
mod starts;
mod support;
mod tabs;
mod transport;
mod views;
mod wallet;
mod zones;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
