//! What a user sees.

use std::fmt;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::verdict::Verdict;
use crate::Desk;

const LOOK: &str = include_str!("screen.js");

/// The button that shows more of the list.
pub const OLDER: &str = "Load more";

const ACTIVITY: &str = "
    const items = [...document.querySelectorAll('article.submission[data-key]')];
    return {
        list: items.map((item) => ({
            key: item.dataset.key,
            state: item.dataset.state || '',
            found: !!item.querySelector('.evidence'),
            excess: !!item.querySelector('.excess'),
        })),
        has_more: [...document.querySelectorAll('main button')].some((button) => button.textContent.includes(arguments[0])),
    };";

/// One look at the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Screen {
    /// The path.
    pub path: String,
    /// The screen's heading.
    pub heading: String,
    /// Whether this is the portal, and not an empty tab or the browser's own error page.
    pub portal: bool,
    /// Whether it is still loading.
    pub booting: bool,
    /// The page's message after a crash.
    pub panic: Option<String>,
    /// Whether keys can be entered.
    pub sign_in: bool,
    /// Whether there is a navigation.
    pub signed_in: bool,
    /// What the form's screen shows: `sending`, `unknown`, `receipt`, `absent`, `review` or `form`.
    pub stage: Option<String>,
    /// The Idempotency-Key that it is about.
    pub key: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// Why the review asks again: `changed`, `not-read`, `alike`, `taken`, `newer`, `expired`, `unwritten`, `short`.
    pub asks: Option<Vec<String>>,
    /// Whether the review asks the user to accept that there is no journal.
    pub wants_acceptance: bool,
    /// Whether its main button can be pressed.
    pub ready: bool,
    /// The texts of the buttons that can be pressed.
    pub buttons: Vec<String>,
    /// Whether the portal says that it can't tell.
    pub cannot_tell: bool,
    /// The entries that the portal offers for a decision.
    pub candidates: Vec<String>,
    /// Whether the receipt is based on an entry of the log.
    pub found: bool,
    /// Whether it says that more moved than was shown.
    pub excess: bool,
    /// The submissions with an alarm on every screen.
    pub alarms: Vec<String>,
    /// Whether the portal says that this computer's clock is off.
    pub clock_notice: bool,
    /// The unresolved submissions, as on every screen.
    pub banner: Vec<ShownSubmission>,
    /// The text of the alert.
    pub alert: String,
}

impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = self.stage.as_deref().unwrap_or("nothing");
        write!(f, "{} shows {stage}", self.path)?;
        if let Some(key) = &self.key {
            write!(f, " {key} {}", self.state.as_deref().unwrap_or_default())?;
        }
        if let Some(why) = &self.asks {
            write!(f, " asks {}", why.join(" "))?;
        }
        for (is, what) in [
            (!self.portal, "no portal"),
            (self.booting, "booting"),
            (self.sign_in, "sign-in"),
            (!self.signed_in, "signed out"),
            (!self.ready, "busy"),
            (self.wants_acceptance, "no journal"),
            (self.found, "found in the log"),
            (self.excess, "extra entries"),
            (self.clock_notice, "clock is off"),
            (self.cannot_tell, "cannot tell"),
        ] {
            if is {
                write!(f, ", {what}")?;
            }
        }
        for shown in &self.banner {
            write!(f, "; banner {} {}", shown.key, shown.state)?;
        }
        for key in &self.alarms {
            write!(f, "; alarm {key}")?;
        }
        for entry in &self.candidates {
            write!(f, "; candidate {entry:?}")?;
        }
        for (name, text) in [
            ("alert", Some(&self.alert)),
            ("stopped", self.panic.as_ref()),
        ] {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                write!(f, "; {name}: {text}")?;
            }
        }
        Ok(())
    }
}

/// What is shown about a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ShownSubmission {
    /// Its Idempotency-Key.
    pub key: String,
    /// Its state.
    pub state: String,
    /// Whether it is based on an entry of the log.
    #[serde(default)]
    pub found: bool,
    /// Whether more moved than was shown.
    #[serde(default)]
    pub excess: bool,
}

impl ShownSubmission {
    /// Returns the verdict that it shows, if it is settled.
    pub fn verdict(&self) -> Option<Verdict> {
        Verdict::of(&self.state, self.found)
    }
}

impl Screen {
    /// Reads the screen.
    pub async fn read(desk: &Desk) -> Result<Self> {
        serde_json::from_value(desk.js(LOOK).await?).context("the screen cannot be read")
    }

    /// Whether a button whose text starts with `text` can be pressed.
    pub fn offers(&self, text: &str) -> bool {
        self.buttons.iter().any(|button| button.starts_with(text))
    }

    /// Whether a submission is waiting for a key.
    pub fn needs_key(&self) -> bool {
        let needs = |state: &str| state == "key-needed";
        self.state.as_deref().is_some_and(needs)
            || self.banner.iter().any(|shown| needs(&shown.state))
    }
}

/// The submissions on the Activity screen, newest first.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Activity {
    /// The shown submissions.
    pub list: Vec<ShownSubmission>,
    /// Whether there are older ones that aren't shown yet.
    pub has_more: bool,
}

impl Activity {
    /// Reads the list.
    pub async fn read(desk: &Desk) -> Result<Self> {
        let read = desk.driver().execute(ACTIVITY, vec![OLDER.into()]).await?;
        serde_json::from_value(read.json().clone()).context("the activity cannot be read")
    }
}
