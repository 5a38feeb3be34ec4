//! Loads a wallet's events page by page.

use crate::browser::clock::{day_start, offset_at};
use crate::client::Client;
use crate::client::Remote;
use crate::wallet::query::{LoadedEvents, WalletQuery};
use leptos::prelude::*;
use std::sync::Arc;

/// The events of the current wallet: the newest page, and older pages on request.
#[derive(Clone)]
pub struct WalletEvents {
    /// The loading state and the loaded events. They may still belong to an earlier query, unlike those of
    /// [`Self::shown`].
    pub remote: Remote<LoadedEvents>,
    client: Client,
    query: Memo<WalletQuery>,
}

impl WalletEvents {
    /// Loads the newest page whenever `query` or `refresh_count` changes. Requires a [`Client`] in the context.
    pub fn new(query: Memo<WalletQuery>, refresh_count: Signal<u32>) -> Self {
        let events = Self {
            remote: Remote::default(),
            client: expect_context(),
            query,
        };
        let result = events.clone();
        Effect::new(move |_| {
            refresh_count.track();
            let query = query.get();
            if query.range_error().is_some() {
                events.remote.clear();
            } else {
                events.load(LoadedEvents::new(query), None);
            }
        });
        result
    }

    /// Returns the events of the current query, so that one wallet's events are never shown as another's. Tracked.
    pub fn shown(&self) -> Option<Arc<LoadedEvents>> {
        let loaded = self.remote.value()?;
        self.query
            .with(|query| loaded.query == *query)
            .then_some(loaded)
    }

    /// Loads the next page of older events, unless something is already loading.
    pub fn load_older(&self) {
        let (loaded, waiting) = untrack(|| (self.shown(), self.remote.get().is_waiting()));
        let Some(loaded) = loaded.filter(|_| !waiting) else {
            return;
        };
        if let Some(cursor) = loaded.next.clone() {
            self.load(LoadedEvents::clone(&loaded), Some(cursor));
        }
    }

    /// Loads the page at `cursor`, or the newest page, and appends it to `loaded`. Replaces a load in progress, whose
    /// result is then ignored.
    fn load(&self, loaded: LoadedEvents, cursor: Option<String>) {
        let client = self.client.clone();
        self.remote.start(async move {
            let (organization, query) = (
                loaded.query.organization.as_ref(),
                loaded.query.wire(day_start),
            );
            let page = client.wallet_events(organization, query, cursor).await?;
            Ok(loaded.with_page(page, offset_at))
        });
    }
}
