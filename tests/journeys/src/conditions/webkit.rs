//! Conditions in WebKit, set by commands to the browser and by scripts in the page.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::{Desk, browser::webkit};

/// Rewrites the media rules of the open page so that print rules apply and screen rules don't, or restores them.
const PAPER: &str = "
    const [paper] = arguments;
    const rewrite = (media) => {
        media.original ??= media.mediaText;
        media.mediaText = paper ? media.original.replace(/\\bprint\\b/g, 'all').replace(/\\bscreen\\b/g, 'not all') : media.original;
    };
    const visit = (rules) => {
        for (const rule of rules) {
            if (rule instanceof CSSMediaRule) rewrite(rule.media);
            if (rule.cssRules) visit(rule.cssRules);
        }
    };
    for (const sheet of document.styleSheets) {
        if (sheet.media.length) rewrite(sheet.media);
        visit(sheet.cssRules);
    }";

/// Reports the change to the page as a browser would.
const OFFLINE: &str = "
    const online = !arguments[0];
    if (navigator.onLine !== online) {
        Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => online });
        dispatchEvent(new Event(online ? 'online' : 'offline'));
    }";

pub async fn media(desk: &Desk, features: &[(&str, &str)]) -> Result<()> {
    let (mut dark, mut reduced) = (false, false);
    for feature in features {
        match feature {
            ("prefers-color-scheme", value) => dark = *value == "dark",
            ("prefers-reduced-motion", value) => reduced = *value == "reduce",
            (_, "no-preference" | "none") => {}
            other => bail!("WebKit does not have {other:?}"),
        }
    }
    command(desk, "dark", dark.into()).await?;
    command(desk, "reduced-motion", reduced.into()).await?;
    super::media_applied(desk, features).await
}

pub async fn paper(desk: &Desk, paper: bool) -> Result<()> {
    desk.driver().execute(PAPER, vec![paper.into()]).await?;
    Ok(())
}

/// Sets the online status that the page sees. The relays cut the network itself. A page opened while offline doesn't
/// know that it is.
pub async fn offline(desk: &Desk, offline: bool) -> Result<()> {
    desk.driver().execute(OFFLINE, vec![offline.into()]).await?;
    Ok(())
}

pub async fn command(desk: &Desk, name: &str, value: Value) -> Result<()> {
    webkit::command(desk.browser.profile(), name, value).await
}
