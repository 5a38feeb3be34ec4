//! How a user answers the portal's questions, based on what the service's support staff say by phone.

use anyhow::Result;

use super::{
    decide::{COLLEAGUES, SupportAnswer, decide},
    ledger,
    movement_run::MovementRun,
    screen::Screen,
    simulated_user::SimulatedUser,
};

impl SimulatedUser<'_> {
    /// Asks support whether the submission with this key was completed. Returns that, and the id of its log entry.
    async fn ask_support(&mut self, key: &str) -> Result<(bool, Option<String>)> {
        self.ledger.read(&self.desk.sandbox).await?;
        let row = self.ledger.of(key).first();
        Ok((row.is_some(), row.and_then(ledger::entry)))
    }

    /// Decides what the portal can't, rightly or wrongly.
    pub(super) async fn decide(
        &mut self,
        run: &mut MovementRun<'_>,
        screen: &Screen,
    ) -> Result<()> {
        let key = screen.key.clone().unwrap_or_default();
        let (completed, entry) = self.ask_support(&key).await?;
        let answer = SupportAnswer {
            completed,
            entry: entry.as_deref(),
        };
        let (wrongly, checks) = (run.plan.decides_wrongly, run.plan.checks_entries);
        let decision = decide(answer, wrongly, checks, screen);
        self.write_trace(run, &format!("   {decision:?}, completed: {completed}"));
        let submission = self.submission(run, &key);
        match decision.verdict {
            Some(verdict) => {
                submission.decided = Some(verdict);
                submission.chosen_entry = decision.entry;
                if verdict.is_made() != completed {
                    submission.wrong_decisions.insert(verdict);
                }
            }
            None => submission.disowned |= completed,
        }
        let pressed = self.actions.press(&decision.scope, decision.button);
        pressed.await.map(drop)
    }

    /// Checks an entry that the portal found, and marks it as a colleague's if it is; or the opposite if the user
    /// decides wrongly. At most once per submission.
    pub(super) async fn check_found_entry(
        &mut self,
        run: &mut MovementRun<'_>,
        screen: &Screen,
    ) -> Result<bool> {
        let key = screen.key.clone().unwrap_or_default();
        if !run.plan.checks_entries || !run.checked_entries.insert(key.clone()) {
            return Ok(false);
        }
        let (completed, _) = self.ask_support(&key).await?;
        if completed != run.plan.decides_wrongly {
            return Ok(false);
        }
        self.submission(run, &key).disowned |= completed;
        self.write_trace(
            run,
            &format!("   calls it a colleague's, completed: {completed}"),
        );
        self.actions.press(".receipt", COLLEAGUES).await
    }
}
