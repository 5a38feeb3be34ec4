//! Conditions in Firefox, set by privileged scripts and preferences.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::{Desk, browser::firefox::privileged};

/// Returns a script that makes formatting without an explicit locale use this language.
pub fn formats_in(language: &str) -> String {
    const SCRIPT: &str = "
        const named = (locales) => (locales === undefined || locales.length === 0 ? LANGUAGE : locales);
        const also = (method) => function (locales, ...rest) { return method.call(this, named(locales), ...rest); };
        for (const name of ['Collator', 'DateTimeFormat', 'DisplayNames', 'ListFormat', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat']) {
            Intl[name] = new Proxy(Intl[name], {
                construct: (target, [locales, ...rest], as) => Reflect.construct(target, [named(locales), ...rest], as),
                apply: (target, self, [locales, ...rest]) => target(named(locales), ...rest),
            });
        }
        for (const kind of [Number, BigInt]) kind.prototype.toLocaleString = also(kind.prototype.toLocaleString);
        for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
            Date.prototype[name] = also(Date.prototype[name]);
        }";
    SCRIPT.replace("LANGUAGE", &json!(language).to_string())
}

pub async fn media(desk: &Desk, features: &[(&str, &str)]) -> Result<()> {
    // Features that aren't listed are reset to their defaults.
    let mut all = json!({
        "layout.css.prefers-color-scheme.content-override": 1,
        "ui.prefersReducedMotion": 0,
        "browser.display.document_color_use": 1,
    });
    for feature in features {
        let (name, value) = match feature {
            ("prefers-color-scheme", "dark") => {
                ("layout.css.prefers-color-scheme.content-override", 0)
            }
            ("prefers-reduced-motion", "reduce") => ("ui.prefersReducedMotion", 1),
            ("forced-colors", "active") => ("browser.display.document_color_use", 2),
            (_, "light" | "no-preference" | "none") => continue,
            other => bail!("there is no preference for {other:?}"),
        };
        all[name] = value.into();
    }
    const SET: &str = "for (const [name, value] of Object.entries(arguments[0])) Services.prefs.setIntPref(name, value)";
    run(desk, SET, vec![all]).await?;
    super::media_applied(desk, features).await
}

pub async fn paper(desk: &Desk, paper: bool) -> Result<()> {
    const SET: &str = "gBrowser.selectedBrowser.browsingContext.mediumOverride = arguments[0]";
    run(desk, SET, vec![json!(if paper { "print" } else { "" })]).await?;
    desk.until("the styles for paper", async || {
        Ok(desk.js("return matchMedia('print').matches").await? == paper)
    })
    .await
}

/// Sets the online status that the page sees. The relays cut the network itself, because Firefox reaches local servers
/// even when offline.
pub async fn offline(desk: &Desk, offline: bool) -> Result<()> {
    const SET: &str = "Services.io.offline = arguments[0]";
    run(desk, SET, vec![offline.into()]).await?;
    desk.until("the page to notice the change", async || {
        Ok(desk.js("return navigator.onLine").await? != offline)
    })
    .await
}

pub async fn clear_cache(desk: &Desk) -> Result<()> {
    run(desk, "Services.cache2.clear()", Vec::new()).await
}

pub async fn preference(desk: &Desk, name: &str, value: Value) -> Result<()> {
    const SET: &str = "
        const [name, value] = arguments;
        const set = { boolean: 'setBoolPref', number: 'setIntPref', string: 'setStringPref' }[typeof value];
        Services.prefs[set](name, value);";
    run(desk, SET, vec![json!(name), value]).await
}

/// Sets the scripts that `browser/firefox.js` runs.
pub async fn scripts(desk: &Desk, sources: Vec<String>) -> Result<()> {
    const SET: &str = "
        Services.ppmm.sharedData.set('journeys:scripts', arguments[0]);
        Services.ppmm.sharedData.flush()";
    run(desk, SET, vec![sources.into()]).await
}

async fn run(desk: &Desk, script: &str, arguments: Vec<Value>) -> Result<()> {
    privileged(&desk.driver(), script, arguments)
        .await
        .map(drop)
}
