//! The review: everything on the table, and the one button that moves money.

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

/// What is to be confirmed, and why it may be asked once more.
pub fn review(desk: &Desk, review: Signal<Review>) -> AnyView {
    let first = review.get_untracked();
    let movement = first.movement;
    let kind = movement.kind();
    let (confirming, editing) = (desk.clone(), desk.clone());
    let journal = no_journal(desk);
    let name = movement.name().to_owned();
    let figures = {
        let name = name.clone();
        move || review.with(|review| quote::quote(&review.quote, kind, Some(&name)))
    };
    let issues = Memo::new(move |_| review.with(|review| review.issues.clone()));
    let symbol = Memo::new(move |_| review.with(|review| review.quote.symbol.clone()));
    // What can't succeed isn't sent.
    let shortage = Memo::new(move |_| review.with(|review| review.quote.shortage()));
    let asked = move || {
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
            .map(|ask| shown(ask, kind, &name, symbol.get().as_deref()))
            .collect::<Vec<_>>()
    };
    let checking = Memo::new(move |_| review.with(|review| review.checking.is_some()));
    view! {
        <section class="review" aria-label="Review">
            <PartHeading title="Check and confirm" />
            <p class="act">{words::act(&movement)}</p>
            {particulars(&movement, &first.quote)}
            {figures}
            <div aria-live="assertive">{asked}</div>
            {journal}
            <div class="actions">
                <button
                    type="button"
                    class="primary"
                    disabled=move || shortage.get().is_some()
                    aria-busy=move || checking.get().then_some("true")
                    // The second click of a double click was meant for what stood here before.
                    on:click=move |event| if event.detail() <= 1 { confirming.confirm(kind) }
                >
                    {words::act(&movement)}
                </button>
                <button type="button" on:click=move |_| editing.edit(kind)>"Change it"</button>
            </div>
        </section>
    }
    .into_any()
}

/// Where there is no journal, the person is told and must accept it once.
pub fn no_journal(desk: &Desk) -> impl Fn() -> Option<AnyView> + Send + use<> {
    let desk = desk.clone();
    let state = {
        let desk = desk.clone();
        Memo::new(move |_| desk.book(|book| book.journal.clone()))
    };
    move || {
        let Journal::Missing { why, accepted } = state.get() else {
            return None;
        };
        let accepting = desk.clone();
        let accept = (!accepted).then(|| {
            view! {
                <button type="button" on:click=move |_| accepting.accept_no_journal()>"I accept this"</button>
            }
        });
        Some(
            view! {
                <div class="no-journal">
                    <Notice tone=Tone::Warning title="This browser does not let the portal keep its journal.">
                        <p>"If the page is closed or crashes before an answer comes, the portal loses track of this movement: you would have to look in the books yourself."</p>
                        <p class="reference">{why}</p>
                        {accept}
                    </Notice>
                </div>
            }
            .into_any(),
        )
    }
}

fn shown(ask: &ConfirmationIssue, kind: Kind, child: &str, symbol: Option<&str>) -> AnyView {
    match ask {
        ConfirmationIssue::Changed(was) => changed(was, kind, child, symbol),
        ConfirmationIssue::Unread(failure) => view! {
            <div class="asks not-read">
                <p class="act">"The figures could not all be read again. Nothing was sent."</p>
                {error_message::failure(failure, Operation::Read)}
                <p>"Confirm once more to go on without."</p>
            </div>
        }
        .into_any(),
        ConfirmationIssue::Duplicate(alikes) => alike(alikes, kind),
        ConfirmationIssue::Taken => warning(
            "asks taken",
            "Another transaction of this kind is not resolved yet. Nothing was sent.",
            "It may be in another tab. Its outcome comes first; then confirm this one.",
        ),
        ConfirmationIssue::Newer => warning(
            "asks newer",
            "A newer version of the portal in this browser holds a transaction that is not resolved yet. Nothing was sent.",
            "Reload the page to get that version. Confirm once more to go on without.",
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
                    <Notice tone=Tone::Bad title="The journal could not be written. Nothing was sent.">
                        <p class="reference">{why}</p>
                    </Notice>
                </div>
            }
            .into_any()
        }
    }
}

/// Why it is asked once more, in words alone.
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

/// The figures that were shown before, beside those that stand above now.
fn changed(was: &Quote, kind: Kind, child: &str, symbol: Option<&str>) -> AnyView {
    let balance = |owner: AnyView, change: Option<Change>| figure::change(owner, change, symbol);
    let own = balance(words::own_balance(kind).into_any(), was.own);
    let theirs = balance(figure::balance_of(child.to_owned()), was.child);
    let lines = figure::lines(&was.lines, symbol);
    view! {
        <div class="asks changed">
            <Notice tone=Tone::Warning title="The figures have changed since they were shown. Nothing was sent.">
                <p>"Above are the figures of now. Before, these were shown:"</p>
                <dl class="balances">{own}{theirs}</dl>
                {lines}
                <p>"Confirm once more if it is still what you want."</p>
            </Notice>
        </div>
    }
    .into_any()
}

/// What looks like it.
fn alike(alikes: &[Duplicate], kind: Kind) -> AnyView {
    let lines = alikes
        .iter()
        .map(|alike| {
            let whose = if alike.key.is_some() {
                "from this browser"
            } else {
                "by somebody else, or elsewhere"
            };
            let line = alike.entry.as_ref();
            let line = line.map(|line| format!(", line {} of {}", line.id, words::books(kind)));
            view! { <li>{moment::at(alike.at)}", "{whose}{line}</li> }
        })
        .collect_view();
    view! {
        <div class="asks alike">
            <Notice tone=Tone::Warning title="The same was made within the last ten minutes. Nothing was sent.">
                <ul>{lines}</ul>
                <p>"Confirm once more if it is to be made again."</p>
            </Notice>
        </div>
    }
    .into_any()
}
