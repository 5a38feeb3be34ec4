//! Conditions in WebKit, by commands to the browser and by what can be done within the page.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::{Desk, browser::webkit};

/// Rewrites the rules of the open page: those for paper apply, and those for the screen do not; or as they were.
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

/// Tells the page what a browser would tell it.
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

/// The network itself is cut outside. A page that is opened meanwhile is not told.
pub async fn offline(desk: &Desk, offline: bool) -> Result<()> {
    desk.driver().execute(OFFLINE, vec![offline.into()]).await?;
    Ok(())
}

pub async fn command(desk: &Desk, name: &str, value: Value) -> Result<()> {
    webkit::command(desk.browser.profile(), name, value).await
}
