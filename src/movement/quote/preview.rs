//! The backend's preview of a transfer or revert, asked for as people type (contract §1.1).

use crate::client::{Client, ErrorMessage, Failure, Operation, Remote};
use crate::movement::Movement;
use crate::movement::desk::Desk;
use crate::movement::quote::{Caution, Quote};
use crate::units::{ChildId, IdempotencyKey, Minutes, Rate};
use crate::wire::calculate::{Forward, ForwardRequest, Revert, RevertRequest};
use futures::future::{join, join3};
use leptos::prelude::*;
use std::time::Duration;

/// How long typing must rest before the backend is asked.
const REST: Duration = Duration::from_millis(250);

/// What to preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewRequest {
    /// A transfer.
    Transfer(ForwardRequest),
    /// A revert.
    Revert(RevertRequest),
}

impl PreviewRequest {
    /// What a transfer of `minutes` at `rate` would do.
    pub fn transfer(minutes: Minutes, rate: Rate) -> Self {
        Self::Transfer(ForwardRequest {
            minutes,
            cost_per_min: rate,
        })
    }

    /// What a revert of `minutes` from `child` would do.
    pub fn revert(minutes: Minutes, child: ChildId) -> Self {
        Self::Revert(RevertRequest {
            minutes,
            is_revert: true,
            child_organization_id: child,
        })
    }
}

/// The backend's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewResponse {
    /// Of a transfer.
    Transfer(Forward),
    /// Of a revert.
    Revert(Revert),
}

/// An answer together with its question, so that figures are never shown for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What was asked.
    pub question: PreviewRequest,
    /// What was answered.
    pub figures: PreviewResponse,
}

/// Previews whatever `question` says, once typing has rested; forgets the figures when it says nothing. A
/// change of `round` asks the same question anew.
pub fn previews(
    desk: &Desk,
    question: Memo<Option<PreviewRequest>>,
    round: Signal<u32>,
) -> Remote<Preview> {
    let client = desk.client.clone();
    let remote = Remote::<Preview>::default();
    let kept = remote.clone();
    Effect::new(move |earlier: Option<u32>| {
        let round = round.get();
        let Some(question) = question.get() else {
            remote.clear();
            return round;
        };
        let number = remote.announce();
        let (remote, client) = (remote.clone(), client.clone());
        let start = move || remote.follow(number, ask(client, question));
        if earlier.is_some_and(|earlier| earlier != round) {
            start();
        } else {
            set_timeout(start, REST);
        }
        round
    });
    kept
}

async fn ask(client: Client, question: PreviewRequest) -> Result<Preview, Failure> {
    let key = IdempotencyKey::new(uuid::Uuid::new_v4());
    let figures = match &question {
        PreviewRequest::Transfer(request) => {
            PreviewResponse::Transfer(client.preview_transfer(request, key).await?)
        }
        PreviewRequest::Revert(request) => {
            PreviewResponse::Revert(client.preview_revert(request, key).await?)
        }
    };
    Ok(Preview { question, figures })
}

/// What says that an organization is suspended.
pub const STATUS: &str = "The organization's status";

/// The caution that something which belongs to a quote could not be read.
pub fn unread(whose: &str, failure: &Failure) -> Caution {
    let told = ErrorMessage::of(failure, Operation::Read).happened;
    Caution::Missing(format!("{whose} could not be read: {told}"))
}

/// The quote of `movement` as it is now.
///
/// # Errors
/// Every [`Failure`] of what the quote cannot do without: the preview, or the wallet that is paid from.
pub async fn quote_now(client: &Client, movement: &Movement) -> Result<Quote, Failure> {
    let key = IdempotencyKey::new(uuid::Uuid::new_v4());
    match movement {
        Movement::Transfer {
            child,
            minutes,
            rate,
            ..
        } => {
            let request = ForwardRequest {
                minutes: *minutes,
                cost_per_min: *rate,
            };
            let both = join(client.preview_transfer(&request, key), client.children());
            let (preview, children) = both.await;
            let listed = children.as_ref().ok().and_then(|read| {
                let mut all = read.organizations.iter();
                all.find(|listed| listed.id == *child)
            });
            let mut quote = Quote::transfer(&preview?, *minutes, *rate, listed);
            let missing = children.as_ref().err();
            quote
                .cautions
                .extend(missing.map(|failure| unread("The child's balance", failure)));
            Ok(quote)
        }
        Movement::Revert { child, minutes, .. } => {
            let request = RevertRequest {
                minutes: *minutes,
                is_revert: true,
                child_organization_id: *child,
            };
            let both = join(client.preview_revert(&request, key), client.balance());
            let (preview, balance) = both.await;
            let known = balance.as_ref().ok().map(|read| read.balance.amount);
            let mut quote = Quote::revert(&preview?, *minutes, known);
            let missing = balance.as_ref().err();
            quote
                .cautions
                .extend(missing.map(|failure| unread("Your balance", failure)));
            Ok(quote)
        }
        Movement::Allocate {
            organization,
            credits,
            ..
        } => {
            let all = join3(
                client.wallet(None),
                client.wallet(Some(organization)),
                client.organization(organization),
            );
            let (own, child, listed) = all.await;
            let own = own?;
            let mut quote = Quote::allocate(*credits, Some(&own), child.as_ref().ok());
            let missing = [
                ("The child's wallet", child.as_ref().err()),
                (STATUS, listed.as_ref().err()),
            ];
            for (what, failure) in missing {
                quote
                    .cautions
                    .extend(failure.map(|failure| unread(what, failure)));
            }
            let is_suspended = listed.is_ok_and(|listed| listed.is_suspended());
            quote
                .cautions
                .extend(is_suspended.then_some(Caution::Suspended));
            Ok(quote)
        }
    }
}
