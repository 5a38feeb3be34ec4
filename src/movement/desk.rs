//! The app-level store of movements. It lives above the router: leaving a screen neither aborts nor forgets
//! anything.

use super::directory::Directory;
use super::draft::{AllocateDraft, RevertDraft, TransferDraft};
use super::machine::{Event, Stage, Submission};
use super::plan::{Kind, Movement};
use super::quote::Quote;
use super::receipt::Receipt;
use crate::client::{Call, Client, Failure, now};
use crate::config::Config;
use crate::session::{Api, Secret};
use crate::units::IdempotencyKey;
use leptos::prelude::*;

/// The drafts, the movements and everything they need.
#[derive(Clone)]
pub struct Desk {
    pub(super) client: Client,
    /// Knows the balances.
    pub directory: Directory,
    /// What stands in the transfer form.
    pub transfer: ArcRwSignal<TransferDraft>,
    /// What stands in the revert form.
    pub revert: ArcRwSignal<RevertDraft>,
    /// What stands in the allocate form.
    pub allocate: ArcRwSignal<AllocateDraft>,
    stages: [ArcRwSignal<Stage>; 3],
}

impl Desk {
    /// An empty desk.
    pub fn new(client: Client, directory: Directory) -> Self {
        Self {
            client,
            directory,
            transfer: ArcRwSignal::default(),
            revert: ArcRwSignal::default(),
            allocate: ArcRwSignal::default(),
            stages: std::array::from_fn(|_| ArcRwSignal::new(Stage::default())),
        }
    }

    /// Where the movement of `kind` stands.
    pub fn stage(&self, kind: Kind) -> ArcRwSignal<Stage> {
        let [transfer, revert, allocate] = &self.stages;
        match kind {
            Kind::Transfer => transfer.clone(),
            Kind::Revert => revert.clone(),
            Kind::Allocate => allocate.clone(),
        }
    }

    /// Tries a key at the backend of `api` and gives the id of its account.
    ///
    /// # Errors
    /// Why the backend does not take it, or why nobody knows.
    pub async fn try_key(&self, api: Api, key: &Secret) -> Result<Option<String>, Failure> {
        self.client.try_key(api, key).await
    }

    /// How the deployment says that credentials come, and which backends there are.
    pub fn config(&self) -> &Config {
        self.client.config()
    }

    fn step(&self, kind: Kind, event: Event) {
        self.stage(kind)
            .update(|stage| *stage = std::mem::take(stage).step(event));
    }

    /// Shows the review of a complete form.
    pub fn review(&self, movement: Movement, quote: Quote) {
        self.step(movement.kind(), Event::Review { movement, quote });
    }

    /// Back to the form; also the end of a refusal that was read.
    pub fn edit(&self, kind: Kind) {
        self.step(kind, Event::Edit);
    }

    /// Sends what was reviewed. Of several confirmations only the first finds a reviewed movement; the stage
    /// changes before this returns, so a second click cannot overtake it.
    pub fn confirm(&self, kind: Kind) {
        let reviewed = self.stage(kind).with_untracked(|stage| match stage {
            Stage::Reviewed { movement, .. } => movement.body().ok(),
            _ => None,
        });
        let Some(body) = reviewed else { return };
        let event = Event::Confirm {
            key: IdempotencyKey::new(uuid::Uuid::new_v4()),
            body,
            account: self.client.account(kind.api()),
            now: now(),
        };
        self.step(kind, event);
        self.send(kind);
    }

    /// Why an unresolved submission must not be sent once more with its key, if it must not.
    pub fn cannot_ask(&self, submission: &Submission) -> Option<&'static str> {
        let api = submission.movement.kind().api();
        match self.client.backend(api) {
            Some(backend) if backend.replays_idempotency_keys => {
                let account = self.client.account(api);
                submission.outlived(account.as_deref(), now(), backend.replay_window_hours)
            }
            _ => Some("This backend does not recognise a submission by its key."),
        }
    }

    /// Sends an unresolved submission once more, with the same key and bytes, if its backend recognises it.
    pub fn ask_again(&self, kind: Kind) {
        let may = self.stage(kind).with_untracked(|stage| match stage {
            Stage::Unknown { submission, .. } => self.cannot_ask(submission).is_none(),
            _ => false,
        });
        if may {
            self.step(kind, Event::Ask);
            self.send(kind);
        }
    }

    /// Puts a finished or examined movement aside, for a new one. The form does not keep what may have been
    /// made already.
    pub fn close(&self, kind: Kind) {
        let doubtful = self
            .stage(kind)
            .with_untracked(|stage| matches!(stage, Stage::Unknown { .. }));
        self.step(kind, Event::Close);
        if doubtful {
            self.clear_draft(kind);
        }
    }

    /// The screen of `kind` is left: what was only reviewed is a draft again, and a receipt that was seen is
    /// put away. What is under way or unknown stays.
    pub fn leave(&self, kind: Kind) {
        let event = self.stage(kind).with_untracked(|stage| match stage {
            Stage::Reviewed { .. } => Some(Event::Edit),
            Stage::Done { .. } => Some(Event::Close),
            _ => None,
        });
        if let Some(event) = event {
            self.step(kind, event);
        }
    }

    fn send(&self, kind: Kind) {
        let Some(submission) = self
            .stage(kind)
            .with_untracked(|stage| stage.sending().cloned())
        else {
            return;
        };
        let desk = self.clone();
        leptos::task::spawn_local(async move {
            let Submission {
                movement,
                key,
                body,
                account,
                ..
            } = submission;
            let call = Call::post(kind.api(), movement.path(), body, key.clone());
            let result = desk
                .client
                .submit(&call)
                .await
                .and_then(|answer| Receipt::read(&movement, &answer));
            let made = result.is_ok();
            desk.step(kind, Event::Answered { key, result });
            // Somebody else may sit here by now, with a form of their own.
            if made && account == desk.client.account(kind.api()) {
                desk.clear_draft(kind);
            }
            desk.directory.refresh(kind.api());
        });
    }

    /// Empties the form of `kind` after its movement was made.
    fn clear_draft(&self, kind: Kind) {
        match kind {
            Kind::Transfer => self.transfer.set(TransferDraft::default()),
            Kind::Revert => self.revert.set(RevertDraft::default()),
            Kind::Allocate => self.allocate.set(AllocateDraft::default()),
        }
    }

    /// Forgets drafts, finished movements and figures of `api`, as when somebody signs out or another account
    /// signs in. What is unresolved stays.
    pub fn forget(&self, api: Api) {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.api() == api) {
            self.clear_draft(kind);
            let stage = self.stage(kind);
            if stage.with_untracked(|stage| stage.unresolved().is_none()) {
                stage.set(Stage::default());
            }
        }
        self.directory.clear(api);
    }

    /// Whether anything is on its way or unknown.
    pub fn is_unresolved(&self) -> bool {
        self.stages
            .iter()
            .any(|stage| stage.with_untracked(|stage| stage.unresolved().is_some()))
    }
}
