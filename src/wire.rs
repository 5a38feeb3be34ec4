//! Pure throughout: request and response bodies of both vendors' APIs, one file per endpoint. No behavior.
//!
//! Parsing is strict about amounts and lenient about everything else: unknown fields, unknown kinds, `false` in place
//! of text, null, and missing optional fields are all accepted (contract §2, §4).

pub mod allocate;
pub mod balance;
pub mod calculate;
pub mod children;
pub mod events;
pub mod failure;
pub mod lenient;
pub mod logs;
pub mod notes;
pub mod organizations;
pub mod revert;
pub mod transfer;
pub mod wallet;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod examples;
