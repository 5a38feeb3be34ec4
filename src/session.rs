//! The credentials: in memory, and nowhere else. A reload forgets them.

use crate::config::{Config, Credentials};
use leptos::prelude::*;

/// Which of the two backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// OmniDimension's reseller API (contract §1).
    Reseller,
    /// Layers' partner API (contract §3).
    Organizations,
}

/// A bearer key. It can be sent and nothing else: it has no `Debug`, no `Display` and no serialisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a pasted key, without the blanks around it. What no header can carry is no key.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The value of the Authorization header.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

/// A key that its backend has accepted, and whose it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The key.
    pub secret: Secret,
    /// The account's id, as the backend names it. No secret.
    pub account: Option<String>,
}

/// Who is signed in where.
#[derive(Clone)]
pub struct Session {
    is_typed: bool,
    /// Of the reseller API and the organizations API.
    offered: (bool, bool),
    reseller: ArcRwSignal<Option<Credential>>,
    organizations: ArcRwSignal<Option<Credential>>,
}

impl Session {
    /// Nobody yet, or, behind a gateway, whoever the gateway let through.
    pub fn new(config: &Config) -> Self {
        Self {
            is_typed: config.credentials == Credentials::Typed,
            offered: (
                config.reseller_api.is_some(),
                config.organizations_api.is_some(),
            ),
            reseller: ArcRwSignal::new(None),
            organizations: ArcRwSignal::new(None),
        }
    }

    fn slot(&self, api: Api) -> &ArcRwSignal<Option<Credential>> {
        match api {
            Api::Reseller => &self.reseller,
            Api::Organizations => &self.organizations,
        }
    }

    /// The key for `api`, unless the gateway adds it.
    pub(crate) fn secret(&self, api: Api) -> Option<Secret> {
        let credential = self.slot(api).get_untracked().filter(|_| self.is_typed())?;
        Some(credential.secret)
    }

    /// Whose key it is. Behind a gateway that is the gateway's affair.
    pub fn account(&self, api: Api) -> Option<String> {
        self.slot(api).with_untracked(|slot| {
            slot.as_ref()
                .and_then(|credential| credential.account.clone())
        })
    }

    /// Whether the screens of `api` can be used. Tracked.
    pub fn may(&self, api: Api) -> bool {
        if self.is_typed {
            self.slot(api).with(Option::is_some)
        } else {
            self.offers(api)
        }
    }

    /// Whether this deployment has a backend for `api`.
    pub fn offers(&self, api: Api) -> bool {
        match api {
            Api::Reseller => self.offered.0,
            Api::Organizations => self.offered.1,
        }
    }

    /// Whether any screen can be used. Tracked.
    pub fn signed_in(&self) -> bool {
        self.may(Api::Reseller) || self.may(Api::Organizations)
    }

    /// Whether keys are typed here, so that there is something to sign out of.
    pub fn is_typed(&self) -> bool {
        self.is_typed
    }

    /// Takes a key that its backend has accepted.
    pub fn add(&self, api: Api, credential: Credential) {
        self.slot(api).set(Some(credential));
    }

    /// Forgets the keys.
    pub fn sign_out(&self) {
        self.reseller.set(None);
        self.organizations.set(None);
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_header_can_carry_is_a_key() {
        assert!(
            Secret::parse("  lp_test_demo\n")
                .is_some_and(|key| key.bearer() == "Bearer lp_test_demo")
        );
        for text in ["", "   ", "two words", "schlüssel", "a\u{0}b", "→"] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }
}
