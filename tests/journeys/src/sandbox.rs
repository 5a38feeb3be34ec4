//! The backend of a journey, and its admin routes.

use std::{env, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{self, Server};

/// A sandbox with a ledger of its own.
#[derive(Debug)]
pub struct Sandbox {
    address: String,
    client: reqwest::Client,
    // In the order in which they must go: the server first, its ledger's folder after.
    _server: Server,
    folder: TempDir,
}

impl Sandbox {
    /// Starts one, with these flags besides its own.
    pub(crate) fn start(flags: &[String]) -> Result<Self> {
        let program =
            process::path("CREDIT_DESK_SANDBOX", || {
                Ok(process::programs()?
                    .join(format!("credit-desk-sandbox{}", env::consts::EXE_SUFFIX)))
            })?;
        if !program.is_file() {
            bail!(
                "there is no sandbox at {}: `cargo build -p credit-desk-sandbox`, or `cargo xtask test --only journeys`",
                program.display()
            );
        }
        let dist = process::path("CREDIT_DESK_DIST", || {
            Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"))
        })?;
        if !dist.join("index.html").is_file() {
            bail!(
                "there is no built portal in {}: `cargo xtask build`, or `cargo xtask test --only journeys`",
                dist.display()
            );
        }
        let folder = tempfile::Builder::new()
            .prefix("credit-desk-journey-")
            .tempdir()?;
        let mut command = Command::new(program);
        command
            .args(["--port", "0", "--stop-with-stdin"])
            .arg("--db")
            .arg(folder.path().join("ledger.db"));
        command.arg("--dist").arg(dist).args(flags);
        let ready = |line: &str| {
            line.strip_prefix("listening on ")
                .map(|address| address.trim().trim_end_matches('/').to_owned())
        };
        let (server, address) =
            Server::start(&mut command, &folder.path().join("errors.log"), ready)?;
        Ok(Self {
            address,
            client: reqwest::Client::builder().no_proxy().build()?,
            _server: server,
            folder,
        })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has printed as errors.
    pub(crate) fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("errors.log")).unwrap_or_default()
    }

    /// Everything it knows: accounts with their balances, movements, the check of the postings, the requests that came in.
    pub async fn ledger(&self) -> Result<Value> {
        self.ask(Method::GET, "ledger", None).await
    }

    /// What is on an account, as text: `reseller:5678`, `child:4002`, `prepaid:org_…`.
    pub async fn balance(&self, account: &str) -> Result<String> {
        let ledger = self.ledger().await?;
        let accounts = ledger["accounts"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let found = accounts.iter().find(|entry| entry["name"] == account);
        match found.and_then(|entry| entry["balance"].as_str()) {
            Some(balance) => Ok(balance.to_owned()),
            None => bail!("the ledger has no account {account:?}"),
        }
    }

    /// The movements of a kind (`credit_transfer`, `credit_revert`, …), oldest first.
    pub async fn movements(&self, kind: &str) -> Result<Vec<Value>> {
        let ledger = self.ledger().await?;
        let all = ledger["movements"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        Ok(all
            .iter()
            .filter(|movement| movement["kind"] == kind)
            .cloned()
            .collect())
    }

    /// How many requests came in on a route, such as `POST /api/v1/reseller/credits/transfer`.
    pub async fn requests(&self, route: &str) -> Result<u64> {
        Ok(self.ledger().await?["requests"][route]
            .as_u64()
            .unwrap_or(0))
    }

    /// The latest requests, newest last: method, path, status, Idempotency-Key, the fault met.
    pub async fn recent_requests(&self) -> Result<Vec<Value>> {
        let ledger = self.ledger().await?;
        Ok(ledger["recent_requests"]
            .as_array()
            .cloned()
            .unwrap_or_default())
    }

    /// Fails unless every movement sums to zero and every balance is what its postings make.
    pub(crate) async fn check(&self) -> Result<()> {
        let ledger = self.ledger().await?;
        let is_proved = |name: &str| ledger["check"][name] == true;
        if !is_proved("sum_zero") || !is_proved("balances_match_postings") {
            bail!("the books do not balance: {}", ledger["check"]);
        }
        Ok(())
    }

    /// Holds the ledger's lock for a while, as a slow transaction would.
    pub async fn hold(&self, ms: u32) -> Result<Value> {
        self.ask(Method::POST, "hold", Some(json!({ "ms": ms })))
            .await
    }

    /// Makes it misbehave, such as `json!({"route": "POST /api/v1/reseller/credits/transfer", "fault": "drop_after"})`.
    pub async fn fault(&self, fault: Value) -> Result<Value> {
        self.ask(Method::POST, "faults", Some(fault)).await
    }

    /// The faults that are still to come.
    pub async fn faults(&self) -> Result<Value> {
        self.ask(Method::GET, "faults", None).await
    }

    /// Makes it behave again.
    pub async fn no_faults(&self) -> Result<Value> {
        self.ask(Method::DELETE, "faults", None).await
    }

    /// Changes how it works while it runs, such as `json!({"connections": "close"})`.
    pub async fn settings(&self, settings: Value) -> Result<Value> {
        self.ask(Method::PUT, "settings", Some(settings)).await
    }

    /// Changes what it holds, such as `json!({"child": {"id": 4002, "balance": "3.5"}})`.
    pub async fn set(&self, what: Value) -> Result<Value> {
        self.ask(Method::POST, "set", Some(what)).await
    }

    /// Puts the opening data back, such as `json!({"rows": 500})` with made-up rows before it.
    pub async fn reset(&self, how: Value) -> Result<Value> {
        self.ask(Method::POST, "reset", Some(how)).await
    }

    async fn ask(&self, method: Method, route: &str, body: Option<Value>) -> Result<Value> {
        let what = format!("{method} /__sandbox/{route}");
        let mut request = self
            .client
            .request(method, format!("{}/__sandbox/{route}", self.address));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("the sandbox did not answer {what}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("the sandbox answered {what} with {status}: {text}");
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text)
            .with_context(|| format!("the sandbox answered {what} with no JSON: {text}"))
    }
}
