//! Drafts outlive the page: a reload, a tab that the browser discards, a trip to the gateway's sign-in page and back. They
//! are kept for this tab alone (sessionStorage), with the accounts they belong to; no credential is.

use crate::movement::desk::Desk;
use crate::movement::form::draft::{AllocateDraft, CalculateDraft, RevertDraft, TransferDraft};
use crate::session::Api;
use leptos::prelude::*;
use web_sys::Storage;

/// Where the drafts are kept.
const DRAFTS: &str = "credit-desk.forms";
/// Says that the page was left for the gateway's sign-in page.
const LEFT: &str = "credit-desk.return";

impl Desk {
    /// Keeps the drafts whenever the page goes out of sight: it may be closed, reloaded or discarded without any other sign.
    pub(crate) fn keep_drafts_when_hidden(&self) {
        for event in ["pagehide", "visibilitychange"] {
            let desk = self.clone();
            let hidden = window_event_listener_untyped(event, move |_| desk.keep_drafts());
            on_cleanup(move || hidden.remove());
        }
    }

    fn keep_drafts(&self) {
        let [reseller, organizations] = [Api::Reseller, Api::Organizations]
            .map(|api| self.drafting_account(api).unwrap_or_default());
        let texts = texts((
            self.calculate.get_untracked(),
            self.transfer.get_untracked(),
            self.revert.get_untracked(),
            self.allocate.get_untracked(),
        ));
        let texts: Vec<String> = [reseller, organizations].into_iter().chain(texts).collect();
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&texts)) {
            let _ = storage.set_item(DRAFTS, &text);
        }
    }

    /// Takes the drafts that were kept, once. They stay only if the account they belong to signs in.
    pub(crate) fn take_drafts(&self) {
        let Some(kept) = take(DRAFTS) else { return };
        let mut texts = serde_json::from_str::<Vec<String>>(&kept)
            .unwrap_or_default()
            .into_iter();
        let mut account = || texts.next().filter(|account| !account.is_empty());
        self.drafted_for.set_value([account(), account()]);
        let (calculate, transfer, revert, allocate) = drafts(texts);
        self.calculate.set(calculate);
        self.transfer.set(transfer);
        self.revert.set(revert);
        self.allocate.set(allocate);
    }

    /// Whose drafts of `api` these are, as far as it is known.
    pub(crate) fn drafting_account(&self, api: Api) -> Option<String> {
        self.client.account(api).or_else(|| {
            self.drafted_for
                .with_value(|accounts| accounts[usize::from(api == Api::Organizations)].clone())
        })
    }

    /// Notes that this page is left for the gateway's sign-in page.
    pub fn leave_to_sign_in(&self) {
        self.keep_drafts();
        if let Some(storage) = storage() {
            let _ = storage.set_item(LEFT, "1");
        }
    }
}

/// Whether this page has come back from the gateway's sign-in page. Says so once.
pub(crate) fn has_returned() -> bool {
    take(LEFT).is_some()
}

/// Removes the drafts that are kept for this tab.
pub(crate) fn forget_drafts() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(DRAFTS);
    }
}

fn take(place: &str) -> Option<String> {
    let storage = storage()?;
    let kept = storage.get_item(place).ok().flatten();
    let _ = storage.remove_item(place);
    kept
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

type Drafts = (CalculateDraft, TransferDraft, RevertDraft, AllocateDraft);

/// The fields one after the other, the rows of the metadata last.
fn texts((calculate, transfer, revert, allocate): Drafts) -> Vec<String> {
    let flag = |is_set: bool| if is_set { "1" } else { "" }.to_owned();
    let mut texts = vec![
        flag(calculate.is_revert),
        calculate.minutes,
        calculate.rate,
        calculate.child,
        transfer.child,
        transfer.minutes,
        transfer.rate,
        flag(transfer.rate_is_typed),
        revert.child,
        revert.minutes,
        allocate.organization,
        allocate.credits,
        allocate.description,
    ];
    for (name, value) in allocate.metadata {
        texts.extend([name, value]);
    }
    texts
}

fn drafts(mut texts: std::vec::IntoIter<String>) -> Drafts {
    let mut next = || texts.next().unwrap_or_default();
    let calculate = CalculateDraft {
        is_revert: !next().is_empty(),
        minutes: next(),
        rate: next(),
        child: next(),
    };
    let transfer = TransferDraft {
        child: next(),
        minutes: next(),
        rate: next(),
        rate_is_typed: !next().is_empty(),
    };
    let revert = RevertDraft {
        child: next(),
        minutes: next(),
    };
    let mut allocate = AllocateDraft {
        organization: next(),
        credits: next(),
        description: next(),
        metadata: Vec::new(),
    };
    while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
        allocate.metadata.push((name, value));
    }
    (calculate, transfer, revert, allocate)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn every_field_comes_back() {
        let text = |name: &str| format!("the {name}");
        let row = |number: u8| (format!("name {number}"), String::new());
        let kept = (
            CalculateDraft {
                is_revert: true,
                minutes: text("calculated minutes"),
                rate: text("calculated rate"),
                child: text("calculated child"),
            },
            TransferDraft {
                child: text("child"),
                minutes: text("minutes"),
                rate: text("rate"),
                rate_is_typed: true,
            },
            RevertDraft {
                child: text("other child"),
                minutes: text("other minutes"),
            },
            AllocateDraft {
                organization: text("organization"),
                credits: text("credits"),
                description: text("description"),
                metadata: vec![row(1), row(2)],
            },
        );
        assert_eq!(drafts(texts(kept.clone()).into_iter()), kept);
        let nothing = Default::default();
        assert_eq!(drafts(Vec::new().into_iter()), nothing);
    }
}
