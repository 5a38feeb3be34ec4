//! Reading the log, page by page.

use super::{LogQuery, Page, Remote};
use crate::client::Client;
use leptos::prelude::*;

/// The page that `query` asks for, read anew whenever it changes or `round` does. Needs a [`Client`] in the
/// context.
pub fn pages(query: Memo<LogQuery>, round: Signal<u32>) -> Remote<Page> {
    let client = expect_context::<Client>();
    let remote = Remote::<Page>::default();
    let kept = remote.clone();
    Effect::new(move |_| {
        round.track();
        let query = query.get();
        if query.fault().is_some() {
            remote.clear();
            return;
        }
        let client = client.clone();
        remote.start(async move { client.logs(query.wire()).await });
    });
    kept
}
