//! How the built portal is served.
//!
//! [`rules`] is the one source: the headers, how long a file may be kept, which addresses are screens, and which calls the
//! portal makes. [`config`] says where the backends are. From these, [`pages`] writes what Netlify and Cloudflare Pages read,
//! [`nginx`] and [`caddy`] what those servers read, and [`gateway`] the nginx that adds the vendors' keys. The sandbox serves
//! by the same rules, so every journey runs under them. [`write`] puts all of it into dist/, and
//! [`compress`] the copies that hosts send in the files' stead.

pub mod caddy;
pub mod compress;
pub mod config;
mod files;
pub mod gateway;
pub mod nginx;
pub mod pages;
pub mod rules;

pub use files::{is_written, write};

/// Puts values into a template, in which they stand as `@NAME@`.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("@{name}@"), value)
        })
}
