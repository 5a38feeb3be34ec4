//! The credentials. They are kept in memory only; a reload clears them.

use crate::config::{Config, Credentials};
use crate::routes::RouteApi;
use crate::units::clock::Source;
use leptos::prelude::*;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// One of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// OmniDimension's reseller API (contract §1).
    Reseller,
    /// Layers' partner API (contract §3).
    Organizations,
}

impl From<RouteApi> for Api {
    fn from(api: RouteApi) -> Self {
        match api {
            RouteApi::Reseller => Self::Reseller,
            RouteApi::Organizations => Self::Organizations,
        }
    }
}

impl From<Api> for Source {
    fn from(api: Api) -> Self {
        match api {
            Api::Reseller => Self::Reseller,
            Api::Organizations => Self::Organizations,
        }
    }
}

/// A bearer key. It can only be sent: it implements neither `Debug` nor `Display` nor serialization.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Parses a pasted key, ignoring surrounding whitespace. Returns `None` if a header can't contain it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// Why this isn't, or probably isn't, a key of `api`. Organizations keys have a fixed prefix (contract §4);
    /// reseller keys have none.
    pub fn misplaced(&self, api: Api) -> Option<&'static str> {
        let starts_with = |prefix| self.0.starts_with(prefix);
        match api {
            Api::Reseller if starts_with("lp_live_") || starts_with("lp_test_") => Some(
                "This is an organizations key. Paste it in the organizations field; it wasn't sent.",
            ),
            Api::Organizations if !starts_with("lp_") => Some(
                "Organizations keys start with lp_, so this may be your reseller key. It wasn't sent. Sign in again to send it anyway.",
            ),
            _ => None,
        }
    }

    /// The value of the Authorization header.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// Returns a value that distinguishes this key from others of the same account without revealing it. `salt` is the
    /// account; see [`fingerprint`].
    pub fn fingerprint(&self, salt: &str) -> String {
        fingerprint(&self.0, salt)
    }
}

/// Returns sixteen bits of a salted hash: enough to detect that a credential was replaced, far too little to recover
/// it. The salt is the account, so the same credential always has the same value, and more records reveal nothing new.
fn fingerprint(text: &str, salt: &str) -> String {
    let mut hasher = DefaultHasher::new();
    ("credit-desk", salt, text).hash(&mut hasher);
    format!("{:04x}", hasher.finish() & 0xffff)
}

/// A key that its service has accepted, and its account.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The key.
    pub secret: Secret,
    /// The account's id from the service. Not secret.
    pub account: Option<String>,
}

/// A credential of the session. It loses its key when the page is locked.
#[derive(Clone)]
struct StoredCredential {
    secret: Option<Secret>,
    account: Option<String>,
    /// The service's id of the key, if it returns one. This is all that is known about a gateway's key.
    key_id: Option<String>,
}

/// The credentials of both APIs, and whether the page is locked.
#[derive(Clone)]
pub struct Session {
    has_typed_keys: bool,
    /// Whether the deployment has the reseller API and the organizations API.
    offered: (bool, bool),
    reseller: ArcRwSignal<Option<StoredCredential>>,
    organizations: ArcRwSignal<Option<StoredCredential>>,
    /// Whether the page is locked, or the gateway's session has ended.
    locked: ArcRwSignal<bool>,
}

impl Session {
    /// Returns a session without credentials. Behind a gateway, the user is already signed in.
    pub fn new(config: &Config) -> Self {
        Self {
            has_typed_keys: config.credentials == Credentials::Typed,
            offered: (
                config.reseller_api.is_some(),
                config.organizations_api.is_some(),
            ),
            reseller: ArcRwSignal::new(None),
            organizations: ArcRwSignal::new(None),
            locked: ArcRwSignal::new(false),
        }
    }

    fn slot(&self, api: Api) -> &ArcRwSignal<Option<StoredCredential>> {
        match api {
            Api::Reseller => &self.reseller,
            Api::Organizations => &self.organizations,
        }
    }

    /// The key for `api`, unless the gateway adds it. A locked page keeps it only as long as a movement in progress
    /// needs it.
    pub(crate) fn secret(&self, api: Api) -> Option<Secret> {
        let credential = self
            .slot(api)
            .get_untracked()
            .filter(|_| self.has_typed_keys())?;
        credential.secret
    }

    /// The account of the key for `api`, even on a locked page. Behind a gateway, it is the organization that the
    /// service last reported.
    pub fn account(&self, api: Api) -> Option<String> {
        self.slot(api)
            .with_untracked(|slot| slot.as_ref()?.account.clone())
    }

    /// Like [`Self::account`], but tracked.
    pub fn tracked_account(&self, api: Api) -> Option<String> {
        self.slot(api).with(|slot| slot.as_ref()?.account.clone())
    }

    /// Returns a value that distinguishes one credential of an account from another without revealing it; see
    /// [`fingerprint`]. `None` if the key isn't known here, as with most keys behind a gateway.
    pub fn credential_fingerprint(&self, api: Api) -> Option<String> {
        self.slot(api).with_untracked(|slot| {
            let credential = slot.as_ref()?;
            let salt = credential.account.as_deref()?;
            match (&credential.secret, &credential.key_id) {
                (Some(secret), _) => Some(secret.fingerprint(salt)),
                (None, Some(id)) if !self.has_typed_keys => Some(fingerprint(id, salt)),
                _ => None,
            }
        })
    }

    /// Behind a gateway, records the account that a service reports for its key, and the key's id if it reports one.
    pub(crate) fn set_gateway_account(
        &self,
        api: Api,
        account: Option<String>,
        key_id: Option<String>,
    ) {
        if self.has_typed_keys {
            return;
        }
        let is_unchanged = self.slot(api).with_untracked(|slot| {
            slot.as_ref().is_some_and(|credential| {
                credential.account == account && credential.key_id == key_id
            })
        });
        if !is_unchanged {
            self.slot(api).set(Some(StoredCredential {
                secret: None,
                account,
                key_id,
            }));
        }
    }

    /// Whether the screens of `api` can be used. Tracked.
    pub fn has_access_to(&self, api: Api) -> bool {
        if self.locked.get() || !self.offers(api) {
            return false;
        }
        if !self.has_typed_keys {
            return true;
        }
        let has_key = |credential: &StoredCredential| credential.secret.is_some();
        self.slot(api)
            .with(|slot| slot.as_ref().is_some_and(has_key))
    }

    /// Whether this deployment has a service for `api`.
    pub fn offers(&self, api: Api) -> bool {
        match api {
            Api::Reseller => self.offered.0,
            Api::Organizations => self.offered.1,
        }
    }

    /// Whether the page is locked, or the gateway's session has ended. Tracked.
    pub fn is_locked(&self) -> bool {
        self.locked.get()
    }

    /// Locks the page: hides everything, but keeps the accounts. [`Self::drop_keys`] drops the keys.
    pub fn lock(&self) {
        if !self.locked.get_untracked() {
            self.locked.set(true);
        }
    }

    /// Drops the keys of a locked page.
    pub fn drop_keys(&self) {
        if self.locked.get_untracked() {
            for slot in [&self.reseller, &self.organizations] {
                slot.update(|slot| {
                    if let Some(credential) = slot {
                        credential.secret = None;
                    }
                });
            }
        }
    }

    /// Unlocks the page after a sign-in at the gateway, once the services have reported the accounts of its keys.
    pub fn reopen(&self) {
        self.locked.set(false);
    }

    /// Whether a key of `account` shows that the user who locked the page is back.
    pub fn unlocks(&self, api: Api, account: Option<&str>) -> bool {
        account.is_some() && self.account(api).as_deref() == account
    }

    /// Whether any screen can be used. Tracked.
    pub fn signed_in(&self) -> bool {
        self.has_access_to(Api::Reseller) || self.has_access_to(Api::Organizations)
    }

    /// Whether users type their keys here. Otherwise a gateway adds them.
    pub fn has_typed_keys(&self) -> bool {
        self.has_typed_keys
    }

    /// Adds a key that its service has accepted. This unlocks a locked page, with this key only.
    pub fn add(&self, api: Api, credential: Credential) {
        self.drop_keys();
        let Credential { secret, account } = credential;
        self.slot(api).set(Some(StoredCredential {
            secret: Some(secret),
            account,
            key_id: None,
        }));
        self.locked.set(false);
    }

    /// Clears the credentials. Behind a gateway, the page is locked instead.
    pub fn sign_out(&self) {
        if !self.has_typed_keys {
            self.lock();
            return;
        }
        // Several tabs may report the same sign-out. The screen must not be rebuilt each time, because the user may be
        // typing a key.
        for slot in [&self.reseller, &self.organizations] {
            if slot.with_untracked(Option::is_some) {
                slot.set(None);
            }
        }
        if self.locked.get_untracked() {
            self.locked.set(false);
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn credential(key: &str, account: &str) -> Credential {
        Credential {
            secret: Secret::parse(key).unwrap(),
            account: Some(account.to_owned()),
        }
    }

    #[test]
    fn a_locked_page_drops_its_keys_but_keeps_the_accounts() {
        let config = Config::read(include_str!("../public/config.json")).unwrap();
        let session = Session::new(&config);
        let has_access_to = |api| untrack(|| session.has_access_to(api));
        let has_key = |api| session.secret(api).is_some();
        session.add(Api::Reseller, credential("one", "5678"));
        session.add(Api::Organizations, credential("two", "org_1"));
        session.drop_keys();
        assert!(has_key(Api::Reseller), "the page isn't locked");
        session.lock();
        assert!(!has_access_to(Api::Reseller) && !has_access_to(Api::Organizations));
        assert!(has_key(Api::Reseller), "for movements in progress");
        session.drop_keys();
        assert!(!has_key(Api::Reseller) && !has_key(Api::Organizations));
        assert!(session.unlocks(Api::Reseller, Some("5678")));
        assert!(!session.unlocks(Api::Reseller, Some("7001")));
        assert!(!session.unlocks(Api::Reseller, None));

        // A key that was kept for a movement doesn't come back with the other service's key.
        session.add(Api::Organizations, credential("two", "org_1"));
        session.lock();
        session.add(Api::Reseller, credential("one", "5678"));
        assert!(has_access_to(Api::Reseller) && !has_access_to(Api::Organizations));
        session.sign_out();
        assert!(!has_access_to(Api::Reseller) && session.account(Api::Reseller).is_none());
    }

    #[test]
    fn a_key_of_the_other_api_is_detected() {
        let misplaced = |key: &str, api| Secret::parse(key).unwrap().misplaced(api).is_some();
        let organizations = "lp_live_0123456789abcdef_secret";
        assert!(misplaced(organizations, Api::Reseller));
        assert!(misplaced(" lp_test_demo ", Api::Reseller));
        assert!(!misplaced(organizations, Api::Organizations));
        assert!(!misplaced("lp_future", Api::Organizations));
        assert!(!misplaced("demo-reseller-key", Api::Reseller));
        assert!(misplaced("demo-reseller-key", Api::Organizations));
    }

    #[test]
    fn fingerprints_are_short_and_distinguish_credentials() {
        let config = Config::read(include_str!("../public/config.json")).unwrap();
        let session = Session::new(&config);
        let fingerprint = |key: &str, account: &str| {
            session.add(Api::Reseller, credential(key, account));
            session.credential_fingerprint(Api::Reseller).unwrap()
        };
        let first = fingerprint("first-key", "5678");
        assert_eq!(first.len(), 4);
        assert_eq!(first, fingerprint("first-key", "5678"));
        assert_ne!(first, fingerprint("second-key", "5678"));
        assert_ne!(
            first,
            fingerprint("first-key", "7001"),
            "salted with the account"
        );
    }

    #[test]
    fn a_gateways_account_comes_from_the_service() {
        let text = include_str!("../public/config.json").replace("typed", "gateway");
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value.as_object_mut().unwrap().remove("lock_after_minutes");
        let session = Session::new(&Config::read(&value.to_string()).unwrap());
        assert_eq!(session.account(Api::Organizations), None);
        session.set_gateway_account(
            Api::Organizations,
            Some("org_1".into()),
            Some("key_1".into()),
        );
        let first = session.credential_fingerprint(Api::Organizations);
        assert!(first.is_some());
        session.set_gateway_account(
            Api::Organizations,
            Some("org_1".into()),
            Some("key_2".into()),
        );
        assert_ne!(session.credential_fingerprint(Api::Organizations), first);
        session.set_gateway_account(Api::Reseller, Some("5678".into()), None);
        assert_eq!(session.credential_fingerprint(Api::Reseller), None);
        session.sign_out();
        assert!(untrack(|| !session.has_access_to(Api::Reseller)));
        session.reopen();
        assert!(untrack(|| session.has_access_to(Api::Reseller)));
    }

    #[test]
    fn only_text_that_fits_in_a_header_is_a_key() {
        assert!(
            Secret::parse("  lp_test_demo\n")
                .is_some_and(|key| key.bearer() == "Bearer lp_test_demo")
        );
        for text in ["", "   ", "two words", "schlüssel", "a\u{0}b", "→"] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }
}
