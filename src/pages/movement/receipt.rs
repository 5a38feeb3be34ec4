//! A movement that has come to its end.

use crate::movement::desk::Desk;
use crate::movement::reconcile::LedgerEntry;
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::{ExtraEntries, State, Submission};
use crate::movement::{Kind, Movement};
use crate::pages::movement::pending::{disown, line_in_words};
use crate::pages::movement::stages::particulars;
use crate::pages::movement::{extra_entries, words};
use crate::ui::heading::PartHeading;
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone};
use crate::ui::{figure, moment};
use crate::wallet::query::WalletQuery;
use leptos::prelude::*;

/// The end, whichever it is.
pub fn end(desk: &Desk, submission: Signal<Submission>) -> AnyView {
    let first = submission.get_untracked();
    if first.is_made() {
        made(desk, &first, submission)
    } else {
        absent(desk, &first, submission)
    }
}

fn made(desk: &Desk, first: &Submission, submission: Signal<Submission>) -> AnyView {
    let movement = &first.movement;
    let kind = movement.kind();
    let closing = desk.clone();
    let telling = desk.clone();
    let outcome = move || submission.with(|now| outcome(&telling, now));
    let again = match kind {
        Kind::Transfer => "New transfer",
        Kind::Revert => "New revert",
        Kind::Allocate => "New allocation",
    };
    // What only an entry shows is not as certain as an answer.
    let (title, tone) = match first.state {
        State::Done(_) => ("Done", Tone::Good),
        State::Found(_) => ("Completed (found in the log)", Tone::Plain),
        _ => ("Marked completed", Tone::Plain),
    };
    let log = (kind != Kind::Allocate).then(|| view! { <Link href="/log">"See the log"</Link> });
    view! {
        <section class="receipt" aria-label="Receipt" data-key=first.key.to_string()>
            <PartHeading title=title />
            <Notice tone=tone title=words::acted(movement) />
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
pub fn outcome(desk: &Desk, submission: &Submission) -> AnyView {
    view! {
        {extra_entries::differences(submission)}
        {extra_entries::excess(desk, submission)}
        {how(desk, submission)}
    }
    .into_any()
}

/// In whose word it was made.
fn how(desk: &Desk, submission: &Submission) -> AnyView {
    let symbol = submission.quote.symbol.as_deref();
    match &submission.state {
        State::Done(receipt) => done(submission, receipt),
        State::Found(line) => view! {
            <p>"No answer to the request said so, but it stands in "{words::books(submission.movement.kind())}":"</p>
            <p>{line_in_words(line, symbol)}</p>
            {evidence(desk, submission, line)}
        }
        .into_any(),
        State::Decided { made: false, .. } => {
            view! { <p>"That it was not made is what a person decided."</p> }.into_any()
        }
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

/// What speaks for the entry, what does not, and the way to say that it is somebody else's.
fn evidence(desk: &Desk, submission: &Submission, line: &LedgerEntry) -> AnyView {
    let found = desk.evidence(submission, line);
    let points = [
        (true, "Same client and amount."),
        (found.new, "Not in the log before this was sent."),
        (found.time, "Dated when this was sent."),
        (found.balances, "Balances match the preview."),
        (
            found.performer,
            "Performed by the same user as your earlier transactions.",
        ),
    ];
    let rows = points
        .into_iter()
        .map(|(holds, text)| {
            let mark = if holds { "✓ " } else { "? " };
            let unknown = (!holds).then_some(" (not confirmed)");
            view! { <li>{mark}{text.trim_end_matches('.')}{unknown}</li> }
        })
        .collect_view();
    let disown = disown(desk, &submission.key, &line.id);
    view! {
        <div class="evidence">
            <ul>{rows}</ul>
            <p>"A colleague's identical transaction would look the same. If this entry is a colleague's, mark it and we'll keep looking."</p>
            <div class="actions">{disown}</div>
        </div>
    }
    .into_any()
}

fn done(submission: &Submission, receipt: &Receipt) -> AnyView {
    let movement = &submission.movement;
    let kind = movement.kind();
    let symbol = submission.quote.symbol.as_deref();
    let balance = |owner: AnyView, value| view! { <div><dt>{owner}" after"</dt><dd><strong>{figure::figure(value, symbol)}</strong></dd></div> };
    let own = receipt
        .own
        .map(|value| balance(words::own_balance(kind).into_any(), value));
    let child = balance(
        figure::balance_of(movement.name().to_owned()),
        receipt.child,
    );
    let transaction = receipt.transaction.clone().map(|id| {
        view! { <div><dt>"Transaction"</dt><dd class="reference">{id}</dd></div> }
    });
    let wallet = wallet(movement).filter(|_| receipt.transaction.is_some());
    let created = receipt
        .created
        .as_deref()
        .map(|created| view! { <div><dt>"Made"</dt><dd>{moment::moment(created)}</dd></div> });
    let replayed = receipt.replayed.then(|| {
        view! { <p>"This is the backend's answer to an earlier attempt of this submission; it was made once."</p> }
    });
    view! {
        <dl class="balances">{own}{child}</dl>
        {figure::lines(&receipt.lines, symbol)}
        <dl class="lines">{transaction}{created}</dl>
        {wallet}
        {replayed}
    }
    .into_any()
}

/// The way to the events of the wallet that was allocated to.
fn wallet(movement: &Movement) -> Option<AnyView> {
    let Movement::Allocate { organization, .. } = movement else {
        return None;
    };
    let query = WalletQuery::of(Some(organization.clone())).write();
    Some(
        view! { <p><Link href=format!("/wallet{query}")>"See it in the wallet"</Link></p> }
            .into_any(),
    )
}

fn absent(desk: &Desk, first: &Submission, now: Signal<Submission>) -> AnyView {
    let submission = first;
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
    let telling = desk.clone();
    // An entry may come into the log late; then nothing says that it is safe to send it again.
    let extra = move || now.with(|now| extra_entries::excess(&telling, now));
    let rebuild_on_change = move || {
        now.with(|now| !matches!(now.excess, ExtraEntries::More(_))).then(|| {
            view! { <p>"You may start anew; that will be another submission with a key of its own."</p> }
        })
    };
    view! {
        <section class="absent" data-key=submission.key.to_string()>
            <PartHeading title="Not made" />
            <p class="act">{words::act(&movement)}</p>
            {how}
            {extra}
            {rebuild_on_change}
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
