//! The options at startup: command-line flags, and a struct for tests.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// The options at startup.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1; 0 picks any free port
    #[arg(long, default_value_t = 8787)]
    pub port: u16,

    /// The ledger file; its folder is created if needed
    #[arg(long, value_name = "PATH", default_value = ".sandbox/ledger.db")]
    pub db: PathBuf,

    /// Start over: remove the ledger file first
    #[arg(long)]
    pub fresh: bool,

    /// Number of log rows to generate before the opening data, in a new ledger file
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub rows: u32,

    /// Serve the built portal from this folder
    #[arg(long, value_name = "DIR")]
    pub dist: Option<PathBuf>,

    /// Serve /config.json from this file instead of the folder's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Serve the portal without Trusted Types: a development build creates HTML from its templates
    #[arg(long)]
    pub allow_html: bool,

    /// An origin that may call the APIs; can be repeated [default: any loopback origin]
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,

    /// What the reseller API does with an Idempotency-Key; the vendor documents nothing
    #[arg(long, value_enum, default_value_t)]
    pub reseller_idempotency: ResellerIdempotency,

    /// Whether a connection serves more than one exchange
    #[arg(long, value_enum, default_value_t)]
    pub connections: Connections,

    /// Exit cleanly when standard input closes
    #[arg(long)]
    pub stop_with_stdin: bool,

    /// The bearer key of the demo reseller
    #[arg(long, value_name = "KEY", default_value = "demo-reseller-key")]
    pub reseller_key: String,

    /// The bearer key of the demo parent organization
    #[arg(long, value_name = "KEY", default_value = "lp_test_demo")]
    pub organizations_key: String,

    /// How long the head of a request may take to arrive
    #[arg(skip = Duration::from_secs(30))]
    pub head_timeout: Duration,

    /// How long a request body may take to arrive
    #[arg(skip = Duration::from_secs(10))]
    pub body_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            db: PathBuf::from(".sandbox/ledger.db"),
            fresh: false,
            rows: 0,
            dist: None,
            config: None,
            allow_html: false,
            allow_origin: Vec::new(),
            reseller_idempotency: ResellerIdempotency::default(),
            connections: Connections::default(),
            stop_with_stdin: false,
            reseller_key: "demo-reseller-key".to_owned(),
            organizations_key: "lp_test_demo".to_owned(),
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
        }
    }
}

/// What the reseller API does with an Idempotency-Key (contract §2: none is documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ResellerIdempotency {
    /// As documented: the header has no effect.
    #[default]
    Ignore,
    /// The same key and body get the stored response; a different body gets a 409.
    Replay,
}

/// Whether a connection serves more than one exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Connections {
    /// The HTTP/1.1 default.
    #[default]
    KeepAlive,
    /// Every response closes its connection, so a browser has no connection to resend on.
    Close,
}
