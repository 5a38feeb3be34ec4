//! How the built portal is served.
//!
//! [`rules`] is the single source: response headers, cache lifetimes, which paths are screens, and which API calls the
//! portal makes. [`config`] says where the services are. From these, [`pages`] writes the files that Netlify and
//! Cloudflare Pages read, [`nginx`] and [`caddy`] those for the two servers, and [`gateway`] the nginx that adds the
//! vendors' keys. The sandbox serves by the same rules, so every journey runs under them. [`write`] puts all of it into
//! dist/, and [`compress`] adds the precompressed copies that hosts send instead of the files. [`routes`] is the
//! portal's own list of screens.

pub mod caddy;
pub mod compress;
pub mod config;
mod files;
pub mod gateway;
pub mod nginx;
pub mod pages;
#[path = "../../../src/routes.rs"]
pub mod routes;
pub mod rules;

pub use files::{is_written, write};

/// Fills in a template, whose placeholders look like `@NAME@`.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("@{name}@"), value)
        })
}
