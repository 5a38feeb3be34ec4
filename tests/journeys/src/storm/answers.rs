//! What a person answers where the portal asks, by what the service's people say on the telephone.

use anyhow::Result;

use super::{
    decide::{COLLEAGUES, Truth, decide},
    ledger,
    person::Person,
    screen::Screen,
    story::Story,
};

impl Person<'_> {
    /// Whether it was made, and where its entry is, as the service's people say by telephone.
    async fn ask_by_telephone(&mut self, key: &str) -> Result<(bool, Option<String>)> {
        self.ledger.read(&self.desk.sandbox).await?;
        let row = self.ledger.of(key).first();
        Ok((row.is_some(), row.and_then(ledger::entry)))
    }

    /// Decides what the portal cannot, rightly or wrongly.
    pub(super) async fn decide(&mut self, story: &mut Story<'_>, screen: &Screen) -> Result<()> {
        let key = screen.key.clone().unwrap_or_default();
        let (made, entry) = self.ask_by_telephone(&key).await?;
        let truth = Truth {
            made,
            entry: entry.as_deref(),
        };
        let (wrongly, checks) = (story.plan.decides_wrongly, story.plan.checks_entries);
        let decision = decide(truth, wrongly, checks, screen);
        self.write(story, &format!("   {decision:?}, made: {made}"));
        let submission = self.submission(story, &key);
        match decision.verdict {
            Some(verdict) => {
                submission.decided = Some(verdict);
                submission.called_own = decision.entry;
                if verdict.is_made() != made {
                    submission.wrong_decisions.insert(verdict);
                }
            }
            None => submission.disowned |= made,
        }
        let pressed = self.actions.press(&decision.scope, decision.button);
        pressed.await.map(drop)
    }

    /// Looks an entry up that the portal has found, and says so if it is a colleague's; or says so wrongly. Once.
    pub(super) async fn disowns(&mut self, story: &mut Story<'_>, screen: &Screen) -> Result<bool> {
        let key = screen.key.clone().unwrap_or_default();
        if !story.plan.checks_entries || !story.checked.insert(key.clone()) {
            return Ok(false);
        }
        let (made, _) = self.ask_by_telephone(&key).await?;
        if made != story.plan.decides_wrongly {
            return Ok(false);
        }
        self.submission(story, &key).disowned |= made;
        self.write(story, &format!("   calls it a colleague's, made: {made}"));
        self.actions.press(".receipt", COLLEAGUES).await
    }
}
