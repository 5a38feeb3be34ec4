//! The backend of a journey, and its admin routes.

use std::sync::{Mutex, MutexGuard};

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::{
    config,
    launch::Launch,
    network::{Network, Relay},
    process::Server,
};

/// A sandbox with a ledger of its own.
#[derive(Debug)]
pub struct Sandbox {
    /// Where the browser finds it.
    address: String,
    /// Where it listens itself.
    own_address: String,
    relay: Option<Relay>,
    client: reqwest::Client,
    /// What was changed while it ran, and must be again after a restart.
    settings: Mutex<Value>,
    /// The main API keys that were replaced; a restart forgets them as well.
    keys: Mutex<Value>,
    // In the order in which they must go: the server first, its ledger's folder after.
    server: Mutex<Option<Server>>,
    launch: Launch,
}

impl Sandbox {
    /// Starts one, with these flags besides its own and these changes to the portal's configuration.
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
        // A connection that was kept from before a restart would only be found dead.
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

    /// Kills the server, as a power cut would. What it has committed is in its ledger; the page it served stays where it is.
    pub fn stop(&self) -> Result<()> {
        if let Some(relay) = &self.relay {
            relay.set_server_running(false)?;
        }
        match held(&self.server).take() {
            Some(server) => server.kill(),
            None => Ok(()),
        }
    }

    /// Starts the server again after [`Sandbox::stop`]: same port, ledger and flags, and what [`Sandbox::settings`]
    /// and [`Sandbox::replace_keys`] have changed.
    /// Faults that were waiting are forgotten, and requests are counted from 0.
    pub async fn start_again(&self) -> Result<()> {
        if held(&self.server).is_some() {
            return Ok(());
        }
        let (_, port) = self
            .own_address
            .rsplit_once(':')
            .context("the address has no port")?;
        let (server, _) = self.launch.start(port.parse()?)?;
        *held(&self.server) = Some(server);
        if let Some(relay) = &self.relay {
            relay.set_server_running(true)?;
        }
        let settings = held(&self.settings).clone();
        self.ask(Method::PUT, "settings", Some(settings)).await?;
        let keys = held(&self.keys).clone();
        self.ask(Method::POST, "keys", Some(keys)).await.map(drop)
    }

    /// Kills the server and starts it again.
    pub async fn restart(&self) -> Result<()> {
        self.stop()?;
        self.start_again().await
    }

    /// Where the browser finds it: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has printed as errors.
    pub(crate) fn errors(&self) -> String {
        self.launch.errors()
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

    /// The movements after the one of this id, of every kind, oldest first: all of them, however many.
    pub async fn movements_since(&self, id: i64) -> Result<Vec<Value>> {
        const PAGE: usize = 10_000;
        let (mut all, mut since) = (Vec::new(), id);
        loop {
            let route = format!("ledger?since_id={since}&count={PAGE}");
            let mut ledger = self.ask(Method::GET, &route, None).await?;
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

    /// The movements made under this Idempotency-Key: none, or one if all is well.
    pub async fn movements_of(&self, key: &str) -> Result<Vec<Value>> {
        let mut all = self.movements_since(0).await?;
        all.retain(|movement| movement["idempotency_key"] == key);
        Ok(all)
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
        let answer = self
            .ask(Method::PUT, "settings", Some(settings.clone()))
            .await?;
        config::change(&mut held(&self.settings), &settings);
        Ok(answer)
    }

    /// Replaces main API keys, such as `json!({"reseller": "new-key"})`. The old ones are refused from then on.
    pub async fn replace_keys(&self, keys: Value) -> Result<Value> {
        let answer = self.ask(Method::POST, "keys", Some(keys.clone())).await?;
        config::change(&mut held(&self.keys), &keys);
        Ok(answer)
    }

    /// Changes the portal's configuration for the pages that are opened from now on, as [`crate::Setup::config`] does.
    ///
    /// # Errors
    /// When the journey was set up without its own configuration.
    pub fn change_config(&self, changes: &Value) -> Result<()> {
        self.launch.change_config(changes)
    }

    /// Changes what it holds, such as `json!({"child": {"id": 4002, "balance": "3.5"}})`.
    pub async fn set(&self, what: Value) -> Result<Value> {
        self.ask(Method::POST, "set", Some(what)).await
    }

    /// Puts the opening data back, such as `json!({"rows": 500})` with made-up rows before it.
    pub async fn reset(&self, how: Value) -> Result<Value> {
        let answer = self.ask(Method::POST, "reset", Some(how)).await?;
        *held(&self.settings) = Value::Object(Map::new());
        *held(&self.keys) = Value::Object(Map::new());
        Ok(answer)
    }

    /// Sends a movement past the portal, as a colleague at another desk would. Gives the status.
    pub async fn post(&self, path: &str, secret: &str, key: &str, body: &Value) -> Result<u16> {
        let request = self.client.post(format!("{}{path}", self.own_address));
        let request = request.bearer_auth(secret).header("Idempotency-Key", key);
        let answer = request.json(body).send().await;
        let answer = answer.with_context(|| format!("the sandbox did not answer POST {path}"))?;
        Ok(answer.status().as_u16())
    }

    async fn ask(&self, method: Method, route: &str, body: Option<Value>) -> Result<Value> {
        let what = format!("{method} /__sandbox/{route}");
        let mut request = self
            .client
            .request(method, format!("{}/__sandbox/{route}", self.own_address));
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

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|broken| broken.into_inner())
}
