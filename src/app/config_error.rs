//! What stands in the portal's place where its configuration cannot be used.

use crate::config::ConfigError;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// What is wrong with the configuration, where, and a way to try again.
pub fn fault(fault: ConfigError) -> AnyView {
    let ConfigError {
        line,
        field,
        excerpt,
        wrong,
    } = fault;
    let place = [
        Some("config.json".to_owned()),
        line.map(|line| format!("line {line}")),
        field.map(|field| format!("field “{field}”")),
    ];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let again = |_| {
        let _ = location().reload();
    };
    view! {
        <main>
            <h1>"Credit Desk isn't configured"</h1>
            <Notice tone=Tone::Bad title="config.json is invalid.">
                <p>{place}</p>
                {excerpt.map(|excerpt| view! { <p><code>{excerpt}</code></p> })}
                <p>{wrong}</p>
            </Notice>
            <p>"Ask your administrator to fix it (see the README). No transaction was started."</p>
            <div class="actions">
                <button type="button" class="primary" on:click=again>"Try again"</button>
            </div>
        </main>
    }
    .into_any()
}
