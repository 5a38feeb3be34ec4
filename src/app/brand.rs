//! The reseller's own: title and colour at the top, and where help is.

use crate::config::Config;
use leptos::prelude::*;

/// The title, on the brand's colour where there is one.
pub fn brand(config: &Config) -> AnyView {
    let colour = config.brand_colour.clone();
    let has_colour = colour.is_some();
    let (ground, ink) = colour.map_or((String::new(), ""), |colour| {
        (colour.text().to_owned(), colour.ink())
    });
    // As properties, not as an attribute: the page's policy allows no inline style.
    view! {
        <p class="brand" class:own=has_colour style:background-color=ground style:color=ink>{config.title.clone()}</p>
    }
    .into_any()
}

/// The links to help. They open beside the portal: leaving it would forget the keys.
pub fn help(config: &Config) -> Option<AnyView> {
    if config.help.is_empty() {
        return None;
    }
    let links = config.help.iter().cloned();
    let links = links
        .map(|link| view! { <li><a href=link.url target="_blank" rel="external noopener noreferrer">{link.label}</a></li> })
        .collect_view();
    Some(view! { <nav class="help" aria-label="Help"><ul>{links}</ul></nav> }.into_any())
}
