//! Notices about balances that differ from the quote, and about extra entries in the log.

use crate::movement::Movement;
use crate::movement::desk::Desk;
use crate::movement::submission::{ExtraEntries, State, Submission};
use crate::pages::movement::pending::{disown_button, entry_summary};
use crate::pages::movement::words;
use crate::ui::figure;
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::prelude::*;

/// Renders the balances that differ from the quote, if any.
pub fn differences(submission: &Submission) -> Option<AnyView> {
    let State::Done(receipt) = &submission.state else {
        return None;
    };
    let symbol = submission.quote.symbol.as_deref();
    let differences = receipt.differences(&submission.quote);
    if differences.is_empty() {
        return None;
    }
    let rows = differences
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
                    {figure::figure(difference.quoted, symbol)}" was expected."
                </p>
            }
        })
        .collect_view();
    let ledger = words::ledger_name(submission.movement.kind());
    let what = match submission.extra_entries {
        ExtraEntries::None | ExtraEntries::Unread => {
            "Something else may have changed it. Check the log.".to_owned()
        }
        ExtraEntries::Checking => format!("Checking {ledger}…"),
        ExtraEntries::Once => {
            format!("Found once in {ledger}; something else changed the balance.")
        }
        ExtraEntries::More(_) => {
            format!("Found more than once in {ledger} (see below).")
        }
    };
    Some(
        view! {
            <Notice tone=Tone::Warning title="Balances differ from the preview.">
                {rows}
                <p>{what}</p>
            </Notice>
        }
        .into_any(),
    )
}

/// Renders the extra entries, if any, and how to reverse one.
pub fn notice(desk: &Desk, submission: &Submission) -> Option<AnyView> {
    let symbol = submission.quote.symbol.as_deref();
    let entries = match &submission.extra_entries {
        ExtraEntries::None | ExtraEntries::Once | ExtraEntries::Unread => return None,
        ExtraEntries::Checking => {
            return Some(view! { <Waiting what="Checking the log" /> }.into_any());
        }
        ExtraEntries::More(entries) => entries,
    };
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            let disown = disown_button(desk, &submission.key, &entry.id);
            view! { <li>{entry_summary(entry, symbol)}" "{disown}</li> }
        })
        .collect();
    let explanation = if submission.refusal().is_some() {
        "The response may belong to a repeated request, or a colleague made the same one."
    } else if !submission.is_completed() {
        "The request may have taken effect late, or someone else may have made the same transaction."
    } else {
        "Possible duplicate: the request was repeated in transit, or a colleague made the same one."
    };
    let acknowledge_button = submission.needs_acknowledgment().then(|| {
        let (desk, key) = (desk.clone(), submission.key.clone());
        view! {
            <div class="actions">
                <button type="button" on:click=move |_| desk.acknowledge(&key)>"Mark as resolved"</button>
            </div>
        }
    });
    let title = format!("It {}.", words::extra_entries(submission));
    let undo = undo(&submission.movement);
    Some(
        view! {
            <div class="excess">
                <Notice tone=Tone::Bad title=title>
                    <p>{explanation}" Compare before reverting:"</p>
                    <ul>{rows}</ul>
                    {undo}
                    {acknowledge_button}
                </Notice>
            </div>
        }
        .into_any(),
    )
}

/// Renders a link to the prefilled form that reverses one of the extra entries.
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
            view! { <p>"Allocations can't be undone; contact the provider."</p> }.into_any()
        }
    }
}
