//! A settled submission: its receipt, or the notice that it wasn't completed.

use crate::movement::desk::Desk;
use crate::movement::reconcile::LedgerEntry;
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::{ExtraEntries, State, Submission};
use crate::movement::{Kind, Movement};
use crate::pages::movement::pending::{disown_button, entry_summary};
use crate::pages::movement::stages::particulars;
use crate::pages::movement::{extra_entries, words};
use crate::ui::heading::PartHeading;
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone};
use crate::ui::{figure, moment};
use crate::wallet::query::WalletQuery;
use leptos::prelude::*;

/// Renders the outcome of a settled submission.
pub fn settled(desk: &Desk, submission: Signal<Submission>) -> AnyView {
    let initial = submission.get_untracked();
    if initial.is_completed() {
        completed(desk, &initial, submission)
    } else {
        not_completed(desk, &initial, submission)
    }
}

fn completed(desk: &Desk, initial: &Submission, submission: Signal<Submission>) -> AnyView {
    let movement = &initial.movement;
    let kind = movement.kind();
    let closed_desk = desk.clone();
    let outcome_desk = desk.clone();
    let outcome = move || submission.with(|current| outcome(&outcome_desk, current));
    let label = match kind {
        Kind::Transfer => "New transfer",
        Kind::Revert => "New revert",
        Kind::Allocate => "New allocation",
    };
    // An entry in the log is less certain than a response.
    let (title, tone) = match initial.state {
        State::Done(_) => ("Completed", Tone::Good),
        State::Found(_) => ("Completed (found in log)", Tone::Plain),
        _ => ("Marked completed", Tone::Plain),
    };
    let log = (kind != Kind::Allocate).then(|| view! { <Link href="/log">"View in log"</Link> });
    view! {
        <section class="receipt" aria-label="Receipt" data-key=initial.key.to_string()>
            <PartHeading title=title />
            <Notice tone=tone title=words::past_tense(movement) />
            {particulars(movement, &initial.quote)}
            {outcome}
            <dl class="lines">
                <div><dt>"Idempotency key"</dt><dd class="reference">{initial.key.to_string()}</dd></div>
            </dl>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| closed_desk.close(kind)>{label}</button>
                {log}
            </div>
        </section>
    }
    .into_any()
}

/// Renders what is known about the outcome of a submission.
pub fn outcome(desk: &Desk, submission: &Submission) -> AnyView {
    view! {
        {extra_entries::differences(submission)}
        {extra_entries::notice(desk, submission)}
        {basis(desk, submission)}
    }
    .into_any()
}

/// Renders what the outcome is based on: a response, a log entry or a user's decision.
fn basis(desk: &Desk, submission: &Submission) -> AnyView {
    let symbol = submission.quote.symbol.as_deref();
    match &submission.state {
        State::Done(receipt) => receipt_details(submission, receipt),
        State::Found(entry) => view! {
            <p>"No confirmation came, but it's in "{words::ledger_name(submission.movement.kind())}":"</p>
            <p>{entry_summary(entry, symbol)}</p>
            {evidence(desk, submission, entry)}
        }
        .into_any(),
        State::Decided { completed: false, .. } => {
            view! { <p>"Marked as not completed by a user."</p> }.into_any()
        }
        State::Decided { entry_id: entry, .. } => {
            let entry = entry.clone().map(|entry| view! { <p>"The entry: "<span class="reference">{entry}</span></p> });
            view! {
                <p>"No confirmation came. Marked completed by a user."</p>
                {entry}
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

/// Renders the evidence for the entry, what isn't confirmed, and the button that marks it as another user's.
fn evidence(desk: &Desk, submission: &Submission, entry: &LedgerEntry) -> AnyView {
    let evidence = desk.evidence(submission, entry);
    let criteria = [
        (true, "Same client and amount."),
        (evidence.new, "Not in the log before this was sent."),
        (evidence.time, "Dated when this was sent."),
        (evidence.balances, "Balances match the preview."),
        (
            evidence.performer,
            "Performed by the same user as your earlier transactions.",
        ),
    ];
    let rows = criteria
        .into_iter()
        .map(|(holds, text)| {
            let mark = if holds { "✓ " } else { "? " };
            let unknown = (!holds).then_some(" (not confirmed)");
            view! { <li>{mark}{text.trim_end_matches('.')}{unknown}</li> }
        })
        .collect_view();
    let disown = disown_button(desk, &submission.key, &entry.id);
    view! {
        <div class="evidence">
            <ul>{rows}</ul>
            <p>"A colleague's identical transaction would look the same. If this entry is a colleague's, mark it and we'll keep looking."</p>
            <div class="actions">{disown}</div>
        </div>
    }
    .into_any()
}

fn receipt_details(submission: &Submission, receipt: &Receipt) -> AnyView {
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
    let wallet = wallet_link(movement).filter(|_| receipt.transaction.is_some());
    let created = receipt
        .created
        .as_deref()
        .map(|created| view! { <div><dt>"Completed"</dt><dd>{moment::moment(created)}</dd></div> });
    let replayed = receipt.replayed.then(|| {
        view! { <p>"Confirmed on an earlier attempt; applied once."</p> }
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

/// Renders a link to the events of the wallet that received the credits.
fn wallet_link(movement: &Movement) -> Option<AnyView> {
    let Movement::Allocate { organization, .. } = movement else {
        return None;
    };
    let query = WalletQuery::of(Some(organization.clone())).write();
    Some(view! { <p><Link href=format!("/wallet{query}")>"View in wallet"</Link></p> }.into_any())
}

fn not_completed(desk: &Desk, submission: &Submission, current: Signal<Submission>) -> AnyView {
    let movement = submission.movement.clone();
    let kind = movement.kind();
    let (closed_desk, form_desk) = (desk.clone(), desk.clone());
    let basis = if submission.state == State::Absent {
        let ledger = words::ledger_name(kind);
        let read_at = submission.ended.map(moment::at);
        view! { <p>"Not in "{ledger}" as of "{read_at}"; it can no longer go through."</p> }
            .into_any()
    } else {
        view! { <p>"Marked as not completed by a user."</p> }.into_any()
    };
    let refilled = movement.clone();
    let notice_desk = desk.clone();
    // An entry may appear in the log late. Then don't say that it is safe to try again.
    let extra_entries =
        move || current.with(|current| extra_entries::notice(&notice_desk, current));
    let retry_hint = move || {
        current
            .with(|current| !matches!(current.extra_entries, ExtraEntries::More(_)))
            .then(|| {
                view! { <p>"It's safe to try again."</p> }
            })
    };
    view! {
        <section class="absent" data-key=submission.key.to_string()>
            <PartHeading title="Not completed" />
            <p class="act">{words::imperative(&movement)}</p>
            {basis}
            {extra_entries}
            {retry_hint}
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| form_desk.refill(&refilled)>
                    "Try again"
                </button>
                <button type="button" on:click=move |_| closed_desk.close(kind)>"Dismiss"</button>
            </div>
            <p class="reference">"Idempotency key "{submission.key.to_string()}</p>
        </section>
    }
    .into_any()
}
