//! A movement that has come to its end.

use super::pending::line_in_words;
use super::stages::particulars;
use super::words;
use crate::movement::desk::Desk;
use crate::movement::machine::{Excess, State, Submission};
use crate::movement::plan::{Kind, Movement};
use crate::movement::receipt::{Difference, Receipt};
use crate::movement::reconcile::Trace;
use crate::ui::heading::PartHeading;
use crate::ui::notice::{Notice, Tone, Waiting};
use crate::ui::{figure, moment};
use leptos::prelude::*;
use leptos_router::components::A;

/// The end, whichever it is.
pub fn end(desk: &Desk, submission: Signal<Submission>) -> AnyView {
    let first = submission.get_untracked();
    if first.is_made() {
        made(desk, &first, submission)
    } else {
        absent(desk, &first)
    }
}

fn made(desk: &Desk, first: &Submission, submission: Signal<Submission>) -> AnyView {
    let movement = &first.movement;
    let kind = movement.kind();
    let closing = desk.clone();
    let outcome = move || submission.with(outcome);
    let again = match kind {
        Kind::Transfer => "New transfer",
        Kind::Revert => "New revert",
        Kind::Allocate => "New allocation",
    };
    let log = (kind != Kind::Allocate).then(|| view! { <A href="/log">"See the log"</A> });
    view! {
        <section class="receipt" aria-label="Receipt" data-key=first.key.to_string()>
            <PartHeading title="Done" />
            <Notice tone=Tone::Good title=words::acted(movement) />
            {particulars(movement, &first.quote)}
            {outcome}
            <dl class="lines">
                <div><dt>"Idempotency key"</dt><dd class="reference">{first.key.to_string()}</dd></div>
            </dl>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| closing.close(kind)>{again}</button>
                {log}
            </div>
        </section>
    }
    .into_any()
}

/// What is known of a movement that was made.
pub fn outcome(submission: &Submission) -> AnyView {
    let symbol = submission.quote.symbol.as_deref();
    match &submission.state {
        State::Done { receipt, excess } => done(submission, receipt, excess),
        State::Found(line) => view! {
            <p>"No answer to the request came, but it stands in "{words::books(submission.movement.kind())}":"</p>
            <p>{line_in_words(line, symbol)}</p>
        }
        .into_any(),
        State::Decided { line, .. } => {
            let line = line.clone().map(|line| view! { <p>"The line: "<span class="reference">{line}</span></p> });
            view! {
                <p>"No answer to the request came. That it was made is what a person decided."</p>
                {line}
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

fn done(submission: &Submission, receipt: &Receipt, excess: &Excess) -> AnyView {
    let movement = &submission.movement;
    let kind = movement.kind();
    let symbol = submission.quote.symbol.as_deref();
    let balance = |owner: String, value| view! { <div><dt>{owner}</dt><dd><strong>{figure::figure(value, symbol)}</strong></dd></div> };
    let own = receipt
        .own
        .map(|value| balance(format!("{} after", words::own_balance(kind)), value));
    let child = balance(
        format!("Balance of {} after", movement.name()),
        receipt.child,
    );
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
    let found = receipt.differences(&submission.quote);
    view! {
        {differences(&found, movement.name(), excess, symbol)}
        {self::excess(excess, movement, symbol)}
        <dl class="balances">{own}{child}</dl>
        {figure::lines(&receipt.lines, symbol)}
        <dl class="lines">{transaction}{created}</dl>
        {replayed}
    }
    .into_any()
}

/// Balances that came back other than quoted.
fn differences(
    found: &[Difference],
    child: &str,
    excess: &Excess,
    symbol: Option<&str>,
) -> Option<AnyView> {
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
    let what = match excess {
        Excess::None | Excess::Unread => {
            "Something else may have moved meanwhile. Look in the books before you go on."
        }
        Excess::Looking => "The log is searched for what else has moved.",
        Excess::Once => "The log holds this movement once: something else has moved meanwhile.",
        Excess::Several(_) => "The log holds this movement more than once; see below.",
    };
    Some(
        view! {
            <Notice tone=Tone::Warning title="The balances are not what was quoted.">
                {rows}
                <p>{what}</p>
            </Notice>
        }
        .into_any(),
    )
}

/// More moved than was asked for: the lines, and the way to take it back.
fn excess(excess: &Excess, movement: &Movement, symbol: Option<&str>) -> Option<AnyView> {
    match excess {
        Excess::None | Excess::Once | Excess::Unread => None,
        Excess::Looking => Some(view! { <Waiting what="Searching the log" /> }.into_any()),
        Excess::Several(lines) => {
            let rows: Vec<_> = lines
                .iter()
                .map(|line: &Trace| view! { <li>{line_in_words(line, symbol)}</li> })
                .collect();
            let title = format!("It was made {} times, and asked for once.", lines.len());
            let undo = undo(movement);
            Some(
                view! {
                    <div class="excess">
                        <Notice tone=Tone::Bad title=title>
                            <p>"A connection broke and the request was repeated on the way; this backend does not recognise that. These are the lines:"</p>
                            <ul>{rows}</ul>
                            {undo}
                        </Notice>
                    </div>
                }
                .into_any(),
            )
        }
    }
}

/// The movement that takes one of them back, prepared.
fn undo(movement: &Movement) -> AnyView {
    match movement {
        Movement::Transfer { child, minutes, name, .. } => view! {
            <p><A href=format!("/revert?child={child}&minutes={minutes}")>{format!("Revert {minutes} minutes from {name} …")}</A></p>
        }
        .into_any(),
        Movement::Revert { child, minutes, name } => view! {
            <p><A href=format!("/transfer?child={child}&minutes={minutes}")>{format!("Transfer {minutes} minutes to {name} …")}</A></p>
        }
        .into_any(),
        Movement::Allocate { .. } => {
            view! { <p>"Allocated credits cannot be taken back by the portal; ask the vendor."</p> }.into_any()
        }
    }
}

fn absent(desk: &Desk, submission: &Submission) -> AnyView {
    let movement = submission.movement.clone();
    let kind = movement.kind();
    let (closing, filling) = (desk.clone(), desk.clone());
    let how = if submission.state == State::Absent {
        let books = words::books(kind);
        let read = submission.ended.map(moment::at);
        view! { <p>"It is not in "{books}", as read at "{read}", and what was sent can no longer take effect."</p> }
            .into_any()
    } else {
        view! { <p>"That it was not made is what a person decided."</p> }.into_any()
    };
    let again = movement.clone();
    view! {
        <section class="absent" data-key=submission.key.to_string()>
            <PartHeading title="Not made" />
            <p class="act">{words::act(&movement)}</p>
            {how}
            <p>"You may start anew; that will be another submission with a key of its own."</p>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| filling.refill(&again)>
                    "Fill the form again"
                </button>
                <button type="button" on:click=move |_| closing.close(kind)>"Put it aside"</button>
            </div>
            <p class="reference">"Idempotency key "{submission.key.to_string()}</p>
        </section>
    }
    .into_any()
}
