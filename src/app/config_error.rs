//! The page shown instead of the portal when its configuration is invalid.

use crate::config::ConfigError;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// Says what is wrong with the configuration and where, and offers to try again.
pub fn config_error(error: ConfigError) -> AnyView {
    let ConfigError {
        line,
        field,
        excerpt,
        wrong,
    } = error;
    let position = [
        Some("config.json".to_owned()),
        line.map(|line| format!("line {line}")),
        field.map(|field| format!("field “{field}”")),
    ];
    let position = position
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let reload = |_| {
        let _ = location().reload();
    };
    view! {
        <main>
            <h1>"Credit Desk isn't configured"</h1>
            <Notice tone=Tone::Bad title="config.json is invalid.">
                <p>{position}</p>
                {excerpt.map(|excerpt| view! { <p><code>{excerpt}</code></p> })}
                <p>{wrong}</p>
            </Notice>
            <p>"Ask your administrator to fix it (see the README). No transaction was started."</p>
            <div class="actions">
                <button type="button" class="primary" on:click=reload>"Try again"</button>
            </div>
        </main>
    }
    .into_any()
}
