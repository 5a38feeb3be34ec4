//! A trip to the gateway's sign-in page and back: the page is another one then, and what stood in its forms is kept for
//! this tab alone (sessionStorage). No credential is: behind a gateway the portal has none.

use super::desk::Desk;
use super::draft::{AllocateDraft, RevertDraft, TransferDraft};
use leptos::prelude::*;
use web_sys::Storage;

/// Where it is kept.
const PLACE: &str = "credit-desk.return";

impl Desk {
    /// Keeps what stands in the forms until the page is back.
    pub fn keep_for_return(&self) {
        let texts = texts(
            self.transfer.get_untracked(),
            self.revert.get_untracked(),
            self.allocate.get_untracked(),
        );
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&texts)) {
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
        let texts = kept.and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok());
        let Some(texts) = texts else {
            return false;
        };
        let (transfer, revert, allocate) = drafts(texts);
        self.transfer.set(transfer);
        self.revert.set(revert);
        self.allocate.set(allocate);
        true
    }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// The fields one after the other, the rows of the metadata last.
fn texts(transfer: TransferDraft, revert: RevertDraft, allocate: AllocateDraft) -> Vec<String> {
    let typed = if transfer.rate_is_typed { "typed" } else { "" };
    let mut texts = vec![
        transfer.child,
        transfer.minutes,
        transfer.rate,
        typed.to_owned(),
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

fn drafts(texts: Vec<String>) -> (TransferDraft, RevertDraft, AllocateDraft) {
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
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
    (transfer, revert, allocate)
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
        let (transfer, revert, allocate) = kept.clone();
        assert_eq!(drafts(texts(transfer, revert, allocate)), kept);
        let nothing = Default::default();
        assert_eq!(drafts(Vec::new()), nothing);
    }
}
