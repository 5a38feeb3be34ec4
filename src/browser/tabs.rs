//! Coordination with the other tabs of this browser. Web Locks let one tab drive a submission while the others watch;
//! a BroadcastChannel notifies all tabs of changes.

use crate::browser::storage;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel on which tabs announce changed submissions.
const CHANNEL: &str = "credit-desk";
/// The storage key of the last sign-out or lock.
const LEAVE_KEY: &str = "credit-desk.left";

/// The right to drive a submission, until dropped. The browser releases it when the page is closed.
pub struct TabLock(Option<Function>);

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits until no other tab drives the submission with this key.
///
/// Returns at once if the browser has no Web Locks (the page isn't served securely) or denies them (site data is
/// blocked). Only the journal then keeps movements apart.
pub async fn lock(key: &str) -> TabLock {
    match request(key).await {
        Some(lock) => lock,
        None => {
            LOCK_DENIED.set(true);
            TabLock(None)
        }
    }
}

async fn request(key: &str) -> Option<TabLock> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request_lock: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let granted = Rc::new(RefCell::new(None));
    let (release_slot, name) = (granted.clone(), format!("credit-desk/{key}"));
    // `acquired` resolves once the lock is granted. The lock is held until the promise that the callback returns is
    // resolved.
    let acquired = Promise::new(&mut |resolve, reject| {
        let release_slot = release_slot.clone();
        let callback = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            let released =
                Promise::new(&mut |release, _| *release_slot.borrow_mut() = Some(release));
            let _ = resolve.call0(&JsValue::UNDEFINED);
            released.into()
        });
        let requested = request_lock.call2(&locks, &name.as_str().into(), &callback);
        // A browser denies a lock by throwing or by rejecting the returned promise.
        match requested.and_then(JsCast::dyn_into::<Promise>) {
            Ok(requested) => {
                leptos::task::spawn_local(async move {
                    if let Err(error) = JsFuture::from(requested).await {
                        let _ = reject.call1(&JsValue::UNDEFINED, &error);
                    }
                });
            }
            Err(error) => {
                let _ = reject.call1(&JsValue::UNDEFINED, &error);
            }
        }
    });
    JsFuture::from(acquired).await.ok()?;
    let release = granted.borrow_mut().take();
    Some(TabLock(release))
}

/// Asks the browser, once, not to evict the journal when storage runs low. The browser may decline.
pub fn ask_for_persistence() {
    thread_local! {
        static REQUESTED: Cell<bool> = const { Cell::new(false) };
    }
    if REQUESTED.replace(true) {
        return;
    }
    let storage = Reflect::get(&window().navigator(), &"storage".into());
    let persist = storage.and_then(|storage| {
        let persist: Function = Reflect::get(&storage, &"persist".into())?.dyn_into()?;
        persist.call0(&storage)
    });
    match persist.and_then(JsCast::dyn_into::<Promise>) {
        Ok(requested) => leptos::task::spawn_local(async move {
            let granted = JsFuture::from(requested).await;
            PERSISTENT.set(Some(granted.is_ok_and(|granted| granted.is_truthy())));
        }),
        Err(_) => PERSISTENT.set(Some(false)),
    }
}

thread_local! {
    /// Whether the browser has denied a lock.
    static LOCK_DENIED: Cell<bool> = const { Cell::new(false) };
    /// Whether the browser has agreed to keep the journal; `None` until it has answered.
    static PERSISTENT: Cell<Option<bool>> = const { Cell::new(None) };
}

/// The features that this browser lacks, and what the user should do about it.
pub fn missing_features() -> Vec<&'static str> {
    let has = |name: &str| {
        Reflect::get(&window().navigator(), &name.into()).is_ok_and(|value| value.is_object())
    };
    let has_channel = Reflect::has(&window(), &"BroadcastChannel".into()).unwrap_or_default();
    let mut missing = Vec::new();
    if !has("locks") || !has_channel || LOCK_DENIED.get() {
        missing.push(
            "Tabs can't be kept in sync here (this needs HTTPS and a current browser). Use Credit Desk in one tab at a time.",
        );
    }
    if PERSISTENT.get() == Some(false) {
        missing.push(
            "The browser may delete saved requests when storage runs low. Resolve pending transactions promptly.",
        );
    }
    missing
}

/// The last sign-out or lock in any tab: which of the two, and a unique id.
pub fn last_leave() -> Option<String> {
    storage::get(LEAVE_KEY)
}

/// Announces a sign-out or lock (`how`) to the other tabs. Also stores it, for tabs that the channel doesn't reach: a
/// page in the back/forward cache, or a browser without channels. Returns what is now stored.
pub fn announce_leave(page: &str, how: &str) -> Option<String> {
    storage::set(LEAVE_KEY, &format!("{how} {}", uuid::Uuid::new_v4()));
    announce(page, how);
    last_leave()
}

/// Announces `text` to the other tabs: the key of a changed submission, or a sign-out or lock. `page` is the id of the
/// sending page.
pub fn announce(page: &str, text: &str) {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        let _ = channel.post_message(&format!("{page} {text}").into());
        channel.close();
    }
}

/// Calls `on_message` with every announcement from a page whose id is not `page`, until the current owner is disposed.
pub fn listen(page: &str, on_message: impl Fn(String) + 'static) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
        return;
    };
    let page = page.to_owned();
    let callback = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Some((sender, text)) = text.split_once(' ')
            && sender != page
        {
            on_message(text.to_owned());
        }
    });
    channel.set_onmessage(Some(callback.as_ref().unchecked_ref()));
    let subscription = StoredValue::new_local((channel, callback));
    on_cleanup(move || subscription.with_value(|(channel, _)| channel.close()));
}

/// Whether the browser reports a network connection.
pub fn is_online() -> bool {
    window().navigator().on_line()
}
