//! A journey's service and its admin routes.

use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::{
    config,
    launch::Launch,
    network::{Network, Relay},
    process::Server,
    sync::lock,
};

/// A sandbox with its own ledger.
#[derive(Debug)]
pub struct Sandbox {
    /// The address that the browser uses.
    address: String,
    /// The address that the server itself listens on.
    own_address: String,
    relay: Option<Relay>,
    client: reqwest::Client,
    /// Settings changed at run time. They are restored after a restart.
    settings: Mutex<Value>,
    /// Main API keys replaced at run time. They, too, are restored after a restart.
    keys: Mutex<Value>,
    // Dropped in this order: the server first, then the folder of its ledger.
    server: Mutex<Option<Server>>,
    launch: Launch,
}

impl Sandbox {
    /// Starts a sandbox with these extra flags and these changes to the portal's configuration.
    pub(crate) fn start(
        flags: &[String],
        changes: Option<&Value>,
        network: Option<&Network>,
    ) -> Result<Self> {
        let launch = Launch::new(flags, changes)?;
        let (server, own_address) = launch.start(0)?;
        let relay = network
            .map(|network| network.relay(&own_address))
            .transpose()?;
        // A connection kept from before a restart would be dead.
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()?;
        let address = relay.as_ref().map(Relay::address);
        Ok(Self {
            address: address.unwrap_or_else(|| own_address.clone()),
            own_address,
            relay,
            client,
            settings: Mutex::new(Value::Object(Map::new())),
            keys: Mutex::new(Value::Object(Map::new())),
            server: Mutex::new(Some(server)),
            launch,
        })
    }

    /// Kills the server, as a power cut would. Committed data stays in its ledger, and the loaded page stays open.
    pub fn stop(&self) -> Result<()> {
        if let Some(relay) = &self.relay {
            relay.set_server_running(false)?;
        }
        match lock(&self.server).take() {
            Some(server) => server.kill(),
            None => Ok(()),
        }
    }

    /// Starts the server again after [`Sandbox::stop`] with the same port, ledger and flags, and restores the changes
    /// made by [`Sandbox::settings`] and [`Sandbox::replace_keys`]. Pending faults are dropped, and request counts
    /// restart at 0.
    pub async fn start_again(&self) -> Result<()> {
        if lock(&self.server).is_some() {
            return Ok(());
        }
        let (_, port) = self
            .own_address
            .rsplit_once(':')
            .context("the address has no port")?;
        let (server, _) = self.launch.start(port.parse()?)?;
        *lock(&self.server) = Some(server);
        if let Some(relay) = &self.relay {
            relay.set_server_running(true)?;
        }
        let settings = lock(&self.settings).clone();
        self.request_admin(Method::PUT, "settings", Some(settings))
            .await?;
        let keys = lock(&self.keys).clone();
        self.request_admin(Method::POST, "keys", Some(keys))
            .await
            .map(drop)
    }

    /// Kills the server and starts it again.
    pub async fn restart(&self) -> Result<()> {
        self.stop()?;
        self.start_again().await
    }

    /// Returns the address that the browser uses: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the server's error output.
    pub(crate) fn errors(&self) -> String {
        self.launch.errors()
    }

    /// Returns everything the sandbox knows: accounts with balances, movements, the check of the postings, and received
    /// requests.
    pub async fn ledger(&self) -> Result<Value> {
        self.request_admin(Method::GET, "ledger", None).await
    }

    /// Returns an account's balance as text. Accounts are named `reseller:5678`, `child:4002`, `prepaid:org_…`.
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

    /// Returns the movements of a kind (`credit_transfer`, `credit_revert`, …), oldest first.
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

    /// Returns all movements with an id greater than `id`, of every kind, oldest first, without a limit.
    pub async fn movements_since(&self, id: i64) -> Result<Vec<Value>> {
        const PAGE: usize = 10_000;
        let (mut all, mut since) = (Vec::new(), id);
        loop {
            let route = format!("ledger?since_id={since}&count={PAGE}");
            let mut ledger = self.request_admin(Method::GET, &route, None).await?;
            let Some(page) = ledger["movements"].as_array_mut().map(std::mem::take) else {
                bail!("the ledger has no movements: {ledger}")
            };
            let count = page.len();
            if let Some(last) = page.last() {
                since = last["id"].as_i64().context("a movement has no id")?;
            }
            all.extend(page);
            if count < PAGE {
                return Ok(all);
            }
        }
    }

    /// Returns the movements with this Idempotency-Key: none or one, if all is well.
    pub async fn movements_of(&self, key: &str) -> Result<Vec<Value>> {
        let mut all = self.movements_since(0).await?;
        all.retain(|movement| movement["idempotency_key"] == key);
        Ok(all)
    }

    /// Returns the number of requests received on a route, such as `POST /api/v1/reseller/credits/transfer`.
    pub async fn requests(&self, route: &str) -> Result<u64> {
        Ok(self.ledger().await?["requests"][route]
            .as_u64()
            .unwrap_or(0))
    }

    /// Returns the latest requests, newest last: method, path, status, Idempotency-Key, and the fault applied.
    pub async fn recent_requests(&self) -> Result<Vec<Value>> {
        let ledger = self.ledger().await?;
        Ok(ledger["recent_requests"]
            .as_array()
            .cloned()
            .unwrap_or_default())
    }

    /// Fails unless every movement sums to zero and every balance equals the sum of its postings.
    pub(crate) async fn check(&self) -> Result<()> {
        let ledger = self.ledger().await?;
        let passed = |name: &str| ledger["check"][name] == true;
        if !passed("sum_zero") || !passed("balances_match_postings") {
            bail!("the ledger does not balance: {}", ledger["check"]);
        }
        Ok(())
    }

    /// Holds the ledger's lock for `ms` milliseconds, as a slow transaction would.
    pub async fn hold(&self, ms: u32) -> Result<Value> {
        self.request_admin(Method::POST, "hold", Some(json!({ "ms": ms })))
            .await
    }

    /// Injects a fault, such as `json!({"route": "POST /api/v1/reseller/credits/transfer", "fault": "drop_after"})`.
    pub async fn fault(&self, fault: Value) -> Result<Value> {
        self.request_admin(Method::POST, "faults", Some(fault))
            .await
    }

    /// Returns the pending faults.
    pub async fn faults(&self) -> Result<Value> {
        self.request_admin(Method::GET, "faults", None).await
    }

    /// Removes all pending faults.
    pub async fn clear_faults(&self) -> Result<Value> {
        self.request_admin(Method::DELETE, "faults", None).await
    }

    /// Changes settings at run time, as in `json!({"connections": "close"})`.
    pub async fn settings(&self, settings: Value) -> Result<Value> {
        let response = self
            .request_admin(Method::PUT, "settings", Some(settings.clone()))
            .await?;
        config::change(&mut lock(&self.settings), &settings);
        Ok(response)
    }

    /// Replaces main API keys, as in `json!({"reseller": "new-key"})`. The old ones are rejected from then on.
    pub async fn replace_keys(&self, keys: Value) -> Result<Value> {
        let response = self
            .request_admin(Method::POST, "keys", Some(keys.clone()))
            .await?;
        config::change(&mut lock(&self.keys), &keys);
        Ok(response)
    }

    /// Changes the portal's configuration for pages opened from now on, like [`crate::Setup::config`].
    ///
    /// # Errors
    /// If the journey was set up without its own configuration.
    pub fn change_config(&self, changes: &Value) -> Result<()> {
        self.launch.change_config(changes)
    }

    /// Changes stored data, as in `json!({"child": {"id": 4002, "balance": "3.5"}})`.
    pub async fn set(&self, change: Value) -> Result<Value> {
        self.request_admin(Method::POST, "set", Some(change)).await
    }

    /// Restores the initial data, as in `json!({"rows": 500})` with generated rows before it.
    pub async fn reset(&self, options: Value) -> Result<Value> {
        let response = self
            .request_admin(Method::POST, "reset", Some(options))
            .await?;
        *lock(&self.settings) = Value::Object(Map::new());
        *lock(&self.keys) = Value::Object(Map::new());
        Ok(response)
    }

    /// Sends a movement without the portal, as a colleague at another desk would. Returns the status.
    pub async fn post(&self, path: &str, secret: &str, key: &str, body: &Value) -> Result<u16> {
        let request = self.client.post(format!("{}{path}", self.own_address));
        let request = request.bearer_auth(secret).header("Idempotency-Key", key);
        let response = request.json(body).send().await;
        let response =
            response.with_context(|| format!("the sandbox did not answer POST {path}"))?;
        Ok(response.status().as_u16())
    }

    async fn request_admin(
        &self,
        method: Method,
        route: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let what = format!("{method} /__sandbox/{route}");
        let mut request = self
            .client
            .request(method, format!("{}/__sandbox/{route}", self.own_address));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .with_context(|| format!("the sandbox did not answer {what}"))?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("the sandbox answered {what} with {status}: {text}");
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text)
            .with_context(|| format!("the sandbox answered {what} with invalid JSON: {text}"))
    }
}
