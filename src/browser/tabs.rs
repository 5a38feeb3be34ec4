//! The other tabs of this browser: one drives a submission, the others watch (Web Locks), and all are told of
//! changes (BroadcastChannel).

use crate::browser::storage;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel on which tabs tell each other which submission has changed.
const CHANNEL: &str = "credit-desk";
/// Where the last time that somebody left is stored.
const LEFT: &str = "credit-desk.left";

/// The right to drive a submission, until it is dropped. The browser takes it back when the page goes.
pub struct TabLock(Option<Function>);

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits until no other tab drives the submission with this key. Where the browser has no locks (a page that is
/// not served securely) or refuses them (site data is blocked), nobody waits: the journal alone then keeps movements
/// apart.
pub async fn lock(key: &str) -> TabLock {
    match request(key).await {
        Some(lock) => lock,
        None => {
            REFUSED.set(true);
            TabLock(None)
        }
    }
}

async fn request(key: &str) -> Option<TabLock> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let ask: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let granted = Rc::new(RefCell::new(None));
    let (noted, name) = (granted.clone(), format!("credit-desk/{key}"));
    // Resolved once the lock is here; the lock itself stays until the promise given to it is resolved.
    let arrival = Promise::new(&mut |arrived, refused| {
        let noted = noted.clone();
        let callback = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            let until = Promise::new(&mut |release, _| *noted.borrow_mut() = Some(release));
            let _ = arrived.call0(&JsValue::UNDEFINED);
            until.into()
        });
        let asked = ask.call2(&locks, &name.as_str().into(), &callback);
        // A browser that refuses says so by throwing, or by rejecting what it returns.
        match asked.and_then(JsCast::dyn_into::<Promise>) {
            Ok(asked) => {
                leptos::task::spawn_local(async move {
                    if let Err(why) = JsFuture::from(asked).await {
                        let _ = refused.call1(&JsValue::UNDEFINED, &why);
                    }
                });
            }
            Err(why) => {
                let _ = refused.call1(&JsValue::UNDEFINED, &why);
            }
        }
    });
    JsFuture::from(arrival).await.ok()?;
    let release = granted.borrow_mut().take();
    Some(TabLock(release))
}

/// Asks the browser, once, not to clear the journal when its disk runs full. It may decide as it likes.
pub fn ask_for_persistence() {
    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }
    if ASKED.replace(true) {
        return;
    }
    let storage = Reflect::get(&window().navigator(), &"storage".into());
    let persist = storage.and_then(|storage| {
        let persist: Function = Reflect::get(&storage, &"persist".into())?.dyn_into()?;
        persist.call0(&storage)
    });
    match persist.and_then(JsCast::dyn_into::<Promise>) {
        Ok(asked) => leptos::task::spawn_local(async move {
            let granted = JsFuture::from(asked).await;
            PERSISTENT.set(Some(granted.is_ok_and(|granted| granted.is_truthy())));
        }),
        Err(_) => PERSISTENT.set(Some(false)),
    }
}

thread_local! {
    /// Whether the browser has refused a lock.
    static REFUSED: Cell<bool> = const { Cell::new(false) };
    /// Whether the browser has promised to keep the journal; `None` until it was asked.
    static PERSISTENT: Cell<Option<bool>> = const { Cell::new(None) };
}

/// What this browser lacks, and what a person should do about it.
pub fn missing_features() -> Vec<&'static str> {
    let has = |name: &str| {
        Reflect::get(&window().navigator(), &name.into()).is_ok_and(|value| value.is_object())
    };
    let has_channel = Reflect::has(&window(), &"BroadcastChannel".into()).unwrap_or_default();
    let mut missing = Vec::new();
    if !has("locks") || !has_channel || REFUSED.get() {
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

/// The last time that somebody left, in any tab: how, and what tells it from other times.
pub fn last_leave() -> Option<String> {
    storage::kept(LEFT)
}

/// Says to the other tabs that somebody left in this way. It is also stored, for tabs that the channel doesn't reach: a page
/// in the back/forward cache, or a browser without channels. Returns what is stored.
pub fn announce_leave(page: &str, how: &str) -> Option<String> {
    storage::keep(LEFT, &format!("{how} {}", uuid::Uuid::new_v4()));
    announce(page, how);
    last_leave()
}

/// Says to the other tabs what happened on `page`: the key of a submission that has changed, or how somebody left.
pub fn announce(page: &str, text: &str) {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        let _ = channel.post_message(&format!("{page} {text}").into());
        channel.close();
    }
}

/// Calls `hear` with everything that another page than `page` announces, as long as the present owner lives.
pub fn listen(page: &str, hear: impl Fn(String) + 'static) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
        return;
    };
    let page = page.to_owned();
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Some((whose, text)) = text.split_once(' ')
            && whose != page
        {
            hear(text.to_owned());
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    let kept = StoredValue::new_local((channel, heard));
    on_cleanup(move || kept.with_value(|(channel, _)| channel.close()));
}

/// Whether the browser believes that it has a network.
pub fn is_online() -> bool {
    window().navigator().on_line()
}
