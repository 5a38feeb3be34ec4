//! Reading the list of submissions, as the screen Activity shows it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{
    mind::End,
    person::{GLANCE, LIMIT, Person},
    screen::{self, Activity, Screen, Told},
    story::Story,
};

impl Person<'_> {
    /// Reads the list of submissions. None if the person is not let in, or not yet.
    pub(super) async fn look_at_activity(
        &mut self,
        story: &mut Story<'_>,
    ) -> Result<Option<Vec<Told>>> {
        let Some(list) = self.read_activity(|key| story.mind.is_mine(key)).await? else {
            return Ok(None);
        };
        for told in list.iter().filter(|told| story.mind.is_mine(&told.key)) {
            let submission = self.submission(story.plan.number, &told.key);
            submission.on_activity = Some(told.state.clone());
            if story.refused_on_form && told.state == "refused" {
                submission.on_form = Some(End::Refused);
            }
        }
        story.refused_on_form = false;
        Ok(Some(list))
    }

    async fn read_activity(&self, is_new: impl Fn(&str) -> bool) -> Result<Option<Vec<Told>>> {
        const LONGEST: Duration = Duration::from_secs(3);
        const SHORTEST: Duration = Duration::from_millis(400);
        self.hands.follow("/activity").await?;
        let begun = Instant::now();
        loop {
            tokio::time::sleep(GLANCE).await;
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            let Activity { list, has_more } = Activity::read(self.desk).await.unwrap_or_default();
            // Not by its path, which is written before the screen is there.
            let is_there = screen.heading == "Activity" && screen.signed_in;
            // It is read from the browser's own storage, and may come a moment after the screen.
            let is_whole = has_more || list.len() >= self.memory.told.len();
            let has_new = list.iter().any(|told| is_new(&told.key));
            if is_there && is_whole && (has_new || begun.elapsed() > SHORTEST) {
                return Ok(Some(list));
            }
            if begun.elapsed() > LONGEST {
                return Ok(is_there.then_some(list));
            }
        }
    }

    /// Reads what is told about every submission, at the end of all. What is not listed any more is told as `missing`.
    pub async fn look_at_everything(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let screen = Screen::read(self.desk).await.unwrap_or_default();
            if !screen.portal {
                self.desk.goto("/activity").await?;
            } else if screen.sign_in && !screen.signed_in {
                _ = self.hands.sign_in().await;
            } else if self.read_activity(|_| false).await?.is_some() {
                let list = self.read_older().await?;
                for submission in self.memory.told.iter_mut() {
                    let told = list.iter().find(|told| told.key == submission.key);
                    let state = told.map_or("missing", |told| &told.state);
                    submission.on_activity = Some(state.to_owned());
                }
                return Ok(());
            }
            if begun.elapsed() > LIMIT {
                bail!("the list of submissions cannot be read");
            }
            tokio::time::sleep(10 * GLANCE).await;
        }
    }

    /// The whole list, on its screen.
    async fn read_older(&self) -> Result<Vec<Told>> {
        loop {
            let activity = Activity::read(self.desk).await?;
            if !activity.has_more {
                return Ok(activity.list);
            }
            self.hands.press("main", screen::OLDER).await?;
            tokio::time::sleep(GLANCE).await;
        }
    }
}
