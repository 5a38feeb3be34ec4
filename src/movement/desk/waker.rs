//! Lets loops wait until they are woken or a second has passed, whichever comes first.

use crate::browser::clock::sleep;
use futures::channel::oneshot;
use futures::future::select;
use leptos::prelude::*;

/// The longest wait, in milliseconds. A loop runs more often only if it is woken.
const MAX_WAIT: i64 = 1000;

/// Wakes waiting loops.
#[derive(Clone, Default)]
pub(crate) struct Waker(ArcStoredValue<Vec<oneshot::Sender<()>>>);

impl Waker {
    /// Wakes everything that is waiting now.
    pub(crate) fn wake(&self) {
        let waiting = self.0.try_update_value(std::mem::take);
        for sender in waiting.unwrap_or_default() {
            let _ = sender.send(());
        }
    }

    /// Waits until woken, for at most a second.
    pub(crate) async fn wait(&self) {
        let (wake, woken) = oneshot::channel();
        self.0.update_value(|waiting| {
            waiting.retain(|sender| !sender.is_canceled());
            waiting.push(wake);
        });
        select(woken, Box::pin(sleep(MAX_WAIT))).await;
    }
}
