//! A sandbox per test, and the contract's examples.

use std::path::{Path, PathBuf};

use credit_desk_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

pub use crate::client::{Answer, Client, LAYERS_KEY, RESELLER_KEY, RequestOptions};

pub const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
pub const HARBOR: &str = "org_1b2c3d4e-5f60-4718-8a9b-0c1d2e3f4051";
pub const SUSPENDED: &str = "org_3d4e5f60-7182-493a-8cbd-2e3f40516273";
pub const ARCHIVED: &str = "org_4e5f6071-8293-4a4b-9dce-3f4051627384";
pub const PARENT: &str = "org_00000000-0000-4000-8000-000000000001";

/// A sandbox in this process, on its own ledger.
#[derive(Debug)]
pub struct Bench {
    pub client: Client,
    _folder: TempDir,
    _sandbox: Sandbox,
}

impl std::ops::Deref for Bench {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    /// Starts a sandbox whose reseller API recognizes repeated keys.
    pub async fn replaying() -> Self {
        let bench = Self::new().await;
        bench
            .admin("PUT", "settings", json!({"reseller_idempotency": "replay"}))
            .await;
        bench
    }

    pub async fn with(configure: impl FnOnce(&mut Options, &Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options {
            db: folder.path().join("made/on/the/way/ledger.db"),
            ..Options::default()
        };
        configure(&mut options, folder.path());
        let sandbox = Sandbox::start(options).await.unwrap();
        let client = Client::new(format!("http://{}", sandbox.address()));
        Self {
            client,
            _folder: folder,
            _sandbox: sandbox,
        }
    }
}

/// Reads an example of the contract.
pub fn example(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contract");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Asserts that `actual` contains all of `expected`, at every depth; extra fields are allowed.
#[track_caller]
pub fn assert_contains(actual: &Value, expected: &Value) {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            for (name, value) in expected {
                assert_contains(
                    actual
                        .get(name)
                        .unwrap_or_else(|| panic!("{name} is missing")),
                    value,
                );
            }
        }
        (Value::Array(actual), Value::Array(expected)) => {
            assert_eq!(actual.len(), expected.len());
            actual
                .iter()
                .zip(expected)
                .for_each(|(actual, expected)| assert_contains(actual, expected));
        }
        _ => assert_eq!(actual, expected),
    }
}
