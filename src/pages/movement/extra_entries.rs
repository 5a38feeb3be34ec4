//! Balances that are not those of the quote, and books that hold more than was told.

use crate::movement::Movement;
use crate::movement::desk::Desk;
use crate::movement::submission::{ExtraEntries, State, Submission};
use crate::pages::movement::pending::{disown, line_in_words};
use crate::pages::movement::words;
use crate::ui::figure;
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::prelude::*;

/// Balances that came back other than quoted.
pub fn differences(submission: &Submission) -> Option<AnyView> {
    let State::Done(receipt) = &submission.state else {
        return None;
    };
    let symbol = submission.quote.symbol.as_deref();
    let found = receipt.differences(&submission.quote);
    if found.is_empty() {
        return None;
    }
    let rows = found
        .iter()
        .map(|difference| {
            let whose = if difference.own {
                "Your balance".to_owned()
            } else {
                format!("The balance of {}", submission.movement.name())
            };
            view! {
                <p>
                    {whose}" is "{figure::figure(difference.returned, symbol)}"; "
                    {figure::figure(difference.quoted, symbol)}" was quoted."
                </p>
            }
        })
        .collect_view();
    let books = words::books(submission.movement.kind());
    let what = match submission.excess {
        ExtraEntries::None | ExtraEntries::Unread => {
            "Something else may have moved meanwhile. Look in the books before you go on."
                .to_owned()
        }
        ExtraEntries::Looking => format!("It is searched in {books} what else has moved."),
        ExtraEntries::Once => {
            format!("This movement stands in {books} once: something else has moved meanwhile.")
        }
        ExtraEntries::More(_) => {
            format!("This movement stands in {books} more than once; see below.")
        }
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

/// The lines of which there are more than was told, and the way to take one back.
pub fn excess(desk: &Desk, submission: &Submission) -> Option<AnyView> {
    let symbol = submission.quote.symbol.as_deref();
    let lines = match &submission.excess {
        ExtraEntries::None | ExtraEntries::Once | ExtraEntries::Unread => return None,
        ExtraEntries::Looking => {
            return Some(view! { <Waiting what="Searching the books" /> }.into_any());
        }
        ExtraEntries::More(lines) => lines,
    };
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let disown = disown(desk, &submission.key, &line.id);
            view! { <li>{line_in_words(line, symbol)}" "{disown}</li> }
        })
        .collect();
    let why = if submission.refusal().is_some() {
        "Either the no was the answer to a repetition of the request, or somebody else has made the same."
    } else if !submission.is_made() {
        "The request may have taken effect late, or someone else may have made the same transaction."
    } else {
        "Either a connection broke and the request was repeated on the way, which this backend does not recognise, or somebody else has made the same."
    };
    let seen = submission.needs_acknowledgment().then(|| {
        let (desk, key) = (desk.clone(), submission.key.clone());
        view! {
            <div class="actions">
                <button type="button" on:click=move |_| desk.acknowledge(&key)>"I have seen to it"</button>
            </div>
        }
    });
    let title = format!("It {}.", words::excess(submission));
    let undo = undo(&submission.movement);
    Some(
        view! {
            <div class="excess">
                <Notice tone=Tone::Bad title=title>
                    <p>{why}" Compare the lines before you take one back:"</p>
                    <ul>{rows}</ul>
                    {undo}
                    {seen}
                </Notice>
            </div>
        }
        .into_any(),
    )
}

/// The movement that takes one of them back, prepared.
fn undo(movement: &Movement) -> AnyView {
    match movement {
        Movement::Transfer { child, minutes, name, .. } => view! {
            <p><Link href=format!("/revert?child={child}&minutes={minutes}")>{format!("Revert {minutes} minutes from {name} …")}</Link></p>
        }
        .into_any(),
        Movement::Revert { child, minutes, name } => view! {
            <p><Link href=format!("/transfer?child={child}&minutes={minutes}")>{format!("Transfer {minutes} minutes to {name} …")}</Link></p>
        }
        .into_any(),
        Movement::Allocate { .. } => {
            view! { <p>"Allocated credits cannot be taken back by the portal; ask the vendor."</p> }.into_any()
        }
    }
}
