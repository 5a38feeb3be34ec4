//! What happens around a person: troubles in waiting, and upsets.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    person::Person,
    plan::{Armed, Upset},
    story::Story,
};

impl Person<'_> {
    /// Lets something happen to the person, their browser or the server.
    pub(super) async fn suffer(&mut self, story: &mut Story<'_>, upset: Upset) -> Result<()> {
        match upset {
            Upset::Offline(ms) => {
                let since = story
                    .mind
                    .confirmed
                    .map_or(Duration::ZERO, |at| at.elapsed());
                let until = since + Duration::from_millis(ms);
                story.upsets.push_back((until, Upset::Online));
                story.upsets.make_contiguous().sort_by_key(|(at, _)| *at);
            }
            // The server forgets which faults are waiting.
            Upset::RestartBackend(_) => self.count_troubles(story).await?,
            _ => {}
        }
        self.write(story, &format!("!! {upset:?}"));
        self.hands
            .upset(upset, story.plan)
            .await
            .with_context(|| format!("{upset:?} did not happen"))?;
        if upset != Upset::Online {
            story.account.upsets.push(upset.name());
        }
        Ok(())
    }

    /// Has trouble wait for its requests.
    pub(super) async fn arm(&self, story: &mut Story<'_>, list: &[Armed]) -> Result<()> {
        for armed in list {
            let fault = armed.trouble.fault(armed.route, armed.count);
            self.desk.sandbox.fault(fault).await?;
            story.armed.push(*armed);
        }
        Ok(())
    }

    /// Nothing goes wrong any more.
    pub(super) async fn make_peace(&self, story: &mut Story<'_>) -> Result<()> {
        if !story.armed.is_empty() {
            self.count_troubles(story).await?;
            self.desk.sandbox.no_faults().await?;
        }
        if !story.upsets.is_empty() {
            story.upsets.clear();
            self.desk.offline(false).await?;
        }
        story.is_peaceful = true;
        Ok(())
    }

    /// Counts those that are not waiting any more.
    async fn count_troubles(&self, story: &mut Story<'_>) -> Result<()> {
        let answer = self.desk.sandbox.faults().await?;
        let mut waiting = answer["faults"].as_array().cloned().unwrap_or_default();
        for armed in story.armed.drain(..) {
            let fault = armed.trouble.fault(armed.route, armed.count);
            match waiting.iter().position(|other| is_same(&fault, other)) {
                Some(place) => drop(waiting.remove(place)),
                None => {
                    let is_own = armed.route == story.plan.kind.route();
                    story.account.troubles.push((is_own, armed.trouble.name()));
                }
            }
        }
        Ok(())
    }
}

/// Whether the sandbox lists this very fault, with all that it was told and perhaps more.
fn is_same(fault: &Value, listed: &Value) -> bool {
    fault
        .as_object()
        .is_some_and(|fields| fields.iter().all(|(name, value)| listed[name] == *value))
}
