//! Reading a wallet's events, page after page.

use crate::browser::clock::{day_start, offset_at};
use crate::client::Client;
use crate::client::Remote;
use crate::wallet::query::{LoadedEvents, WalletQuery};
use leptos::prelude::*;
use std::sync::Arc;

/// The events of the wallet that is looked at: its newest page, and older ones as somebody asks for them.
#[derive(Clone)]
pub struct WalletEvents {
    /// How the reading goes, and the events that are here. They may still be those of an earlier query:
    /// [`Self::shown`] is not.
    pub remote: Remote<LoadedEvents>,
    client: Client,
    query: Memo<WalletQuery>,
}

impl WalletEvents {
    /// Reads the newest page whenever `query` changes or `refresh_count` does. Needs a [`Client`] in the context.
    pub fn new(query: Memo<WalletQuery>, refresh_count: Signal<u32>) -> Self {
        let events = Self {
            remote: Remote::default(),
            client: expect_context(),
            query,
        };
        let kept = events.clone();
        Effect::new(move |_| {
            refresh_count.track();
            let query = query.get();
            if query.fault().is_some() {
                events.remote.clear();
            } else {
                events.read(LoadedEvents::new(query), None);
            }
        });
        kept
    }

    /// The events of the present query: those of one wallet are never shown as another's. Tracked.
    pub fn shown(&self) -> Option<Arc<LoadedEvents>> {
        let loaded = self.remote.value()?;
        self.query
            .with(|query| loaded.query == *query)
            .then_some(loaded)
    }

    /// Reads the page of the next older events, unless something is being read already.
    pub fn older(&self) {
        let (loaded, waiting) = untrack(|| (self.shown(), self.remote.get().is_waiting()));
        let Some(loaded) = loaded.filter(|_| !waiting) else {
            return;
        };
        if let Some(cursor) = loaded.next.clone() {
            self.read(LoadedEvents::clone(&loaded), Some(cursor));
        }
    }

    /// Reads the page at `cursor` and puts it behind what is `held`. Readings are numbered, so one that was begun for
    /// another view changes nothing.
    fn read(&self, held: LoadedEvents, cursor: Option<String>) {
        let client = self.client.clone();
        self.remote.start(async move {
            let (of, query) = (held.query.organization.as_ref(), held.query.wire(day_start));
            let page = client.wallet_events(of, query, cursor).await?;
            Ok(held.and(page, offset_at))
        });
    }
}
