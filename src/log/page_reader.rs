//! Reading the log, page by page.

use crate::client::Client;
use crate::client::Remote;
use crate::wire::logs::Page;
use leptos::prelude::*;

/// A page's parameters (contract §1.4).
pub type Query = Vec<(&'static str, String)>;

/// The page that `query` asks for, read anew whenever it changes or `refresh_count` does; none where it asks for none. Needs a
/// [`Client`] in the context.
pub fn pages(query: Memo<Option<Query>>, refresh_count: Signal<u32>) -> Remote<Page> {
    let client = expect_context::<Client>();
    let remote = Remote::<Page>::default();
    let kept = remote.clone();
    Effect::new(move |_| {
        refresh_count.track();
        let Some(query) = query.get() else {
            remote.clear();
            return;
        };
        let client = client.clone();
        remote.start(async move { client.logs_to_show(query).await });
    });
    kept
}
