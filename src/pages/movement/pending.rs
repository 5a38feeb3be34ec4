//! A movement that was sent and has not come to its end.

use crate::browser::clock::{steady, wall_at};
use crate::client::Operation;
use crate::config::Credentials;
use crate::movement::desk::Desk;
use crate::movement::reconcile::{Doubt, LedgerEntry};
use crate::movement::submission::{State, Submission, SubmissionActivity};
use crate::pages::movement::review::no_journal;
use crate::pages::movement::words;
use crate::pages::shared::error_message;
use crate::ui::heading::PartHeading;
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone, Waiting};
use crate::ui::{figure, moment};
use crate::units::IdempotencyKey;
use leptos::prelude::*;
use std::time::Duration;

/// On its way.
pub fn sending(submission: Signal<Submission>) -> AnyView {
    let first = submission.get_untracked();
    view! {
        <section
            class="sending"
            data-key=first.key.to_string()
            data-state=move || submission.with(|now| now.state.name())
        >
            <PartHeading title="Sending" />
            <Waiting what=words::act(&first.movement) />
            {move || {
                submission
                    .with(|now| {
                        matches!(now.state, State::Checking(_))
                            .then(|| view! { <p role="status">"It "{words::doing(now)}"."</p> })
                    })
            }}
            <p>"You may go to another screen; the movement goes on. If the page is closed, it is taken up again at the next start."</p>
        </section>
    }
    .into_any()
}

/// Without a definite answer: what is being done, and what a person can do.
pub fn unknown(desk: &Desk, submission: Signal<Submission>) -> AnyView {
    let first = submission.get_untracked();
    let key = first.key.clone();
    let needs_key =
        move || submission.with(|now| now.state == State::KeyNeeded && !now.is_doubtful());
    let heading = if needs_key() {
        "Waiting for a key"
    } else {
        "Not known whether it was made"
    };
    let why = move || submission.with(told);
    let doing = move || submission.with(words::doing);
    let act = words::act(&first.movement);
    let settles = {
        let desk = desk.clone();
        move || {
            submission.with(|now| {
                let waits = now.is_doubtful()
                    && matches!(now.doing, SubmissionActivity::CheckLogAt(..) | SubmissionActivity::NeedsDecision)
                    && !desk.is_settled(now);
                waits.then(|| {
                    let settled = settled(&desk, now);
                    let until = moment::time(wall_at(desk.settled_at(now)));
                    move || (!settled.get()).then(|| {
                        view! { <p>"What was sent can still take effect until "{until.clone()}". Only then does its absence prove anything."</p> }
                    })
                })
            })
        }
    };
    let buttons = {
        let desk = desk.clone();
        move || buttons(&desk, &submission.get())
    };
    let candidates = {
        let desk = desk.clone();
        move || submission.with(|now| doubt(&desk, now))
    };
    let journal = no_journal(desk);
    view! {
        <section
            class="unknown"
            data-key=key.to_string()
            data-state=move || submission.with(|now| now.state.name())
        >
            <PartHeading title=heading />
            <p class="act">{act.clone()}</p>
            <p>"Confirmed at "{moment::at(first.confirmed)}"."</p>
            {why}
            <p class="doing" role="status">{act}" "{doing}"."</p>
            {settles}
            {candidates}
            {journal}
            {buttons}
            <p class="reference">"Idempotency key "{key.to_string()}</p>
        </section>
    }
    .into_any()
}

/// How the newest attempt ended.
fn told(submission: &Submission) -> Option<AnyView> {
    let failure = submission.failure()?;
    // What the newest answer says does not speak for the attempts before it.
    let doubted = submission.attempts.last().is_some_and(|last| last.doubted);
    let act = if doubted || (submission.attempts.len() > 1 && submission.is_doubtful()) {
        Operation::Doubt
    } else {
        Operation::Move
    };
    Some(error_message::failure(failure, act))
}

fn buttons(desk: &Desk, submission: &Submission) -> AnyView {
    if submission.doing == SubmissionActivity::Elsewhere {
        return view! { <p>"Another tab of this browser is at it; this one goes on if that one is closed."</p> }
            .into_any();
    }
    if matches!(
        submission.doing,
        SubmissionActivity::NeedsKey | SubmissionActivity::NeedsAccount
    ) {
        let give_up = (!submission.is_doubtful()).then(|| {
            let (desk, key) = (desk.clone(), submission.key.clone());
            view! {
                <button type="button" on:click=move |_| desk.decide(&key, false, None)>
                    "Back to the form"
                </button>
            }
        });
        // Behind a gateway there is no key to give here.
        let way = if desk.config().credentials == Credentials::Gateway {
            let (desk, key) = (desk.clone(), submission.key.clone());
            view! { <button type="button" class="primary" on:click=move |_| desk.retry_now(&key)>"Try again"</button> }
                .into_any()
        } else {
            view! { <Link href="/keys">"Give the key"</Link> }.into_any()
        };
        return view! {
            <p>"Then it goes on by itself, with the same key and the same bytes."</p>
            <div class="actions">
                {way}
                {give_up}
            </div>
        }
        .into_any();
    }
    let (urging, key) = (desk.clone(), submission.key.clone());
    let (label, reason) = match desk.cannot_ask(submission) {
        None => (
            "Ask again now",
            "This backend recognises a submission by its key: asking again can never move anything twice.",
        ),
        Some(reason) => ("Read again now", reason),
    };
    let decides = decides(submission) || desk.is_settled(submission);
    let decide = decides.then(|| decisions(desk, submission));
    view! {
        <p>{reason}</p>
        <div class="actions">
            <button type="button" class="primary" on:click=move |_| urging.retry_now(&key)>{label}</button>
            {decide}
        </div>
    }
    .into_any()
}

/// Whether nothing of a submission can take effect any more. Becomes true when it is time.
fn settled(desk: &Desk, submission: &Submission) -> RwSignal<bool> {
    let settled = RwSignal::new(desk.is_settled(submission));
    if !settled.get_untracked() {
        let wait = desk.settled_at(submission).since(steady()).max(0) + 100;
        let become_settled = move || {
            settled.try_set(true);
        };
        set_timeout(become_settled, Duration::from_millis(wait.unsigned_abs()));
    }
    settled
}

/// The buttons by which a person decides.
pub fn decisions(desk: &Desk, submission: &Submission) -> AnyView {
    let settled = settled(desk, submission);
    let (desk, key) = (desk.clone(), submission.key.clone());
    let decide = move |made: bool, label: &'static str| {
        let (desk, key) = (desk.clone(), key.clone());
        view! { <button type="button" on:click=move |_| desk.decide(&key, made, None)>{label}</button> }
    };
    let made = decide(true, "It was made");
    // What can still take effect is not "not made".
    let not_made = move || settled.get().then(|| decide(false, "It was not made"));
    view! {
        {made}
        {not_made}
    }
    .into_any()
}

/// Whether a person may decide: the books do not tell, or cannot be read.
fn decides(submission: &Submission) -> bool {
    let doubtful = matches!(submission.state, State::Unknown { doubt: Some(_) });
    let unread = matches!(submission.doing, SubmissionActivity::CheckLogAt(_, Some(_)));
    doubtful || unread || submission.doing == SubmissionActivity::NeedsDecision
}

/// Why the books do not tell, and the lines that may be it.
fn doubt(desk: &Desk, submission: &Submission) -> Option<AnyView> {
    let State::Unknown {
        doubt: Some((doubt, lines)),
    } = &submission.state
    else {
        return None;
    };
    let why = match doubt {
        Doubt::Several => "Several lines may be it.",
        Doubt::Unmarked => {
            "One line may be it, but where the books stood before it was sent is not known."
        }
        Doubt::Incomplete => "The books could not be read back to the time before it was sent.",
        Doubt::Unexplained => "No line shows it, and yet your balance has moved by just this much.",
        Doubt::Unclear => {
            "A possible match couldn't be read well enough, or may belong to another transaction."
        }
        Doubt::Declined => {
            "The service declined this request, but the log has a matching entry. It may be a colleague's."
        }
    };
    let elsewhere = submission.doing == SubmissionActivity::Elsewhere;
    let rows = lines
        .iter()
        .map(|line| {
            let (desk, key, id) = (desk.clone(), submission.key.clone(), line.id.clone());
            let choose = (!elsewhere).then(|| {
                let disown = disown(&desk, &key, &id);
                view! {
                    <button type="button" on:click=move |_| desk.decide(&key, true, Some(id.clone()))>
                        "This is it"
                    </button>
                    " "
                    {disown}
                }
            });
            view! { <li>{line_in_words(line, submission.quote.symbol.as_deref())}" "{choose}</li> }
        })
        .collect_view();
    Some(
        view! {
            <Notice tone=Tone::Warning title=why>
                <ul class="candidates">{rows}</ul>
                <p>"Compare time and balances, then say what became of it. Your decision is kept in the journal."</p>
            </Notice>
        }
        .into_any(),
    )
}

/// The button that says that an entry is somebody else's.
pub fn disown(desk: &Desk, key: &IdempotencyKey, id: &str) -> AnyView {
    let (desk, key, id) = (desk.clone(), key.clone(), id.to_owned());
    view! {
        <button type="button" class="disown" on:click=move |_| desk.disown(&key, id.clone())>
            "This is a colleague's"
        </button>
    }
    .into_any()
}

/// A line of the books: number, time, notes and the balances after.
pub fn line_in_words(line: &LedgerEntry, symbol: Option<&str>) -> AnyView {
    let after = |whose: &'static str, value| {
        view! { "; "{whose}" "{figure::figure(value, symbol)}" after" }
    };
    let own = line.own_after.map(|value| after("your balance", value));
    let child = line.child_after.map(|value| after("the child's", value));
    // In elements of their own, so that whatever is written there changes nothing beside it.
    let text = |text: String| view! { <span translate="no">{text}</span> };
    let notes = line
        .notes
        .clone()
        .map(|notes| view! { ", “"{text(notes)}"”" });
    let reference = line.reference.clone().map(|text| {
        view! { " "<span class="reference">{text}</span> }
    });
    let by = line
        .performed_by
        .clone()
        .map(|name| view! { ", by "{text(name)} });
    view! {
        "Line "{text(line.id.clone())}", "{line.written.as_deref().map(moment::moment)}{notes}{by}{own}{child}{reference}
    }
    .into_any()
}
