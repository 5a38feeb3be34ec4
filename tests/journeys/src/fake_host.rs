//! A fake host for the portal that runs in this process and behaves like real deployments: under a path, with or
//! without rules for unknown addresses, and with or without a gateway that signs users in. It forwards API calls to the
//! sandbox.

mod handler;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};

use anyhow::{Context as _, Result};
use axum::Router;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{Desk, config, process, sync::lock};

/// The settings of a fake host.
#[derive(Clone, Debug)]
pub struct HostSettings {
    /// The portal's path, with a slash at both ends.
    pub path: &'static str,
    /// Whether unknown addresses get index.html. Otherwise they get 404.html with status 404.
    pub rewrites: bool,
    /// Changes to the shipped config.json. A string is served as is, or redirected to if it is a URL; `None` means that
    /// the file is missing.
    pub config: Option<Value>,
    /// Whether this host is a gateway that signs users in.
    pub gateway: bool,
    /// Redirects every API call to this address.
    pub redirect_to: Option<String>,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self {
            path: "/",
            rewrites: true,
            config: Some(Value::Object(Default::default())),
            gateway: false,
            redirect_to: None,
        }
    }
}

/// How a gateway responds when nobody is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignedOut {
    /// 401 with the header `x-signed-out`.
    #[default]
    Status,
    /// A redirect to its sign-in page.
    Redirect,
}

/// An API call as the host received it.
#[derive(Clone, Debug)]
pub struct HostRequest {
    /// Method and path.
    pub route: String,
    /// All headers, as text.
    pub headers: String,
    /// The Idempotency-Key.
    pub idempotency_key: Option<String>,
    /// The body.
    pub body: String,
}

#[derive(Debug)]
struct Inner {
    settings: HostSettings,
    signed_in: bool,
    signed_out: SignedOut,
    signs_out_at_movement: bool,
    redirect_movements_to: Option<String>,
    requests: Vec<HostRequest>,
}

#[derive(Debug)]
struct Shared {
    dist: PathBuf,
    sandbox: String,
    client: reqwest::Client,
    inner: Mutex<Inner>,
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }
}

/// A running fake host. It stops when dropped.
#[derive(Debug)]
pub struct FakeHost {
    address: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl FakeHost {
    /// Starts a host in front of the desk's sandbox.
    pub async fn start(desk: &Desk, settings: HostSettings) -> Result<Self> {
        let dist = process::dist()?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let shared = Arc::new(Shared {
            dist,
            client,
            sandbox: desk.sandbox.address().to_owned(),
            inner: Mutex::new(Inner {
                settings,
                signed_in: true,
                signed_out: SignedOut::default(),
                signs_out_at_movement: false,
                redirect_movements_to: None,
                requests: Vec::new(),
            }),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let own_address = format!("http://{}", listener.local_addr()?);
        let address = match &desk.network {
            Some(network) => network.relay(&own_address)?.address(),
            None => own_address,
        };
        let router = Router::new()
            .fallback(handler::handle)
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { _ = axum::serve(listener, router).await });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// Returns the address it listens on: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Opens a path of this host.
    pub async fn goto(&self, desk: &Desk, path: &str) -> Result<()> {
        let address = format!("{}{path}", self.address);
        let result = desk.driver().goto(&*address).await;
        result.with_context(|| format!("cannot open {address}"))
    }

    /// Returns the path, query and fragment of the current address.
    pub async fn path(&self, desk: &Desk) -> Result<String> {
        let address = desk.driver().current_url().await?.to_string();
        Ok(address
            .strip_prefix(&self.address)
            .unwrap_or(&address)
            .to_owned())
    }

    /// Waits until the browser is at this path.
    pub async fn is_at(&self, desk: &Desk, path: &str) -> Result<()> {
        desk.until(format!("the address {path}"), async || {
            Ok(self.path(desk).await? == path)
        })
        .await
    }

    /// Changes the settings.
    pub fn change(&self, change: impl FnOnce(&mut HostSettings)) {
        change(&mut self.shared.inner().settings);
    }

    /// Ends the gateway's session.
    pub fn sign_out(&self, signed_out: SignedOut) {
        let mut inner = self.shared.inner();
        (inner.signed_in, inner.signed_out) = (false, signed_out);
    }

    /// Whether a user is signed in at the gateway.
    pub fn is_signed_in(&self) -> bool {
        self.shared.inner().signed_in
    }

    /// Ends the gateway's session when the next movement arrives, before it is forwarded.
    pub fn sign_out_at_movement(&self, signed_out: SignedOut) {
        let mut inner = self.shared.inner();
        (inner.signs_out_at_movement, inner.signed_out) = (true, signed_out);
    }

    /// Redirects every movement to this address from now on.
    pub fn redirect_movements_to(&self, address: &str) {
        self.shared.inner().redirect_movements_to = Some(address.to_owned());
    }

    /// Returns the API calls so far, oldest first.
    pub fn requests(&self) -> Vec<HostRequest> {
        self.shared.inner().requests.clone()
    }

    /// Returns the movements among the API calls.
    pub fn movements(&self) -> Vec<HostRequest> {
        let mut requests = self.requests();
        requests.retain(|request| is_movement(&request.route));
        requests
    }
}

impl Drop for FakeHost {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn is_movement(route: &str) -> bool {
    route.starts_with("POST ") && !route.ends_with("/calculate")
}

/// Returns the text of the config.json to serve.
fn config_text(shared: &Shared) -> Option<String> {
    let changes = shared.inner().settings.config.clone()?;
    if let Value::String(text) = changes {
        return Some(text);
    }
    let shipped = std::fs::read_to_string(shared.dist.join("config.json")).ok()?;
    let mut value = serde_json::from_str(&shipped).ok()?;
    config::change(&mut value, &changes);
    Some(value.to_string())
}
