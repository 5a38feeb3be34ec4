//! The reseller's branding: the title and color at the top, and the help links.

use crate::config::Config;
use leptos::prelude::*;

/// The title, on the brand color if one is configured.
pub fn brand(config: &Config) -> AnyView {
    let color = config.brand_color.clone();
    let has_color = color.is_some();
    let (background, foreground) = color.map_or((String::new(), ""), |color| {
        (color.text().to_owned(), color.ink())
    });
    // Set as style properties: the Content-Security-Policy forbids style attributes.
    view! {
        <p class="brand" class:own=has_color style:background-color=background style:color=foreground>{config.title.clone()}</p>
    }
    .into_any()
}

/// The help links, if any. They open in a new tab, because leaving the portal would discard the keys.
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
