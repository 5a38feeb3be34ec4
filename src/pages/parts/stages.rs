//! A movement after its form: review, sending, unknown, done.

use super::{quote, telling, words};
use crate::movement::Act;
use crate::movement::Failure;
use crate::movement::desk::Desk;
use crate::movement::machine::{Stage, Submission};
use crate::movement::plan::{Kind, Movement};
use crate::movement::quote::Quote;
use crate::movement::receipt::{Difference, Receipt};
use crate::ui::heading::PartHeading;
use crate::ui::notice::{Notice, Tone, Waiting};
use crate::ui::{figure, moment};
use crate::units::Value;
use leptos::prelude::*;
use leptos_router::components::A;

/// The form of `kind` while it is being filled, and whatever comes after it.
#[component]
pub fn Stages(
    /// Which movement.
    kind: Kind,
    /// Its form.
    #[prop(into)]
    form: ViewFn,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let stage = desk.stage(kind);
    // The form must not be rebuilt while somebody types in it: only a change of stage rebuilds.
    let is_draft = {
        let stage = stage.clone();
        Memo::new(move |_| stage.with(|stage| matches!(stage, Stage::Draft { .. })))
    };
    Effect::new(move |before: Option<bool>| {
        let now = is_draft.get();
        // Back at the form, whoever works with the keyboard goes on typing.
        if now && before == Some(false) {
            super::form::focus("form.movement input");
        }
        now
    });
    // The balances are read anew for every form: others work on them too.
    desk.directory.refresh(kind.api());
    let leaving = desk.clone();
    on_cleanup(move || leaving.leave(kind));
    move || {
        if is_draft.get() {
            return form.run();
        }
        match stage.get() {
            Stage::Draft { .. } => ().into_any(),
            Stage::Reviewed { movement, quote } => review(&desk, &movement, &quote),
            Stage::Sending(submission) => sending(&submission),
            Stage::Unknown { submission, why } => unknown(&desk, &submission, &why),
            Stage::Done {
                submission,
                receipt,
            } => done(&desk, &submission, &receipt),
        }
    }
}

fn review(desk: &Desk, movement: &Movement, figures: &Quote) -> AnyView {
    let kind = movement.kind();
    let (confirming, editing) = (desk.clone(), desk.clone());
    view! {
        <section class="review" aria-label="Review">
            <PartHeading title="Check and confirm" />
            <p class="act">{words::act(movement)}</p>
            {particulars(movement, figures)}
            {quote::quote(figures, kind, Some(movement.name()))}
            <div class="actions">
                <button
                    type="button"
                    class="primary"
                    // The second click of a double click was meant for what stood here before.
                    on:click=move |event| if event.detail() <= 1 { confirming.confirm(kind) }
                >
                    {words::act(movement)}
                </button>
                <button type="button" on:click=move |_| editing.edit(kind)>"Change it"</button>
            </div>
        </section>
    }
    .into_any()
}

/// What the form says and the quote does not.
fn particulars(movement: &Movement, figures: &Quote) -> AnyView {
    match movement {
        Movement::Transfer { rate, child, .. } => {
            let rate = figure::figure(Value::PerMinute(*rate), figures.symbol.as_deref());
            view! { <p>"Organization "{child.to_string()}", charged at "{rate}"."</p> }.into_any()
        }
        Movement::Revert { child, .. } => {
            view! { <p>"Organization "{child.to_string()}"."</p> }.into_any()
        }
        Movement::Allocate {
            organization,
            description,
            metadata,
            ..
        } => {
            let rows = metadata
                .iter()
                .map(|(key, value)| view! { <div><dt>{key.clone()}</dt><dd>{value.clone()}</dd></div> })
                .collect_view();
            let description = description.clone().map(
                |text| view! { <div><dt>"Description"</dt><dd class="free">{text}</dd></div> },
            );
            view! {
                <p class="reference">{organization.to_string()}</p>
                <dl class="lines">{description}{rows}</dl>
            }
            .into_any()
        }
    }
}

fn sending(submission: &Submission) -> AnyView {
    view! {
        <section class="sending">
            <PartHeading title="Sending" />
            <Waiting what=words::act(&submission.movement) />
            <p>"You may go to another screen; the movement goes on. Keep this tab open."</p>
        </section>
    }
    .into_any()
}

fn unknown(desk: &Desk, submission: &Submission, why: &Failure) -> AnyView {
    let kind = submission.movement.kind();
    let (asking, closing) = (desk.clone(), desk.clone());
    let ask = match desk.cannot_ask(submission) {
        None => view! {
            <p>"This backend recognises a submission by its key. Asking again can never move anything twice."</p>
            <button type="button" class="primary" on:click=move |_| asking.ask_again(kind)>"Ask again, same key"</button>
        }
        .into_any(),
        Some(reason) => view! { <p>{reason}</p> }.into_any(),
    };
    // What the newest answer says does not speak for the attempts before it.
    let act = if submission.attempt > 1 {
        Act::Doubt
    } else {
        Act::Move
    };
    let look = (kind != Kind::Allocate).then(|| {
        view! { <p>"Look in the "<A href="/log">"log"</A>" for it, and at the balances, before anything else."</p> }
    });
    view! {
        <section class="unknown">
            <PartHeading title="Not known whether it was made" />
            <p class="act">{words::act(&submission.movement)}</p>
            {telling::failure(why, act)}
            {look}
            <p class="reference">"Idempotency key "{submission.key.to_string()}</p>
            <div class="actions">
                {ask}
                <button type="button" on:click=move |_| closing.close(kind)>
                    "I have checked: put it aside"
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn done(desk: &Desk, submission: &Submission, receipt: &Receipt) -> AnyView {
    let movement = &submission.movement;
    let kind = movement.kind();
    let symbol = submission.quote.symbol.as_deref();
    let closing = desk.clone();
    let balance = |owner: String, value| view! { <div><dt>{owner}</dt><dd><strong>{figure::figure(value, symbol)}</strong></dd></div> };
    let own = receipt
        .own
        .map(|value| balance(format!("{} now", words::own_balance(kind)), value));
    let child = balance(format!("Balance of {} now", movement.name()), receipt.child);
    let transaction = receipt.transaction.clone().map(|id| {
        view! { <div><dt>"Transaction"</dt><dd class="reference">{id}</dd></div> }
    });
    let created = receipt
        .created
        .as_deref()
        .map(|created| view! { <div><dt>"Made"</dt><dd>{moment::moment(created)}</dd></div> });
    let replayed = receipt.replayed.then(|| {
        view! { <p>"This is the backend's answer to an earlier attempt of this submission; it was made once."</p> }
    });
    let differences = differences(
        &receipt.differences(&submission.quote),
        movement.name(),
        symbol,
    );
    let again = match kind {
        Kind::Transfer => "New transfer",
        Kind::Revert => "New revert",
        Kind::Allocate => "New allocation",
    };
    let log = (kind != Kind::Allocate).then(|| view! { <A href="/log">"See the log"</A> });
    view! {
        <section class="receipt" aria-label="Receipt">
            <PartHeading title="Done" />
            <Notice tone=Tone::Good title=words::acted(movement) />
            {particulars(movement, &submission.quote)}
            {differences}
            <dl class="balances">{own}{child}</dl>
            {figure::lines(&receipt.lines, symbol)}
            <dl class="lines">
                {transaction}{created}
                <div><dt>"Idempotency key"</dt><dd class="reference">{submission.key.to_string()}</dd></div>
            </dl>
            {replayed}
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| closing.close(kind)>{again}</button>
                {log}
            </div>
        </section>
    }
    .into_any()
}

/// Balances that came back other than quoted.
fn differences(found: &[Difference], child: &str, symbol: Option<&str>) -> Option<AnyView> {
    if found.is_empty() {
        return None;
    }
    let rows = found
        .iter()
        .map(|difference| {
            let whose = if difference.own {
                "Your balance".to_owned()
            } else {
                format!("The balance of {child}")
            };
            view! {
                <p>
                    {whose}" is "{figure::figure(difference.returned, symbol)}"; "
                    {figure::figure(difference.quoted, symbol)}" was quoted."
                </p>
            }
        })
        .collect_view();
    Some(
        view! {
            <Notice tone=Tone::Warning title="The balances are not what was quoted.">
                {rows}
                <p>"Something else may have moved meanwhile. Look in the log before you go on."</p>
            </Notice>
        }
        .into_any(),
    )
}
