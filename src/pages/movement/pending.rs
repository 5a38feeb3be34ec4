//! A submission that was sent and isn't settled yet.

use crate::browser::clock::{steady, wall_at};
use crate::client::Operation;
use crate::config::Credentials;
use crate::movement::desk::Desk;
use crate::movement::reconcile::{Doubt, LedgerEntry};
use crate::movement::submission::{State, Submission, SubmissionActivity};
use crate::pages::movement::review::no_journal_warning;
use crate::pages::movement::words;
use crate::pages::shared::error_message;
use crate::ui::heading::PartHeading;
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone, Waiting};
use crate::ui::{figure, moment};
use crate::units::IdempotencyKey;
use leptos::prelude::*;
use std::time::Duration;

/// Renders a submission in flight.
pub fn sending(submission: Signal<Submission>) -> AnyView {
    let initial = submission.get_untracked();
    view! {
        <section
            class="sending"
            data-key=initial.key.to_string()
            data-state=move || submission.with(|current| current.state.name())
        >
            <PartHeading title="Sending" />
            <Waiting what=words::imperative(&initial.movement) />
            {move || {
                submission
                    .with(|current| {
                        matches!(current.state, State::Checking(_))
                            .then(|| view! { <p role="status">"It "{words::activity(current)}"."</p> })
                    })
            }}
            <p>"You can leave this page. If you close it, we'll resume next time."</p>
        </section>
    }
    .into_any()
}

/// Renders a submission without a definite answer: what is being done about it, and what the user can do.
pub fn unknown(desk: &Desk, submission: Signal<Submission>) -> AnyView {
    let initial = submission.get_untracked();
    let key = initial.key.clone();
    let needs_key = move || {
        submission.with(|current| current.state == State::KeyNeeded && !current.is_doubtful())
    };
    let heading = if needs_key() {
        "Waiting for API key"
    } else {
        "Status unknown"
    };
    let failure = move || submission.with(failure_notice);
    let doing = move || submission.with(words::activity);
    let title = words::imperative(&initial.movement);
    let settle_notice = {
        let desk = desk.clone();
        move || {
            submission.with(|current| {
                let shows_deadline = current.is_doubtful()
                    && matches!(current.activity, SubmissionActivity::CheckLogAt(..) | SubmissionActivity::NeedsDecision)
                    && !desk.is_settled(current);
                shows_deadline.then(|| {
                    let settled = settled(&desk, current);
                    let until = moment::time(wall_at(desk.settled_at(current)));
                    move || (!settled.get()).then(|| {
                        view! { <p>"It could still go through until "{until.clone()}". We'll confirm after that."</p> }
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
        move || submission.with(|current| doubt(&desk, current))
    };
    let journal = no_journal_warning(desk);
    view! {
        <section
            class="unknown"
            data-key=key.to_string()
            data-state=move || submission.with(|current| current.state.name())
        >
            <PartHeading title=heading />
            <p class="act">{title.clone()}</p>
            <p>"Confirmed at "{moment::at(initial.confirmed)}"."</p>
            {failure}
            <p class="doing" role="status">{title}" "{doing}"."</p>
            {settle_notice}
            {candidates}
            {journal}
            {buttons}
            <p class="reference">"Idempotency key "{key.to_string()}</p>
        </section>
    }
    .into_any()
}

/// Renders how the latest attempt failed.
fn failure_notice(submission: &Submission) -> Option<AnyView> {
    let failure = submission.failure()?;
    // The latest response says nothing about the attempts before it.
    let doubted = submission.attempts.last().is_some_and(|last| last.doubted);
    let operation = if doubted || (submission.attempts.len() > 1 && submission.is_doubtful()) {
        Operation::Resend
    } else {
        Operation::Move
    };
    Some(error_message::failure(failure, operation))
}

fn buttons(desk: &Desk, submission: &Submission) -> AnyView {
    if submission.activity == SubmissionActivity::Elsewhere {
        return view! { <p>"Another tab is handling this."</p> }.into_any();
    }
    if matches!(
        submission.activity,
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
        // Behind a gateway, there is no key to enter.
        let resume_control = if desk.config().credentials == Credentials::Gateway {
            let (desk, key) = (desk.clone(), submission.key.clone());
            view! { <button type="button" class="primary" on:click=move |_| desk.retry_now(&key)>"Try again"</button> }
                .into_any()
        } else {
            view! { <Link href="/keys">"Add API key"</Link> }.into_any()
        };
        return view! {
            <p>"It will then resume automatically."</p>
            <div class="actions">
                {resume_control}
                {give_up}
            </div>
        }
        .into_any();
    }
    let (retrying, key) = (desk.clone(), submission.key.clone());
    let (label, reason) = match desk.resend_blocker(submission) {
        None => ("Retry now", "Safe to retry: it can't be applied twice."),
        Some(reason) => ("Check again", reason),
    };
    let can_decide = can_decide(submission) || desk.is_settled(submission);
    let decide = can_decide.then(|| decision_buttons(desk, submission));
    view! {
        <p>{reason}</p>
        <div class="actions">
            <button type="button" class="primary" on:click=move |_| retrying.retry_now(&key)>{label}</button>
            {decide}
        </div>
    }
    .into_any()
}

/// Whether nothing that was sent can still take effect. Becomes true once the time has passed.
fn settled(desk: &Desk, submission: &Submission) -> RwSignal<bool> {
    let settled = RwSignal::new(desk.is_settled(submission));
    if !settled.get_untracked() {
        let wait = desk.settled_at(submission).since(steady()).max(0) + 100;
        let set_settled = move || {
            settled.try_set(true);
        };
        set_timeout(set_settled, Duration::from_millis(wait.unsigned_abs()));
    }
    settled
}

/// Renders the buttons that let the user decide the outcome.
pub fn decision_buttons(desk: &Desk, submission: &Submission) -> AnyView {
    let settled = settled(desk, submission);
    let (desk, key) = (desk.clone(), submission.key.clone());
    let decide = move |made: bool, label: &'static str| {
        let (desk, key) = (desk.clone(), key.clone());
        view! { <button type="button" on:click=move |_| desk.decide(&key, made, None)>{label}</button> }
    };
    let made = decide(true, "Mark as completed");
    // Offer "not completed" only once nothing that was sent can still take effect.
    let not_made = move || {
        settled
            .get()
            .then(|| decide(false, "Mark as not completed"))
    };
    view! {
        {made}
        {not_made}
    }
    .into_any()
}

/// Whether a user may decide the outcome: the log is inconclusive or can't be loaded.
fn can_decide(submission: &Submission) -> bool {
    let doubtful = matches!(submission.state, State::Unknown { doubt: Some(_) });
    let unread = matches!(
        submission.activity,
        SubmissionActivity::CheckLogAt(_, Some(_))
    );
    doubtful || unread || submission.activity == SubmissionActivity::NeedsDecision
}

/// Renders why the log is inconclusive, and the entries that may match.
fn doubt(desk: &Desk, submission: &Submission) -> Option<AnyView> {
    let State::Unknown {
        doubt: Some((doubt, lines)),
    } = &submission.state
    else {
        return None;
    };
    let why = match doubt {
        Doubt::Several => "Several log entries could match.",
        Doubt::NoWatermark => "One entry could match, but we can't be sure.",
        Doubt::Incomplete => "The log couldn't be loaded far enough back.",
        Doubt::Unexplained => "No matching entry, but your balance changed by exactly this amount.",
        Doubt::Unclear => {
            "A possible match couldn't be read, or may belong to another transaction."
        }
        Doubt::Declined => {
            "The service declined this request, but the log has a matching entry. It may be a colleague's."
        }
    };
    let elsewhere = submission.activity == SubmissionActivity::Elsewhere;
    let rows = lines
        .iter()
        .map(|entry| {
            let (desk, key, id) = (desk.clone(), submission.key.clone(), entry.id.clone());
            let choose = (!elsewhere).then(|| {
                let disown = disown_button(&desk, &key, &id);
                view! {
                    <button type="button" on:click=move |_| desk.decide(&key, true, Some(id.clone()))>
                        "This one"
                    </button>
                    " "
                    {disown}
                }
            });
            view! { <li>{entry_summary(entry, submission.quote.symbol.as_deref())}" "{choose}</li> }
        })
        .collect_view();
    Some(
        view! {
            <Notice tone=Tone::Warning title=why>
                <ul class="candidates">{rows}</ul>
                <p>"Compare time and balances, then choose. We'll keep a record."</p>
            </Notice>
        }
        .into_any(),
    )
}

/// Renders the button that marks an entry as another user's.
pub fn disown_button(desk: &Desk, key: &IdempotencyKey, id: &str) -> AnyView {
    let (desk, key, id) = (desk.clone(), key.clone(), id.to_owned());
    view! {
        <button type="button" class="disown" on:click=move |_| desk.disown(&key, id.clone())>
            "This is a colleague's"
        </button>
    }
    .into_any()
}

/// Renders a log entry: its id, time, notes and the balances after it.
pub fn entry_summary(entry: &LedgerEntry, symbol: Option<&str>) -> AnyView {
    let after = |whose: &'static str, value| {
        view! { "; "{whose}" "{figure::figure(value, symbol)}" after" }
    };
    let own = entry.own_after.map(|value| after("your balance", value));
    let child = entry.child_after.map(|value| after("the client's", value));
    // In separate elements, so that their content can't affect the text around them.
    let text = |text: String| view! { <span translate="no">{text}</span> };
    let notes = entry
        .notes
        .clone()
        .map(|notes| view! { ", “"{text(notes)}"”" });
    let reference = entry.reference.clone().map(|text| {
        view! { " "<span class="reference">{text}</span> }
    });
    let performer = entry
        .performed_by
        .clone()
        .map(|name| view! { ", by "{text(name)} });
    view! {
        "Entry "{text(entry.id.clone())}", "{entry.written.as_deref().map(moment::moment)}{notes}{performer}{own}{child}{reference}
    }
    .into_any()
}
