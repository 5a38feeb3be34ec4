//! Views whose code may have to be loaded first.

use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// A part of the program couldn't be loaded.
#[derive(Debug)]
pub struct PartLoadError;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for PartLoadError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// A view that is being loaded.
pub type LazyView = Pin<Box<dyn Future<Output = Result<AnyView, PartLoadError>>>>;

/// Defines functions that each return a view once its part of the program is loaded: `name in part => view;`.
///
/// With the feature `split`, each part is a separate file with all the code that only this part needs; `cargo xtask
/// build` splits the program. Without the feature, all parts are loaded from the start.
macro_rules! lazy_views {
    ($($(#[$about:meta])* $name:ident in $part:ident => $view:expr;)*) => {$(
        $(#[$about])*
        pub fn $name() -> $crate::ui::lazy::LazyView {
            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($part, fallible)]
            fn $name() -> Result<AnyView, $crate::ui::lazy::PartLoadError> {
                Ok($view)
            }
            #[cfg(not(feature = "split"))]
            async fn $name() -> Result<AnyView, $crate::ui::lazy::PartLoadError> {
                Ok($view)
            }
            Box::pin($name())
        }
    )*};
}
pub(crate) use lazy_views;

/// The state of a load. The view is taken out when it is shown.
enum PartState {
    Waiting,
    Loaded(Option<AnyView>),
    Failed,
}

/// Shows the view that `fetch` returns once it is loaded. The view gets the current owner and its contexts.
pub fn lazy(fetch: fn() -> LazyView) -> AnyView {
    lazy_or(fetch, || view! { <Waiting what="Loading" /> }.into_any())
}

/// Like [`lazy`], but shows nothing while loading.
pub fn lazy_silent(fetch: fn() -> LazyView) -> AnyView {
    lazy_or(fetch, || ().into_any())
}

/// Builds `view` from scratch for each value. The new view never reuses elements of the previous one, however similar
/// they are.
pub fn rebuild_on_change<T>(value: Memo<T>, view: fn(&T) -> AnyView) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let side = StoredValue::new(false);
    move || {
        let built = view(&value.get());
        side.update_value(|side| *side = !*side);
        match side.get_value() {
            true => Either::Left(built),
            false => Either::Right(built),
        }
    }
}

/// How long [`after_paint`] waits for `ready` at most.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Follows `ready`, one frame after it was painted, so that later work never delays the first paint. Turns true after
/// `MAX_WAIT` in any case.
pub fn after_paint(ready: Memo<bool>) -> Signal<bool> {
    let painted = RwSignal::new(false);
    // Sets it only once: a second notification would make dependents start over.
    let set_painted = move || {
        if painted.try_get_untracked() == Some(false) {
            painted.set(true);
        }
    };
    Effect::new(move |_| {
        if ready.get() {
            request_animation_frame(move || {
                request_animation_frame(move || set_timeout(set_painted, Duration::ZERO));
            });
        }
    });
    set_timeout(set_painted, MAX_WAIT);
    painted.into()
}

fn lazy_or(fetch: fn() -> LazyView, waiting: fn() -> AnyView) -> AnyView {
    let state = RwSignal::new_local(PartState::Waiting);
    let owner = Owner::current();
    let start = move || {
        let (Some(owner), true) = (owner.clone(), state.try_set(PartState::Waiting).is_none())
        else {
            return;
        };
        let mut load = Box::pin(owner.with(|| ScopedFuture::new_untracked(fetch())));
        // The future builds the view from the owner's contexts. It must not be polled once they are disposed.
        let load = poll_fn(move |context| match state.is_disposed() {
            true => Poll::Ready(None),
            false => load.as_mut().poll(context).map(Some),
        });
        leptos::task::spawn_local(async move {
            let next = match load.await {
                Some(Ok(view)) => PartState::Loaded(Some(view)),
                Some(Err(_)) => PartState::Failed,
                None => return,
            };
            // The view may have been disposed meanwhile.
            let _ = state.try_set(next);
        });
    };
    start();
    let retry = Callback::new(move |()| start());
    (move || {
        state.track();
        state.try_update_untracked(|state| match state {
            PartState::Waiting => waiting(),
            PartState::Loaded(view) => view.take().into_any(),
            PartState::Failed => load_error(retry),
        })
    })
    .into_any()
}

fn load_error(retry: Callback<()>) -> AnyView {
    let reload = |_| {
        let _ = location().reload();
    };
    view! {
        <Notice tone=Tone::Bad title="This page couldn't load.">
            <p>
                "You're offline, or Credit Desk was updated. Nothing was lost."
            </p>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| retry.run(())>"Try again"</button>
                <button type="button" on:click=reload>"Reload the page"</button>
            </div>
        </Notice>
    }
    .into_any()
}
