//! Loads the log page by page.

use crate::client::Client;
use crate::client::Remote;
use crate::wire::logs::Page;
use leptos::prelude::*;

/// The parameters of a page (contract §1.4).
pub type Query = Vec<(&'static str, String)>;

/// Loads the page that `query` selects, and reloads it whenever `query` or `refresh_count` changes. Loads nothing while
/// `query` is `None`. Requires a [`Client`] in the context.
pub fn pages(query: Memo<Option<Query>>, refresh_count: Signal<u32>) -> Remote<Page> {
    let client = expect_context::<Client>();
    let remote = Remote::<Page>::default();
    let result = remote.clone();
    Effect::new(move |_| {
        refresh_count.track();
        let Some(query) = query.get() else {
            remote.clear();
            return;
        };
        let client = client.clone();
        remote.start(async move { client.logs_to_show(query).await });
    });
    result
}
