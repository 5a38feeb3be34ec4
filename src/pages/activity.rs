//! Activity: every submission in this browser's journal.

use crate::browser::focus::focus_first;
use crate::browser::router::Router;
use crate::browser::tabs;
use crate::client::Operation;
use crate::movement::desk::Desk;
use crate::movement::journal::support_text::support_text;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::Journal;
use crate::pages::movement::{pending, receipt, words};
use crate::pages::shared::error_message;
use crate::ui::copy::CopyButton;
use crate::ui::heading::Heading;
use crate::ui::link::Link;
use crate::ui::moment;
use crate::ui::notice::{Notice, Tone};
use crate::units::IdempotencyKey;
use leptos::prelude::*;

/// How many submissions are shown at first, and how many each click adds.
const PAGE_SIZE: usize = 50;

/// The Activity screen.
#[component]
pub fn Activity() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let limit = RwSignal::new(PAGE_SIZE);
    let keys = {
        let desk = desk.clone();
        Memo::new(move |_| {
            desk.with_submissions(|submissions| {
                let newest_first = submissions.submissions().iter().rev();
                newest_first
                    .filter(|submission| desk.shows(submission))
                    .map(|submission| submission.key.clone())
                    .collect::<Vec<_>>()
            })
        })
    };
    let linked_index = linked_index(keys);
    // Show the submission that a link points at, however old it is.
    let shown = move || {
        limit
            .get()
            .max(linked_index.get().map_or(0, |index| index + 1))
    };
    let journal = {
        let desk = desk.clone();
        move || {
            let journal = desk.with_submissions(|submissions| submissions.journal.clone());
            match journal {
                Journal::Missing { why, .. } => Some(view! {
                    <Notice tone=Tone::Warning title="This browser is blocking local storage.">
                        <p>"Showing requests since you opened this page."</p>
                        <p class="reference">{why}</p>
                    </Notice>
                }),
                _ => None,
            }
        }
    };
    let missing_features = tabs::missing_features();
    let missing_features = (!missing_features.is_empty()).then(|| {
        let rows = missing_features
            .into_iter()
            .map(|text| view! { <p>{text}</p> })
            .collect_view();
        view! { <Notice tone=Tone::Plain title="Some browser features are unavailable.">{rows}</Notice> }
    });
    let journal_desk = desk.clone();
    let empty_text = move || match journal_desk
        .with_submissions(|submissions| submissions.journal == Journal::Opening)
    {
        true => "Loading…",
        false => "Nothing sent yet from this browser with this account.",
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
        <p class="lead">"Requests sent from this browser and their outcome."</p>
        {journal}
        {missing_features}
        {unreadable}
        {move || keys.with(Vec::is_empty).then(|| view! { <p class="empty">{empty_text()}</p> })}
        <div class="submissions">{list}</div>
        {move || {
            (keys.with(Vec::len) > shown())
                .then(|| {
                    view! {
                        <button type="button" on:click=move |_| limit.set(shown() + PAGE_SIZE)>
                            "Load more"
                        </button>
                    }
                })
        }}
    }
}

/// Returns the index of the submission that the URL points at, and focuses it once it is known.
fn linked_index(keys: Memo<Vec<IdempotencyKey>>) -> Memo<Option<usize>> {
    let router = expect_context::<Router>();
    let key = Memo::new(move |_| {
        router.with(|location| {
            let key = location.hash.strip_prefix("#key-");
            key.and_then(IdempotencyKey::parse)
        })
    });
    let index = Memo::new(move |_| {
        let key = key.get()?;
        keys.with(|keys| keys.iter().position(|other| *other == key))
    });
    let is_known = Memo::new(move |_| index.get().is_some());
    Effect::new(move |_| {
        if is_known.get()
            && let Some(key) = key.get()
        {
            focus_first(format!("#key-{key}"));
        }
    });
    index
}

fn article(desk: &Desk, key: &IdempotencyKey) -> AnyView {
    let submission = {
        let (desk, key) = (desk.clone(), key.clone());
        Memo::new(move |_| desk.with_submissions(|submissions| submissions.get(&key).cloned()))
    };
    let Some(initial) = submission.get_untracked() else {
        return ().into_any();
    };
    let state =
        move || submission.with(|current| current.as_ref().map(|current| current.state.name()));
    let word = move || submission.with(|current| current.as_ref().map(words::state_label));
    let details_desk = desk.clone();
    let content = move || {
        submission.with(|current| {
            current
                .as_ref()
                .map(|current| details(&details_desk, current))
        })
    };
    let text = Signal::derive(move || {
        submission.with(|current| current.as_ref().map(support_text).unwrap_or_default())
    });
    view! {
        <article
            class="submission"
            id=format!("key-{}", initial.key)
            tabindex="-1"
            data-key=initial.key.to_string()
            data-kind=initial.movement.kind().name()
            data-state=state
        >
            <h2>{words::imperative(&initial.movement)}</h2>
            <p><span class="tag">{word}</span>" · confirmed "{moment::at(initial.confirmed)}</p>
            {content}
            <details>
                <summary>"Support details"</summary>
                <pre>{text}</pre>
                <CopyButton text=text label="Copy support details" />
            </details>
        </article>
    }
    .into_any()
}

fn details(desk: &Desk, submission: &Submission) -> AnyView {
    let open = submission.is_open().then(|| {
        // A submission that was sent to another service has no screen, so the user decides its outcome here.
        let control = if desk.belongs_to_current_account(submission) {
            view! { <Link href=words::screen_path(submission.movement.kind())>"View"</Link> }
                .into_any()
        } else {
            pending::decision_buttons(desk, submission)
        };
        view! {
            <p>
                "It "{words::activity(submission)}". "
                {control}
            </p>
        }
    });
    let failure = match &submission.state {
        State::Refused(failure) => Some(error_message::failure(failure, Operation::Move)),
        _ => None,
    };
    let absent = (submission.state == State::Absent).then(|| {
        let read = submission.ended.map(moment::at);
        view! { <p>"Not in "{words::ledger_name(submission.movement.kind())}" as of "{read}"."</p> }
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

/// Renders records that are damaged or that a newer version of the portal may have written.
fn unreadable(desk: &Desk) -> impl Fn() -> Option<AnyView> + Send + use<> {
    let desk = desk.clone();
    move || {
        let rows = desk.unreadable.with(|entries| {
            let rows = entries.iter().map(|(key, text)| {
                // A damaged record may belong to any account.
                let text = desk
                    .shows_unreadable(text)
                    .then(|| view! { <pre>{text.clone()}</pre> });
                view! { <li><span class="reference">{key.clone()}</span>{text}</li> }
            });
            rows.collect::<Vec<_>>()
        });
        (!rows.is_empty()).then(|| {
            view! {
                <Notice tone=Tone::Warning title="Some saved requests can't be read by this version.">
                    <p>"Check the log for them."</p>
                    <details><summary>"View"</summary><ul>{rows}</ul></details>
                </Notice>
            }
            .into_any()
        })
    }
}
