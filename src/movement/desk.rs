//! The app-level store of movements. It lives above the router: leaving a screen neither aborts nor forgets
//! anything.

use super::directory::Directory;
use super::draft::{AllocateDraft, RevertDraft, TransferDraft};
use super::machine::{Event, Stage, Submission};
use super::plan::{Kind, Movement};
use super::quote::Quote;
use super::receipt::Receipt;
use crate::client::{Call, Client, Failure};
use crate::config::Backend;
use crate::session::{Api, Secret};
use crate::units::IdempotencyKey;
use leptos::prelude::*;

/// The drafts, the movements and everything they need.
#[derive(Clone)]
pub struct Desk {
    /// Sends.
    pub client: Client,
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

    /// Whether the backend of `api` takes this key.
    ///
    /// # Errors
    /// Why it does not, or why nobody knows.
    pub async fn try_key(&self, api: Api, key: &Secret) -> Result<(), Failure> {
        match api {
            Api::Reseller => self.client.check_reseller(key).await,
            Api::Organizations => self.client.check_organizations(key).await,
        }
    }

    /// How the backend of `kind` treats idempotency keys.
    pub fn backend(&self, kind: Kind) -> Option<&Backend> {
        let config = self.client.config();
        match kind.api() {
            Api::Reseller => config.reseller_api.as_ref(),
            Api::Organizations => config.organizations_api.as_ref(),
        }
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
        let key = IdempotencyKey::new(uuid::Uuid::new_v4());
        self.step(kind, Event::Confirm { key, body });
        self.send(kind);
    }

    /// Sends an unresolved submission once more, with the same key and bytes, if its backend replays keys.
    pub fn ask_again(&self, kind: Kind) {
        let unknown = self
            .stage(kind)
            .with_untracked(|stage| matches!(stage, Stage::Unknown { .. }));
        if unknown
            && self
                .backend(kind)
                .is_some_and(|backend| backend.replays_idempotency_keys)
        {
            self.step(kind, Event::Ask);
            self.send(kind);
        }
    }

    /// Puts a finished or examined movement aside, for a new one.
    pub fn close(&self, kind: Kind) {
        self.step(kind, Event::Close);
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
                ..
            } = submission;
            let call = Call::post(kind.api(), movement.path(), body, key.clone());
            let result = desk
                .client
                .submit(&call)
                .await
                .and_then(|answer| Receipt::read(kind, &answer));
            let made = result.is_ok();
            desk.step(kind, Event::Answered { key, result });
            if made {
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

    /// Forgets drafts and finished movements, as when somebody signs out. What is unresolved stays.
    pub fn sign_out(&self) {
        for kind in Kind::ALL {
            self.clear_draft(kind);
            let stage = self.stage(kind);
            if stage.with_untracked(|stage| stage.unresolved().is_none()) {
                stage.set(Stage::default());
            }
        }
        self.directory.clear();
    }
}
