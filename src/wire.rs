//! What travels: the bodies of both vendors' APIs, one file an endpoint, with no behaviour.
//!
//! Readers are strict about what figures mean and easy about everything else: unknown fields, unknown kinds,
//! `false` where a text should be, null and missing optional fields are all survived (contract §2, §4).

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
