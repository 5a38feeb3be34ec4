//! Activity: every submission of this browser, as its journal holds it.

use crate::browser::router::Router;
use crate::browser::tabs;
use crate::client::Operation;
use crate::movement::desk::Desk;
use crate::movement::journal::support_text::bundle;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::Journal;
use crate::pages::movement::form::focus;
use crate::pages::movement::{pending, receipt, words};
use crate::pages::shared::error_message;
use crate::ui::copy::CopyButton;
use crate::ui::heading::Heading;
use crate::ui::link::Link;
use crate::ui::moment;
use crate::ui::notice::{Notice, Tone};
use crate::units::IdempotencyKey;
use leptos::prelude::*;

/// Submissions shown at first, and how many more each time.
const PORTION: usize = 50;

/// The screen.
#[component]
pub fn Activity() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let wanted = RwSignal::new(PORTION);
    let keys = {
        let desk = desk.clone();
        Memo::new(move |_| {
            desk.book(|book| {
                let newest_first = book.submissions().iter().rev();
                newest_first
                    .filter(|held| desk.shows(held))
                    .map(|held| held.key.clone())
                    .collect::<Vec<_>>()
            })
        })
    };
    let pointed = pointed(keys);
    // What a link points at is shown, however old it is.
    let shown = move || wanted.get().max(pointed.get().map_or(0, |place| place + 1));
    let journal = {
        let desk = desk.clone();
        move || {
            let journal = desk.book(|book| book.journal.clone());
            match journal {
                Journal::Missing { why, .. } => Some(view! {
                    <Notice tone=Tone::Warning title="This browser does not let the portal keep its journal.">
                        <p>"Only what was sent since this page was opened is shown."</p>
                        <p class="reference">{why}</p>
                    </Notice>
                }),
                _ => None,
            }
        }
    };
    let limits = tabs::missing_features();
    let limits = (!limits.is_empty()).then(|| {
        let rows = limits
            .into_iter()
            .map(|text| view! { <p>{text}</p> })
            .collect_view();
        view! { <Notice tone=Tone::Plain title="Some browser features are unavailable.">{rows}</Notice> }
    });
    let opening = desk.clone();
    let nothing = move || match opening.book(|book| book.journal == Journal::Opening) {
        true => "Reading the journal …",
        false => {
            "Nothing was sent from this browser with this account, as far as the journal goes back."
        }
    };
    let unreadable = unreadable(&desk);
    let list = {
        let desk = desk.clone();
        move || {
            let desk = desk.clone();
            view! {
                <For
                    each=move || keys.get().into_iter().take(shown())
                    key=|key| key.clone()
                    children=move |key| article(&desk, &key)
                />
            }
        }
    };
    view! {
        <Heading title="Activity" />
        <p class="lead">"Every submission of this browser: what was sent, how often, and what became of it."</p>
        {journal}
        {limits}
        {unreadable}
        {move || keys.with(Vec::is_empty).then(|| view! { <p class="empty">{nothing()}</p> })}
        <div class="submissions">{list}</div>
        {move || {
            (keys.with(Vec::len) > shown())
                .then(|| {
                    view! {
                        <button type="button" on:click=move |_| wanted.set(shown() + PORTION)>
                            "Show older ones"
                        </button>
                    }
                })
        }}
    }
}

/// The place of the submission that the address points at; the focus goes there once it is known.
fn pointed(keys: Memo<Vec<IdempotencyKey>>) -> Memo<Option<usize>> {
    let router = expect_context::<Router>();
    let key = Memo::new(move |_| {
        router.with(|place| {
            let key = place.hash.strip_prefix("#key-");
            key.and_then(IdempotencyKey::parse)
        })
    });
    let place = Memo::new(move |_| {
        let key = key.get()?;
        keys.with(|keys| keys.iter().position(|held| *held == key))
    });
    let is_known = Memo::new(move |_| place.get().is_some());
    Effect::new(move |_| {
        if is_known.get()
            && let Some(key) = key.get()
        {
            focus(format!("#key-{key}"));
        }
    });
    place
}

fn article(desk: &Desk, key: &IdempotencyKey) -> AnyView {
    let submission = {
        let (desk, key) = (desk.clone(), key.clone());
        Memo::new(move |_| desk.book(|book| book.get(&key).cloned()))
    };
    let Some(first) = submission.get_untracked() else {
        return ().into_any();
    };
    let state = move || submission.with(|now| now.as_ref().map(|now| now.state.name()));
    let word = move || submission.with(|now| now.as_ref().map(words::state));
    let telling = desk.clone();
    let inside = move || submission.with(|now| now.as_ref().map(|now| details(&telling, now)));
    let text =
        Signal::derive(move || submission.with(|now| now.as_ref().map(bundle).unwrap_or_default()));
    view! {
        <article
            class="submission"
            id=format!("key-{}", first.key)
            tabindex="-1"
            data-key=first.key.to_string()
            data-kind=first.movement.kind().name()
            data-state=state
        >
            <h2>{words::act(&first.movement)}</h2>
            <p><span class="tag">{word}</span>" · confirmed "{moment::at(first.confirmed)}</p>
            {inside}
            <details>
                <summary>"For support"</summary>
                <pre>{text}</pre>
                <CopyButton text=text label="Copy for support" />
            </details>
        </article>
    }
    .into_any()
}

fn details(desk: &Desk, submission: &Submission) -> AnyView {
    let open = submission.is_open().then(|| {
        // What belongs to another service has no screen here, so it is decided here.
        let show = if desk.is_at_home(submission) {
            view! { <Link href=words::screen(submission.movement.kind())>"Show it"</Link> }
                .into_any()
        } else {
            pending::decisions(desk, submission)
        };
        view! {
            <p>
                "It "{words::doing(submission)}". "
                {show}
            </p>
        }
    });
    let failure = match &submission.state {
        State::Refused(failure) => Some(error_message::failure(failure, Operation::Move)),
        _ => None,
    };
    let absent = (submission.state == State::Absent).then(|| {
        let read = submission.ended.map(moment::at);
        view! { <p>"Not in "{words::books(submission.movement.kind())}", as read at "{read}"."</p> }
    });
    let account = submission.account.clone().map(|account| {
        view! { <div><dt>"Account"</dt><dd class="reference">{account}</dd></div> }
    });
    view! {
        {open}
        {failure}
        {absent}
        {receipt::outcome(desk, submission)}
        <dl class="lines">
            <div><dt>"Idempotency key"</dt><dd class="reference">{submission.key.to_string()}</dd></div>
            <div><dt>"Attempts"</dt><dd>{submission.attempts.len()}</dd></div>
            {account}
        </dl>
    }
    .into_any()
}

/// Entries that a later version of the portal may have written, or that were damaged.
fn unreadable(desk: &Desk) -> impl Fn() -> Option<AnyView> + Send + use<> {
    let desk = desk.clone();
    move || {
        let rows = desk.unreadable.with(|entries| {
            let rows = entries.iter().map(|(key, text)| {
                // A damaged one may be anybody's.
                let text = desk
                    .shows_unreadable(text)
                    .then(|| view! { <pre>{text.clone()}</pre> });
                view! { <li><span class="reference">{key.clone()}</span>{text}</li> }
            });
            rows.collect::<Vec<_>>()
        });
        (!rows.is_empty()).then(|| {
            view! {
                <Notice tone=Tone::Warning title="The journal holds entries that this version cannot read.">
                    <p>"They are kept as they are. Look in the books for what they name."</p>
                    <details><summary>"Show them"</summary><ul>{rows}</ul></details>
                </Notice>
            }
            .into_any()
        })
    }
}
