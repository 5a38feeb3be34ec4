//! Lets loops wait for something to happen, or for a second to pass, whichever comes first.

use crate::browser::clock::sleep;
use futures::channel::oneshot;
use futures::future::select;
use leptos::prelude::*;

/// The longest wait, in milliseconds. No loop runs more often unless it is woken.
const TICK: i64 = 1000;

/// Wakes whatever waits.
#[derive(Clone, Default)]
pub(crate) struct Waker(ArcStoredValue<Vec<oneshot::Sender<()>>>);

impl Waker {
    /// Wakes all that wait now.
    pub(crate) fn wake(&self) {
        let waiting = self.0.try_update_value(std::mem::take);
        for sender in waiting.unwrap_or_default() {
            let _ = sender.send(());
        }
    }

    /// Waits until woken, a second at most.
    pub(crate) async fn wait(&self) {
        let (wake, woken) = oneshot::channel();
        self.0.update_value(|waiting| {
            waiting.retain(|sender| !sender.is_canceled());
            waiting.push(wake);
        });
        select(woken, Box::pin(sleep(TICK))).await;
    }
}
