//! The service's preview of a transfer or revert, fetched while the user types (contract §1.1).

use crate::client::{Client, Failure, Remote};
use crate::movement::Movement;
use crate::movement::quote::{Quote, assemble};
use crate::units::{ChildId, IdempotencyKey, Minutes, Rate};
use crate::wire::calculate::{
    RevertPreview, RevertPreviewRequest, TransferPreview, TransferPreviewRequest,
};
use crate::wire::organizations::Organization;
use futures::future::{join, join3};
use leptos::prelude::*;
use std::time::Duration;

/// How long the user must pause typing before the preview is fetched.
const DEBOUNCE: Duration = Duration::from_millis(250);

/// What to preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewRequest {
    /// A transfer.
    Transfer(TransferPreviewRequest),
    /// A revert.
    Revert(RevertPreviewRequest),
}

impl PreviewRequest {
    /// Requests the preview of a transfer of `minutes` at `rate`.
    pub fn transfer(minutes: Minutes, rate: Rate) -> Self {
        Self::Transfer(TransferPreviewRequest {
            minutes,
            cost_per_min: rate,
        })
    }

    /// Requests the preview of a revert of `minutes` from `child`.
    pub fn revert(minutes: Minutes, child: ChildId) -> Self {
        Self::Revert(RevertPreviewRequest {
            minutes,
            is_revert: true,
            child_organization_id: child,
        })
    }
}

/// The response to a preview request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewResponse {
    /// The preview of a transfer.
    Transfer(TransferPreview),
    /// The preview of a revert.
    Revert(RevertPreview),
}

/// A response together with its request, so that amounts are never shown for another request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The request.
    pub request: PreviewRequest,
    /// The response.
    pub response: PreviewResponse,
}

/// Fetches the preview of `request` once the user pauses typing, and clears it when `request` is `None`. A change of
/// `refresh_count` fetches the preview of the same request again, without a pause.
pub fn previews(
    client: &Client,
    request: Memo<Option<PreviewRequest>>,
    refresh_count: Signal<u32>,
) -> Remote<Preview> {
    let client = client.clone();
    let remote = Remote::<Preview>::default();
    let result = remote.clone();
    Effect::new(move |previous: Option<u32>| {
        let refresh_count = refresh_count.get();
        let Some(request) = request.get() else {
            remote.clear();
            return refresh_count;
        };
        let number = remote.begin();
        let (remote, client) = (remote.clone(), client.clone());
        let start = move || remote.run(number, fetch(client, request));
        if previous.is_some_and(|previous| previous != refresh_count) {
            start();
        } else {
            set_timeout(start, DEBOUNCE);
        }
        refresh_count
    });
    result
}

async fn fetch(client: Client, request: PreviewRequest) -> Result<Preview, Failure> {
    let key = IdempotencyKey::new(uuid::Uuid::new_v4());
    let response = match &request {
        PreviewRequest::Transfer(request) => {
            PreviewResponse::Transfer(client.preview_transfer(request, key).await?)
        }
        PreviewRequest::Revert(request) => {
            PreviewResponse::Revert(client.preview_revert(request, key).await?)
        }
    };
    Ok(Preview { request, response })
}

/// Fetches the current quote of `movement`.
///
/// # Errors
/// Any [`Failure`] of a part that the quote requires: the preview, or the wallet that pays.
pub async fn fetch_quote(client: &Client, movement: &Movement) -> Result<Quote, Failure> {
    let key = IdempotencyKey::new(uuid::Uuid::new_v4());
    match movement {
        Movement::Transfer {
            child,
            minutes,
            rate,
            ..
        } => {
            let request = TransferPreviewRequest {
                minutes: *minutes,
                cost_per_min: *rate,
            };
            let both = join(client.preview_transfer(&request, key), client.children());
            let (preview, children) = both.await;
            let listed = children.as_ref().map(|read| {
                let mut all = read.organizations.iter();
                all.find(|listed| listed.id == *child)
            });
            Ok(assemble::transfer(&preview?, *minutes, *rate, listed))
        }
        Movement::Revert { child, minutes, .. } => {
            let request = RevertPreviewRequest {
                minutes: *minutes,
                is_revert: true,
                child_organization_id: *child,
            };
            let both = join(client.preview_revert(&request, key), client.balance());
            let (preview, balance) = both.await;
            let known = balance.as_ref().map(|read| Some(read.balance.amount));
            Ok(assemble::revert(&preview?, *minutes, known))
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
            Ok(assemble::allocate(
                *credits,
                Ok(Some(&own?)),
                child.as_ref().map(Some),
                listed.as_ref().map(Organization::is_suspended),
            ))
        }
    }
}
