//! The review: everything that the user confirms, and the one button that moves credits.

use crate::client::Operation;
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::reconcile::duplicates::Duplicate;
use crate::movement::submissions::{ConfirmationIssue, Journal, Review};
use crate::pages::movement::stages::particulars;
use crate::pages::movement::{quote, words};
use crate::pages::shared::error_message;
use crate::ui::heading::PartHeading;
use crate::ui::notice::{Notice, Tone};
use crate::ui::{figure, moment};
use crate::units::Change;
use leptos::prelude::*;

/// Renders what the user should confirm, and the issues that require confirming again.
pub fn review(desk: &Desk, review: Signal<Review>) -> AnyView {
    let initial = review.get_untracked();
    let movement = initial.movement;
    let kind = movement.kind();
    let (confirmed_desk, edited_desk) = (desk.clone(), desk.clone());
    let journal = no_journal_warning(desk);
    let name = movement.name().to_owned();
    let figures = {
        let name = name.clone();
        move || review.with(|review| quote::quote(&review.quote, kind, Some(&name)))
    };
    let issues = Memo::new(move |_| review.with(|review| review.issues.clone()));
    let symbol = Memo::new(move |_| review.with(|review| review.quote.symbol.clone()));
    // Don't send what can't succeed.
    let shortage = Memo::new(move |_| review.with(|review| review.quote.shortage()));
    let notices = move || {
        if let Some(shortage) = shortage.get() {
            return vec![warning(
                "asks short",
                shortage,
                "Nothing was sent. Change the amount, or try again when the balance covers it.",
            )];
        }
        let issues = issues.get();
        issues
            .iter()
            .map(|issue| issue_notice(issue, kind, &name, symbol.get().as_deref()))
            .collect::<Vec<_>>()
    };
    let checking = Memo::new(move |_| review.with(|review| review.checking.is_some()));
    view! {
        <section class="review" aria-label="Review">
            <PartHeading title="Review and confirm" />
            <p class="act">{words::imperative(&movement)}</p>
            {particulars(&movement, &initial.quote)}
            {figures}
            <div aria-live="assertive">{notices}</div>
            {journal}
            <div class="actions">
                <button
                    type="button"
                    class="primary"
                    disabled=move || shortage.get().is_some()
                    aria-busy=move || checking.get().then_some("true")
                    // Ignore the second click of a double click: it was meant for the previous button in this place.
                    on:click=move |event| if event.detail() <= 1 { confirmed_desk.confirm(kind) }
                >
                    {words::imperative(&movement)}
                </button>
                <button type="button" on:click=move |_| edited_desk.edit(kind)>"Edit"</button>
            </div>
        </section>
    }
    .into_any()
}

/// Renders the warning that there is no journal, which the user must accept once.
pub fn no_journal_warning(desk: &Desk) -> impl Fn() -> Option<AnyView> + Send + use<> {
    let desk = desk.clone();
    let state = {
        let desk = desk.clone();
        Memo::new(move |_| desk.with_submissions(|submissions| submissions.journal.clone()))
    };
    move || {
        let Journal::Missing { why, accepted } = state.get() else {
            return None;
        };
        let accepted_desk = desk.clone();
        let accept = (!accepted).then(|| {
            view! {
                <button type="button" on:click=move |_| accepted_desk.accept_no_journal()>"Continue anyway"</button>
            }
        });
        Some(
            view! {
                <div class="no-journal">
                    <Notice tone=Tone::Warning title="This browser is blocking local storage.">
                        <p>"If this page closes before we get a response, you'll have to check the log yourself."</p>
                        <p class="reference">{why}</p>
                        {accept}
                    </Notice>
                </div>
            }
            .into_any(),
        )
    }
}

fn issue_notice(
    issue: &ConfirmationIssue,
    kind: Kind,
    child: &str,
    symbol: Option<&str>,
) -> AnyView {
    match issue {
        ConfirmationIssue::Changed(previous) => changed_notice(previous, kind, child, symbol),
        ConfirmationIssue::Unread(failure) => view! {
            <div class="asks not-read">
                <p class="act">"Couldn't refresh the balances. Nothing was sent."</p>
                {error_message::failure(failure, Operation::Read)}
                <p>"Confirm again to proceed without them."</p>
            </div>
        }
        .into_any(),
        ConfirmationIssue::Duplicate(entries) => duplicates(entries, kind),
        ConfirmationIssue::Taken => warning(
            "asks taken",
            "Another transaction of this kind is still pending. Nothing was sent.",
            "It may be in another tab. Confirm this one once it settles.",
        ),
        ConfirmationIssue::Newer => warning(
            "asks newer",
            "A newer version has a pending transaction. Nothing was sent.",
            "Reload, or confirm again to proceed.",
        ),
        ConfirmationIssue::Expired => warning(
            "asks expired",
            "The last check is out of date, so nothing was sent.",
            "Saving took too long, or something changed in the meantime. Confirm again to recheck and send.",
        ),
        ConfirmationIssue::Unwritten(why) => {
            let why = why.clone();
            view! {
                <div class="asks unwritten">
                    <Notice tone=Tone::Bad title="Couldn't save to this browser. Nothing was sent.">
                        <p class="reference">{why}</p>
                    </Notice>
                </div>
            }
            .into_any()
        }
    }
}

/// Renders an issue that needs only text.
fn warning(class: &'static str, title: &'static str, text: &'static str) -> AnyView {
    view! {
        <div class=class>
            <Notice tone=Tone::Warning title=title>
                <p>{text}</p>
            </Notice>
        </div>
    }
    .into_any()
}

/// Renders the previous amounts; the current ones are shown above.
fn changed_notice(previous: &Quote, kind: Kind, child: &str, symbol: Option<&str>) -> AnyView {
    let balance = |owner: AnyView, change: Option<Change>| figure::change(owner, change, symbol);
    let own = balance(words::own_balance(kind).into_any(), previous.own);
    let theirs = balance(figure::balance_of(child.to_owned()), previous.child);
    let lines = figure::lines(&previous.lines, symbol);
    view! {
        <div class="asks changed">
            <Notice tone=Tone::Warning title="Amounts changed since you reviewed. Nothing was sent.">
                <p>"Previous amounts:"</p>
                <dl class="balances">{own}{theirs}</dl>
                {lines}
                <p>"Confirm again to accept the new amounts."</p>
            </Notice>
        </div>
    }
    .into_any()
}

/// Renders the possible duplicates.
fn duplicates(entries: &[Duplicate], kind: Kind) -> AnyView {
    let lines = entries
        .iter()
        .map(|duplicate| {
            let whose = if duplicate.key.is_some() {
                "by you"
            } else {
                "by someone else"
            };
            let line = duplicate.entry.as_ref();
            let line =
                line.map(|line| format!(", entry {} in {}", line.id, words::ledger_name(kind)));
            view! { <li>{moment::at(duplicate.at)}", "{whose}{line}</li> }
        })
        .collect_view();
    view! {
        <div class="asks alike">
            <Notice tone=Tone::Warning title="Possible duplicate: same transaction in the last 10 minutes. Nothing was sent.">
                <ul>{lines}</ul>
                <p>"Confirm again to send it anyway."</p>
            </Notice>
        </div>
    }
    .into_any()
}
