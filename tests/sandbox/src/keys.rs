//! The valid API keys. Each API has a main key, which can be replaced, and some fixed ones.

use std::fmt;
use std::sync::Mutex;

use serde::Deserialize;

use crate::options::Options;
use crate::state::lock;
use crate::vendor::Vendor;

/// A second key of the demo reseller, with a different user.
pub const RESELLER_COLLEAGUE: &str = "demo-colleague-key";
/// A valid key of an account that is not a reseller: 403 (O18).
pub const NOT_A_RESELLER: &str = "demo-not-a-reseller";
/// A second key of the demo parent organization.
pub const ORGANIZATIONS_COLLEAGUE: &str = "lp_test_colleague";
/// The key of a suspended organization: 503 for everything.
pub const SUSPENDED: &str = "lp_test_suspended";
/// A key of the parent without scopes: 403 where `org:admin` is required.
pub const NO_SCOPE: &str = "lp_test_noscope";

/// A key's id, which can be stored and shown. Every key of an API has a different one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(u64);

impl KeyId {
    /// The id of the main key at startup.
    const FIRST: Self = Self(1);

    /// Returns the id of a fixed key; number 1 is the main key's.
    pub const fn fixed(number: u32) -> Self {
        Self(number as u64)
    }

    /// Returns the id of a main key that was set later. The same key has the same id after a restart, because the
    /// ledger's idempotency keys are stored under it.
    fn of_secret(secret: &str) -> Self {
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = secret.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
        // Never equal to the number of a fixed key.
        Self(hash | 1 << 63)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key_{:016x}", self.0)
    }
}

/// The main keys of one sandbox.
pub struct Keys {
    at_start: MainKeys,
    current: Mutex<MainKeys>,
}

#[derive(Clone)]
struct MainKeys {
    reseller: String,
    organizations: String,
}

impl MainKeys {
    fn of(&self, vendor: Vendor) -> &str {
        match vendor {
            Vendor::Reseller => &self.reseller,
            Vendor::Layers => &self.organizations,
        }
    }
}

/// New main keys; an omitted API keeps its current key.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    reseller: Option<String>,
    organizations: Option<String>,
}

impl Keys {
    /// Creates the keys chosen at startup.
    pub fn new(options: &Options) -> Self {
        let at_start = MainKeys {
            reseller: options.reseller_key.clone(),
            organizations: options.organizations_key.clone(),
        };
        let current = Mutex::new(at_start.clone());
        Self { at_start, current }
    }

    /// Returns the id of `secret` if it is currently the main key of the vendor.
    pub fn main(&self, vendor: Vendor, secret: &str) -> Option<KeyId> {
        if lock(&self.current).of(vendor) != secret {
            return None;
        }
        if self.at_start.of(vendor) == secret {
            return Some(KeyId::FIRST);
        }
        Some(KeyId::of_secret(secret))
    }

    /// Replaces main keys: the new one works for the same account, the old one stops working.
    ///
    /// # Errors
    /// If a key cannot be a bearer key or is a fixed one; then nothing is replaced.
    pub fn rotate(&self, rotation: Rotation) -> Result<(), &'static str> {
        let secrets = [&rotation.reseller, &rotation.organizations];
        for secret in secrets.into_iter().flatten() {
            if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("a key must be printable ASCII without spaces");
            }
            let fixed = [
                RESELLER_COLLEAGUE,
                NOT_A_RESELLER,
                ORGANIZATIONS_COLLEAGUE,
                SUSPENDED,
                NO_SCOPE,
            ];
            if fixed.contains(&secret.as_str()) {
                return Err("this key belongs to somebody else");
            }
        }
        let mut current = lock(&self.current);
        if let Some(secret) = rotation.reseller {
            current.reseller = secret;
        }
        if let Some(secret) = rotation.organizations {
            current.organizations = secret;
        }
        Ok(())
    }

    /// Restores the main keys from startup.
    pub fn reset(&self) {
        *lock(&self.current) = self.at_start.clone();
    }
}

/// Never prints a key.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}
