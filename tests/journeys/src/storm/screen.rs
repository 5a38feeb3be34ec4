//! What a person sees.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::Desk;

const LOOK: &str = include_str!("screen.js");

const ACTIVITY: &str = "
    return [...document.querySelectorAll('article.submission[data-key]')]
        .map((item) => ({ key: item.dataset.key, state: item.dataset.state || '' }));";

/// One look at the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Screen {
    /// The path.
    pub path: String,
    /// Whether this is the portal at all, and not an empty tab or the browser's own words about an error.
    pub portal: bool,
    /// Whether it is still being loaded.
    pub booting: bool,
    /// What the page says when it has stopped.
    pub panic: Option<String>,
    /// Whether keys can be given.
    pub sign_in: bool,
    /// Whether there is a navigation.
    pub signed_in: bool,
    /// What the form's screen shows: `sending`, `unknown`, `receipt`, `absent`, `review` or `form`.
    pub stage: Option<String>,
    /// The Idempotency-Key that it is about.
    pub key: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// Why the review asks once more: `changed`, `alike`, `unread`, `taken`.
    pub asks: Option<Vec<String>>,
    /// Whether the review wants to hear that there is no journal.
    pub wants_acceptance: bool,
    /// Whether its main button can be pressed.
    pub ready: bool,
    /// What the buttons say that can be pressed.
    pub buttons: Vec<String>,
    /// How many rows of the log may be the movement.
    pub candidates: usize,
    /// Whether the receipt says that more moved than was asked.
    pub excess: bool,
    /// The unresolved submissions, as on every screen.
    pub banner: Vec<Told>,
    /// What is told above the form.
    pub alert: String,
}

/// What is told about a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// Its Idempotency-Key.
    pub key: String,
    /// Its state.
    pub state: String,
}

impl Told {
    /// Whether that is the end of it.
    pub fn is_end(&self) -> bool {
        ["done", "refused", "absent", "decided-made", "decided-not"].contains(&&*self.state)
    }
}

impl Screen {
    /// Looks.
    pub async fn read(desk: &Desk) -> Result<Self> {
        serde_json::from_value(desk.js(LOOK).await?).context("the screen cannot be read")
    }

    /// Whether the form's screen shows this.
    pub fn is_at(&self, stage: &str) -> bool {
        self.stage.as_deref() == Some(stage)
    }

    /// Whether a button that begins so can be pressed.
    pub fn offers(&self, text: &str) -> bool {
        self.buttons.iter().any(|button| button.starts_with(text))
    }

    /// Whether a submission waits for a key.
    pub fn needs_key(&self) -> bool {
        let needs = |state: &str| state == "key-needed";
        self.state.as_deref().is_some_and(needs)
            || self.banner.iter().any(|told| needs(&told.state))
    }
}

/// All submissions that the screen Activity lists.
pub async fn activity(desk: &Desk) -> Result<Vec<Told>> {
    serde_json::from_value(desk.js(ACTIVITY).await?).context("the activity cannot be read")
}
