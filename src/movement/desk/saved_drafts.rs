//! Saves drafts across a reload, a tab that the browser discards, and a visit to the gateway's sign-in page. They are
//! stored for this tab only (sessionStorage), with the accounts they belong to. Credentials are never stored.

use crate::movement::desk::Desk;
use crate::movement::form::draft::{AllocateDraft, CalculateDraft, RevertDraft, TransferDraft};
use crate::session::Api;
use leptos::prelude::*;
use web_sys::Storage;

/// The storage key of the drafts.
const DRAFTS: &str = "credit-desk.forms";
/// The storage key that marks that the user went to the gateway's sign-in page.
const LEFT_TO_SIGN_IN: &str = "credit-desk.return";

impl Desk {
    /// Saves the drafts whenever the page is hidden: it may be closed, reloaded or discarded without any other event.
    pub(crate) fn save_drafts_when_hidden(&self) {
        for event in ["pagehide", "visibilitychange"] {
            let desk = self.clone();
            let listener = window_event_listener_untyped(event, move |_| desk.save_drafts());
            on_cleanup(move || listener.remove());
        }
    }

    fn save_drafts(&self) {
        let [reseller, organizations] = [Api::Reseller, Api::Organizations]
            .map(|api| self.drafting_account(api).unwrap_or_default());
        let fields = to_fields((
            self.calculate.get_untracked(),
            self.transfer.get_untracked(),
            self.revert.get_untracked(),
            self.allocate.get_untracked(),
        ));
        let values: Vec<String> = [reseller, organizations]
            .into_iter()
            .chain(fields)
            .collect();
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&values)) {
            let _ = storage.set_item(DRAFTS, &text);
        }
    }

    /// Restores the saved drafts, once. They are cleared if a different account signs in.
    pub(crate) fn restore_drafts(&self) {
        let Some(stored) = take(DRAFTS) else { return };
        let mut values = serde_json::from_str::<Vec<String>>(&stored)
            .unwrap_or_default()
            .into_iter();
        let mut account = || values.next().filter(|account| !account.is_empty());
        self.draft_accounts.set_value([account(), account()]);
        let (calculate, transfer, revert, allocate) = from_fields(values);
        self.calculate.set(calculate);
        self.transfer.set(transfer);
        self.revert.set(revert);
        self.allocate.set(allocate);
    }

    /// The account that the drafts of `api` belong to, if it is known.
    pub(crate) fn drafting_account(&self, api: Api) -> Option<String> {
        self.client.account(api).or_else(|| {
            self.draft_accounts
                .with_value(|accounts| accounts[usize::from(api == Api::Organizations)].clone())
        })
    }

    /// Saves the drafts, and notes that the user goes to the gateway's sign-in page.
    pub fn leave_to_sign_in(&self) {
        self.save_drafts();
        if let Some(storage) = storage() {
            let _ = storage.set_item(LEFT_TO_SIGN_IN, "1");
        }
    }
}

/// Whether the user came back from the gateway's sign-in page. True only once.
pub(crate) fn has_returned() -> bool {
    take(LEFT_TO_SIGN_IN).is_some()
}

/// Deletes the saved drafts of this tab.
pub(crate) fn forget_drafts() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(DRAFTS);
    }
}

/// Reads and removes a stored value.
fn take(key: &str) -> Option<String> {
    let storage = storage()?;
    let value = storage.get_item(key).ok().flatten();
    let _ = storage.remove_item(key);
    value
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

type Drafts = (CalculateDraft, TransferDraft, RevertDraft, AllocateDraft);

/// Flattens the drafts into a list of fields, with the metadata rows at the end.
fn to_fields((calculate, transfer, revert, allocate): Drafts) -> Vec<String> {
    let flag = |is_set: bool| if is_set { "1" } else { "" }.to_owned();
    let mut fields = vec![
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
        fields.extend([name, value]);
    }
    fields
}

/// Restores the drafts from the fields of [`to_fields`]. Missing fields are empty.
fn from_fields(mut fields: std::vec::IntoIter<String>) -> Drafts {
    let mut next = || fields.next().unwrap_or_default();
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
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        allocate.metadata.push((name, value));
    }
    (calculate, transfer, revert, allocate)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_restored() {
        let text = |name: &str| format!("the {name}");
        let row = |number: u8| (format!("name {number}"), String::new());
        let drafts = (
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
        assert_eq!(from_fields(to_fields(drafts.clone()).into_iter()), drafts);
        assert_eq!(from_fields(Vec::new().into_iter()), Drafts::default());
    }
}
