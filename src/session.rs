//! The credentials: in memory, and nowhere else. A reload forgets them.

use crate::config::{Config, Credentials};
use crate::units::clock::Source;
use leptos::prelude::*;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Which of the two backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// OmniDimension's reseller API (contract §1).
    Reseller,
    /// Layers' partner API (contract §3).
    Organizations,
}

impl From<Api> for Source {
    fn from(api: Api) -> Self {
        match api {
            Api::Reseller => Self::Reseller,
            Api::Organizations => Self::Organizations,
        }
    }
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

    /// Why this cannot be, or hardly is, a key of `api`. Organizations keys have a form of their own (contract §4); those
    /// of the reseller API have none.
    pub fn misplaced(&self, api: Api) -> Option<&'static str> {
        let starts = |start| self.0.starts_with(start);
        match api {
            Api::Reseller if starts("lp_live_") || starts("lp_test_") => Some(
                "This is an organizations key. Paste it in the organizations field; it wasn't sent.",
            ),
            Api::Organizations if !starts("lp_") => Some(
                "Organizations keys start with lp_, so this may be your reseller key. It wasn't sent. Sign in again to send it anyway.",
            ),
            _ => None,
        }
    }

    /// The value of the Authorization header.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// Tells this key from another one of the account `salt`, and says nothing else about it; see [`fingerprint`].
    pub fn fingerprint(&self, salt: &str) -> String {
        fingerprint(&self.0, salt)
    }
}

/// Sixteen bits of a salted hash: enough to notice that a credential was replaced, far too little to recover it.
/// The salt is the account, so the same credential always gives the same value and further records reveal no more.
fn fingerprint(text: &str, salt: &str) -> String {
    let mut hasher = DefaultHasher::new();
    ("credit-desk", salt, text).hash(&mut hasher);
    format!("{:04x}", hasher.finish() & 0xffff)
}

/// A key that its backend has accepted, and whose it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The key.
    pub secret: Secret,
    /// The account's id, as the backend names it. No secret.
    pub account: Option<String>,
}

/// What is held of a credential: without its key once the page has been locked.
#[derive(Clone)]
struct Held {
    secret: Option<Secret>,
    account: Option<String>,
    /// What the service calls the key, where it says so: all that is known of a gateway's key.
    key_id: Option<String>,
}

/// Who is signed in where.
#[derive(Clone)]
pub struct Session {
    is_typed: bool,
    /// Of the reseller API and the organizations API.
    offered: (bool, bool),
    reseller: ArcRwSignal<Option<Held>>,
    organizations: ArcRwSignal<Option<Held>>,
    /// Whether the page is locked, or the gateway lets nobody through.
    locked: ArcRwSignal<bool>,
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
            locked: ArcRwSignal::new(false),
        }
    }

    fn slot(&self, api: Api) -> &ArcRwSignal<Option<Held>> {
        match api {
            Api::Reseller => &self.reseller,
            Api::Organizations => &self.organizations,
        }
    }

    /// The key for `api`, unless the gateway adds it. A locked page has one only as long as a movement that was under
    /// way needs it.
    pub(crate) fn secret(&self, api: Api) -> Option<Secret> {
        let held = self.slot(api).get_untracked().filter(|_| self.is_typed())?;
        held.secret
    }

    /// Whose key it is, or was before the page was locked. Behind a gateway it is the organization that the service
    /// named last.
    pub fn account(&self, api: Api) -> Option<String> {
        self.slot(api)
            .with_untracked(|slot| slot.as_ref().and_then(|held| held.account.clone()))
    }

    /// The same, tracked.
    pub fn tracked_account(&self, api: Api) -> Option<String> {
        self.slot(api)
            .with(|slot| slot.as_ref().and_then(|held| held.account.clone()))
    }

    /// Tells one credential of an account from another, and says nothing else about it; see [`fingerprint`]. `None`
    /// where the key is not known here, as with most keys behind a gateway.
    pub fn credential_fingerprint(&self, api: Api) -> Option<String> {
        self.slot(api).with_untracked(|slot| {
            let held = slot.as_ref()?;
            let salt = held.account.as_deref()?;
            match (&held.secret, &held.key_id) {
                (Some(secret), _) => Some(secret.fingerprint(salt)),
                (None, Some(id)) if !self.is_typed => Some(fingerprint(id, salt)),
                _ => None,
            }
        })
    }

    /// Behind a gateway, a service has said which account its key belongs to, and perhaps which key it is.
    pub(crate) fn learn(&self, api: Api, account: Option<String>, key_id: Option<String>) {
        if self.is_typed {
            return;
        }
        let is_known = self.slot(api).with_untracked(|slot| {
            slot.as_ref()
                .is_some_and(|held| held.account == account && held.key_id == key_id)
        });
        if !is_known {
            self.slot(api).set(Some(Held {
                secret: None,
                account,
                key_id,
            }));
        }
    }

    /// Whether the screens of `api` can be used. Tracked.
    pub fn may(&self, api: Api) -> bool {
        if self.locked.get() || !self.offers(api) {
            return false;
        }
        if !self.is_typed {
            return true;
        }
        let has_key = |held: &Held| held.secret.is_some();
        self.slot(api)
            .with(|slot| slot.as_ref().is_some_and(has_key))
    }

    /// Whether this deployment has a backend for `api`.
    pub fn offers(&self, api: Api) -> bool {
        match api {
            Api::Reseller => self.offered.0,
            Api::Organizations => self.offered.1,
        }
    }

    /// Whether the page is locked, or the gateway lets nobody through. Tracked.
    pub fn is_locked(&self) -> bool {
        self.locked.get()
    }

    /// Hides everything, and remembers whose it is. The keys are forgotten by [`Self::drop_keys`].
    pub fn lock(&self) {
        if !self.locked.get_untracked() {
            self.locked.set(true);
        }
    }

    /// Forgets the keys of a locked page.
    pub fn drop_keys(&self) {
        if self.locked.get_untracked() {
            for slot in [&self.reseller, &self.organizations] {
                slot.update(|slot| {
                    if let Some(held) = slot {
                        held.secret = None;
                    }
                });
            }
        }
    }

    /// The gateway lets somebody through again, and the services have said whose keys it uses now.
    pub fn reopen(&self) {
        self.locked.set(false);
    }

    /// Whether a key of `account` shows that whoever locked the page is back.
    pub fn unlocks(&self, api: Api, account: Option<&str>) -> bool {
        account.is_some() && self.account(api).as_deref() == account
    }

    /// Whether any screen can be used. Tracked.
    pub fn signed_in(&self) -> bool {
        self.may(Api::Reseller) || self.may(Api::Organizations)
    }

    /// Whether keys are typed here, so that there is something to sign out of.
    pub fn is_typed(&self) -> bool {
        self.is_typed
    }

    /// Takes a key that its backend has accepted. A locked page is open again, with this key alone.
    pub fn add(&self, api: Api, credential: Credential) {
        self.drop_keys();
        let Credential { secret, account } = credential;
        self.slot(api).set(Some(Held {
            secret: Some(secret),
            account,
            key_id: None,
        }));
        self.locked.set(false);
    }

    /// Forgets the keys. Behind a gateway there are none: everything is hidden, as on a locked page.
    pub fn sign_out(&self) {
        if !self.is_typed {
            self.lock();
            return;
        }
        // Several tabs may say the same; the screen must not be built again for it while somebody types a key.
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
    fn a_locked_page_has_no_key_and_knows_whose_it_is() {
        let config = Config::read(include_str!("../public/config.json")).unwrap();
        let session = Session::new(&config);
        let may = |api| untrack(|| session.may(api));
        let has_key = |api| session.secret(api).is_some();
        session.add(Api::Reseller, credential("one", "5678"));
        session.add(Api::Organizations, credential("two", "org_1"));
        session.drop_keys();
        assert!(has_key(Api::Reseller), "it is not locked");
        session.lock();
        assert!(!may(Api::Reseller) && !may(Api::Organizations));
        assert!(has_key(Api::Reseller), "for what is under way");
        session.drop_keys();
        assert!(!has_key(Api::Reseller) && !has_key(Api::Organizations));
        assert!(session.unlocks(Api::Reseller, Some("5678")));
        assert!(!session.unlocks(Api::Reseller, Some("7001")));
        assert!(!session.unlocks(Api::Reseller, None));

        // What was kept for a movement does not come back with the other backend's key.
        session.add(Api::Organizations, credential("two", "org_1"));
        session.lock();
        session.add(Api::Reseller, credential("one", "5678"));
        assert!(may(Api::Reseller) && !may(Api::Organizations));
        session.sign_out();
        assert!(!may(Api::Reseller) && session.account(Api::Reseller).is_none());
    }

    #[test]
    fn a_key_of_the_other_api_is_noticed() {
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
    fn a_fingerprint_tells_credentials_apart_and_is_short() {
        let config = Config::read(include_str!("../public/config.json")).unwrap();
        let session = Session::new(&config);
        let of = |key: &str, account: &str| {
            session.add(Api::Reseller, credential(key, account));
            session.credential_fingerprint(Api::Reseller).unwrap()
        };
        let first = of("first-key", "5678");
        assert_eq!(first.len(), 4);
        assert_eq!(first, of("first-key", "5678"));
        assert_ne!(first, of("second-key", "5678"));
        assert_ne!(first, of("first-key", "7001"), "salted with the account");
    }

    #[test]
    fn a_gateways_account_is_what_the_service_says() {
        let text = include_str!("../public/config.json").replace("typed", "gateway");
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value.as_object_mut().unwrap().remove("lock_after_minutes");
        let session = Session::new(&Config::read(&value.to_string()).unwrap());
        assert_eq!(session.account(Api::Organizations), None);
        session.learn(
            Api::Organizations,
            Some("org_1".into()),
            Some("key_1".into()),
        );
        let first = session.credential_fingerprint(Api::Organizations);
        assert!(first.is_some());
        session.learn(
            Api::Organizations,
            Some("org_1".into()),
            Some("key_2".into()),
        );
        assert_ne!(session.credential_fingerprint(Api::Organizations), first);
        session.learn(Api::Reseller, Some("5678".into()), None);
        assert_eq!(session.credential_fingerprint(Api::Reseller), None);
        session.sign_out();
        assert!(untrack(|| !session.may(Api::Reseller)));
        session.reopen();
        assert!(untrack(|| session.may(Api::Reseller)));
    }

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
