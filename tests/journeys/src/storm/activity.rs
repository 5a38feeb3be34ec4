//! Reads the list of submissions on the Activity screen.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{
    movement_run::MovementRun,
    screen::{self, Activity, Screen, ShownSubmission},
    simulated_user::{POLL_INTERVAL, SimulatedUser},
};

impl SimulatedUser<'_> {
    /// Reads the list of submissions. `None` if the user isn't signed in, or not yet.
    pub(super) async fn look_at_activity(
        &mut self,
        run: &mut MovementRun<'_>,
    ) -> Result<Option<Vec<ShownSubmission>>> {
        let Some(list) = self.read_activity(|key| run.policy.is_mine(key)).await? else {
            return Ok(None);
        };
        for shown in list.iter().filter(|shown| run.policy.is_mine(&shown.key)) {
            self.submission(run, &shown.key);
        }
        self.record_list(&list);
        Ok(Some(list))
    }

    /// Records what the list shows.
    fn record_list(&mut self, list: &[ShownSubmission]) {
        for submission in &mut self.memory.submissions {
            let Some(shown) = list.iter().find(|shown| shown.key == submission.key) else {
                continue;
            };
            submission.state = Some(shown.state.clone());
            submission.is_recorded |= shown.state != "recording";
            submission.alarmed |= shown.excess;
            if let Some(verdict) = shown.verdict() {
                submission.record(verdict);
            }
        }
    }

    async fn read_activity(
        &self,
        is_new: impl Fn(&str) -> bool,
    ) -> Result<Option<Vec<ShownSubmission>>> {
        const LONGEST: Duration = Duration::from_secs(3);
        const SHORTEST: Duration = Duration::from_millis(400);
        self.actions.follow("/activity").await?;
        let start = Instant::now();
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            let Activity { list, has_more } = Activity::read(self.desk).await.unwrap_or_default();
            // Not checked by path, because the path changes before the screen does.
            let is_there = screen.heading == "Activity" && screen.signed_in;
            // The list is loaded from the browser's storage, and may appear a moment after the screen.
            let is_whole = has_more || list.len() >= self.memory.submissions.len();
            let has_new = list.iter().any(|shown| is_new(&shown.key));
            if is_there && is_whole && (has_new || start.elapsed() > SHORTEST) {
                return Ok(Some(list));
            }
            if start.elapsed() > LONGEST {
                return Ok(is_there.then_some(list));
            }
        }
    }

    /// Reads what is shown about every submission, starting from any page. Submissions that are no longer listed get
    /// the state `missing`.
    pub async fn look_at_everything(&mut self) -> Result<Screen> {
        const LIMIT: Duration = Duration::from_secs(60);
        let start = Instant::now();
        loop {
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            if !screen.portal {
                self.desk.goto("/activity").await?;
            } else if screen.sign_in && !screen.signed_in {
                let keys = self.memory.keys();
                _ = self.actions.sign_in(keys).await;
            } else if self.read_activity(|_| false).await?.is_some() {
                let list = self.read_older().await?;
                self.record_list(&list);
                self.record_alarms(&screen.alarms);
                for submission in &mut self.memory.submissions {
                    if list.iter().all(|shown| shown.key != submission.key) {
                        submission.state = Some("missing".to_owned());
                    }
                }
                return Ok(screen);
            }
            if start.elapsed() > LIMIT {
                bail!("the list of submissions cannot be read");
            }
            tokio::time::sleep(10 * POLL_INTERVAL).await;
        }
    }

    /// Loads and returns the whole list. The Activity screen must be open.
    async fn read_older(&self) -> Result<Vec<ShownSubmission>> {
        loop {
            let activity = Activity::read(self.desk).await?;
            if !activity.has_more {
                return Ok(activity.list);
            }
            self.actions.press("main", screen::OLDER).await?;
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}
