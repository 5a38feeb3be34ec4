//! Reading the list of submissions, as the screen Activity shows it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{
    person::{GLANCE, Person},
    screen::{self, Activity, Screen, ShownSubmission},
    story::Story,
};

impl Person<'_> {
    /// Reads the list of submissions. None if the person is not let in, or not yet.
    pub(super) async fn look_at_activity(
        &mut self,
        story: &mut Story<'_>,
    ) -> Result<Option<Vec<ShownSubmission>>> {
        let Some(list) = self.read_activity(|key| story.policy.is_mine(key)).await? else {
            return Ok(None);
        };
        for shown in list.iter().filter(|shown| story.policy.is_mine(&shown.key)) {
            self.submission(story, &shown.key);
        }
        self.note_list(&list);
        Ok(Some(list))
    }

    /// Remembers what the list shows.
    fn note_list(&mut self, list: &[ShownSubmission]) {
        for submission in &mut self.memory.submissions {
            let Some(shown) = list.iter().find(|shown| shown.key == submission.key) else {
                continue;
            };
            submission.state = Some(shown.state.clone());
            submission.is_recorded |= shown.state != "recording";
            submission.alarmed |= shown.excess;
            if let Some(verdict) = shown.verdict() {
                submission.shows(verdict);
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
        let begun = Instant::now();
        loop {
            tokio::time::sleep(GLANCE).await;
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            let Activity { list, has_more } = Activity::read(self.desk).await.unwrap_or_default();
            // Not by its path, which is written before the screen is there.
            let is_there = screen.heading == "Activity" && screen.signed_in;
            // It is read from the browser's own storage, and may come a moment after the screen.
            let is_whole = has_more || list.len() >= self.memory.submissions.len();
            let has_new = list.iter().any(|shown| is_new(&shown.key));
            if is_there && is_whole && (has_new || begun.elapsed() > SHORTEST) {
                return Ok(Some(list));
            }
            if begun.elapsed() > LONGEST {
                return Ok(is_there.then_some(list));
            }
        }
    }

    /// Reads what is shown about every submission, on whatever page. What is not listed any more has the state `missing`.
    pub async fn look_at_everything(&mut self) -> Result<Screen> {
        const LIMIT: Duration = Duration::from_secs(60);
        let begun = Instant::now();
        loop {
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            if !screen.portal {
                self.desk.goto("/activity").await?;
            } else if screen.sign_in && !screen.signed_in {
                let keys = self.memory.keys();
                _ = self.actions.sign_in(keys).await;
            } else if self.read_activity(|_| false).await?.is_some() {
                let list = self.read_older().await?;
                self.note_list(&list);
                self.note_alarms(&screen.alarms);
                for submission in &mut self.memory.submissions {
                    if list.iter().all(|shown| shown.key != submission.key) {
                        submission.state = Some("missing".to_owned());
                    }
                }
                return Ok(screen);
            }
            if begun.elapsed() > LIMIT {
                bail!("the list of submissions cannot be read");
            }
            tokio::time::sleep(10 * GLANCE).await;
        }
    }

    /// The whole list, on its screen.
    async fn read_older(&self) -> Result<Vec<ShownSubmission>> {
        loop {
            let activity = Activity::read(self.desk).await?;
            if !activity.has_more {
                return Ok(activity.list);
            }
            self.actions.press("main", screen::OLDER).await?;
            tokio::time::sleep(GLANCE).await;
        }
    }
}
