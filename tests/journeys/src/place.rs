//! A host of the portal's files as deployments have them: below a path, with rules for unknown addresses or without, and
//! with a gateway that signs people in, or without one. The APIs behind it are the sandbox's.

mod answer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result};
use axum::Router;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{Desk, config, process};

/// How a host is set up.
#[derive(Clone, Debug)]
pub struct Hosting {
    /// Below which path, with a slash at both ends.
    pub path: &'static str,
    /// Whether an unknown address is answered with index.html. Otherwise with 404.html, and its status.
    pub rewrites: bool,
    /// Changes to the shipped config.json; a text is served as it is, an address leads there, and nothing is a missing file.
    pub config: Option<Value>,
    /// Whether people are signed in here.
    pub gateway: bool,
    /// Leads every call of an API to this address.
    pub leads_to: Option<String>,
}

impl Default for Hosting {
    fn default() -> Self {
        Self {
            path: "/",
            rewrites: true,
            config: Some(Value::Object(Default::default())),
            gateway: false,
            leads_to: None,
        }
    }
}

/// How a gateway says that nobody is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Out {
    /// 401 with its header.
    #[default]
    Status,
    /// The way to its sign-in page.
    Redirect,
}

/// A call as it came in.
#[derive(Clone, Debug)]
pub struct Came {
    /// Method and path.
    pub what: String,
    /// Every header, as text.
    pub headers: String,
    /// The Idempotency-Key.
    pub key: Option<String>,
    /// The body.
    pub body: String,
}

#[derive(Debug)]
struct Inner {
    hosting: Hosting,
    signed_in: bool,
    out: Out,
    ends_at_movement: bool,
    movements_to: Option<String>,
    came: Vec<Came>,
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
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running host; gone when it is dropped.
#[derive(Debug)]
pub struct Host {
    address: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Host {
    /// Starts one before the desk's sandbox.
    pub async fn start(desk: &Desk, hosting: Hosting) -> Result<Self> {
        let dist = process::path("CREDIT_DESK_DIST", || {
            Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"))
        })?;
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
                hosting,
                signed_in: true,
                out: Out::default(),
                ends_at_movement: false,
                movements_to: None,
                came: Vec::new(),
            }),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let own_address = format!("http://{}", listener.local_addr()?);
        let address = match &desk.network {
            Some(network) => network.relay(&own_address)?.address(),
            None => own_address,
        };
        let router = Router::new()
            .fallback(answer::answer)
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { _ = axum::serve(listener, router).await });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Goes to an address of this host, from its first slash.
    pub async fn goto(&self, desk: &Desk, path: &str) -> Result<()> {
        let address = format!("{}{path}", self.address);
        let there = desk.driver().goto(&*address).await;
        there.with_context(|| format!("cannot open {address}"))
    }

    /// Path, query and fragment of where the browser is.
    pub async fn path(&self, desk: &Desk) -> Result<String> {
        let address = desk.driver().current_url().await?.to_string();
        Ok(address
            .strip_prefix(&self.address)
            .unwrap_or(&address)
            .to_owned())
    }

    /// Waits until the browser is there.
    pub async fn is_at(&self, desk: &Desk, path: &str) -> Result<()> {
        desk.until(format!("the address {path}"), async || {
            Ok(self.path(desk).await? == path)
        })
        .await
    }

    /// Changes how it is set up.
    pub fn change(&self, change: impl FnOnce(&mut Hosting)) {
        change(&mut self.shared.inner().hosting);
    }

    /// Ends the gateway's session.
    pub fn sign_out(&self, out: Out) {
        let mut inner = self.shared.inner();
        (inner.signed_in, inner.out) = (false, out);
    }

    /// Whether somebody is signed in at the gateway.
    pub fn is_signed_in(&self) -> bool {
        self.shared.inner().signed_in
    }

    /// Ends the gateway's session when the next movement comes in, before that goes through.
    pub fn sign_out_at_movement(&self, out: Out) {
        let mut inner = self.shared.inner();
        (inner.ends_at_movement, inner.out) = (true, out);
    }

    /// Leads every movement from now on to this address.
    pub fn lead_movements_to(&self, there: &str) {
        self.shared.inner().movements_to = Some(there.to_owned());
    }

    /// The calls of the APIs so far, oldest first.
    pub fn came(&self) -> Vec<Came> {
        self.shared.inner().came.clone()
    }

    /// The movements among them.
    pub fn movements(&self) -> Vec<Came> {
        let mut came = self.came();
        came.retain(|came| is_movement(&came.what));
        came
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn is_movement(what: &str) -> bool {
    what.starts_with("POST ") && !what.ends_with("/calculate")
}

/// The text of the config.json to serve.
fn config_text(shared: &Shared) -> Option<String> {
    let changes = shared.inner().hosting.config.clone()?;
    if let Value::String(text) = changes {
        return Some(text);
    }
    let shipped = std::fs::read_to_string(shared.dist.join("config.json")).ok()?;
    let mut value = serde_json::from_str(&shipped).ok()?;
    config::change(&mut value, &changes);
    Some(value.to_string())
}
