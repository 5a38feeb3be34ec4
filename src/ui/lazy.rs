//! A place on the page for a part of the program that may still have to be fetched.

use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// A part of the program could not be fetched.
#[derive(Debug)]
pub struct PartLoadError;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for PartLoadError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// A view on its way.
pub type LazyView = Pin<Box<dyn Future<Output = Result<AnyView, PartLoadError>>>>;

/// Functions that give a view each, once its part of the program is there: `name in part => view;`.
///
/// With the feature `split` each stands in a file with everything that only its part needs; `cargo xtask build` takes the
/// program apart so. Without it they are all there from the start.
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

/// How the fetching goes. The view itself is taken out when it is shown.
enum LoadState {
    Waiting,
    Here(Option<AnyView>),
    PartLoadError,
}

/// Shows what `fetch` gives, once it is there: made for the present owner, with its contexts.
pub fn lazy(fetch: fn() -> LazyView) -> AnyView {
    place(fetch, || {
        view! { <Waiting what="Fetching this part of the portal" /> }.into_any()
    })
}

/// The same for what nobody waits for: nothing stands in its place meanwhile.
pub fn lazy_silent(fetch: fn() -> LazyView) -> AnyView {
    place(fetch, || ().into_any())
}

/// What `view` makes of the present value, made anew with each: nothing takes over elements of what stood there before,
/// however alike they are built.
pub fn rebuild_on_change<T>(value: Memo<T>, view: fn(&T) -> AnyView) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let turn = StoredValue::new(false);
    move || {
        let made = view(&value.get());
        turn.update_value(|turn| *turn = !*turn);
        match turn.get_value() {
            true => Either::Left(made),
            false => Either::Right(made),
        }
    }
}

/// How long something else may be waited for before the rest comes all the same.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Says what `ready` says once that has been painted and the next frame has begun: whatever comes after it must not hold it
/// up. An answer that does not come holds nothing up for long.
pub fn after_paint(ready: Memo<bool>) -> Signal<bool> {
    let seen = RwSignal::new(false);
    // Once: whoever hears it twice would begin anew.
    let see = move || {
        if seen.try_get_untracked() == Some(false) {
            seen.set(true);
        }
    };
    Effect::new(move |_| {
        if ready.get() {
            request_animation_frame(move || {
                request_animation_frame(move || set_timeout(see, Duration::ZERO));
            });
        }
    });
    set_timeout(see, MAX_WAIT);
    seen.into()
}

fn place(fetch: fn() -> LazyView, waiting: fn() -> AnyView) -> AnyView {
    let face = RwSignal::new_local(LoadState::Waiting);
    let owner = Owner::current();
    let start = move || {
        let (Some(owner), true) = (owner.clone(), face.try_set(LoadState::Waiting).is_none())
        else {
            return;
        };
        let mut coming = Box::pin(owner.with(|| ScopedFuture::new_untracked(fetch())));
        // The view is made by what is waited for, out of contexts that go with the place: once it is gone, nobody waits.
        let coming = poll_fn(move |context| match face.is_disposed() {
            true => Poll::Ready(None),
            false => coming.as_mut().poll(context).map(Some),
        });
        leptos::task::spawn_local(async move {
            let next = match coming.await {
                Some(Ok(view)) => LoadState::Here(Some(view)),
                Some(Err(_)) => LoadState::PartLoadError,
                None => return,
            };
            // Nobody is there any more to see it.
            let _ = face.try_set(next);
        });
    };
    start();
    let again = Callback::new(move |()| start());
    (move || {
        face.track();
        face.try_update_untracked(|face| match face {
            LoadState::Waiting => waiting(),
            LoadState::Here(view) => view.take().into_any(),
            LoadState::PartLoadError => missing(again),
        })
    })
    .into_any()
}

fn missing(again: Callback<()>) -> AnyView {
    let reload = |_| {
        let _ = location().reload();
    };
    view! {
        <Notice tone=Tone::Bad title="This part of the portal could not be fetched.">
            <p>
                "Nothing was moved by that, and nothing is lost. Either the line is down, or the portal was renewed while this page was open; then it has to be reloaded."
            </p>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| again.run(())>"Try again"</button>
                <button type="button" on:click=reload>"Reload the page"</button>
            </div>
        </Notice>
    }
    .into_any()
}
