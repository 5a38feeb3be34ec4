//! A trip to the gateway's sign-in page and back: the page is another one then, and what stood in its forms is kept for
//! this tab alone (sessionStorage). No credential is: behind a gateway the portal has none.

use super::desk::Desk;
use super::draft::{AllocateDraft, RevertDraft, TransferDraft};
use leptos::prelude::*;
use web_sys::Storage;

/// Where it is kept.
const PLACE: &str = "credit-desk.return";

type Drafts = (TransferDraft, RevertDraft, AllocateDraft);

impl Desk {
    /// Keeps what stands in the forms until the page is back.
    pub fn keep_for_return(&self) {
        let drafts: Drafts = (
            self.transfer.get_untracked(),
            self.revert.get_untracked(),
            self.allocate.get_untracked(),
        );
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&drafts)) {
            let _ = storage.set_item(PLACE, &text);
        }
    }

    /// Takes what was kept, once. Whether this page is one that has come back.
    pub fn take_after_return(&self) -> bool {
        let Some(storage) = storage() else {
            return false;
        };
        let kept = storage.get_item(PLACE).ok().flatten();
        let _ = storage.remove_item(PLACE);
        let drafts = kept.and_then(|text| serde_json::from_str::<Drafts>(&text).ok());
        let Some((transfer, revert, allocate)) = drafts else {
            return false;
        };
        self.transfer.set(transfer);
        self.revert.set(revert);
        self.allocate.set(allocate);
        true
    }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}
