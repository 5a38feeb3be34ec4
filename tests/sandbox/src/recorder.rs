//! The API requests seen: counted by route, and the latest listed. Never a credential.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use serde::Serialize;

use crate::state::locked;

/// How many of the latest requests are listed.
const LISTED: usize = 200;

/// Counts and lists API requests.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    counts: BTreeMap<String, u64>,
    latest: VecDeque<Seen>,
}

/// One API request, as it may be shown.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Counts up from 1 with every request.
    pub seq: u64,
    /// The method.
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// The query, when there was one.
    pub query: Option<String>,
    /// The status answered, `"dropped"`, or null while it runs.
    pub status: serde_json::Value,
    /// The Idempotency-Key as it came.
    pub idempotency_key: Option<String>,
    /// The fault it met.
    pub fault: Option<&'static str>,
    /// When it arrived.
    pub at: String,
}

impl Recorder {
    /// Notes an arrival on `route` ("POST /v1/…/{orgId}/…"); returns its number.
    pub fn arrived(&self, route: String, mut seen: Seen) -> u64 {
        let mut inner = locked(&self.0);
        inner.next += 1;
        *inner.counts.entry(route).or_default() += 1;
        seen.seq = inner.next;
        if inner.latest.len() == LISTED {
            inner.latest.pop_front();
        }
        inner.latest.push_back(seen);
        inner.next
    }

    /// Notes how request `seq` ended, and the fault it met.
    pub fn ended(&self, seq: u64, status: serde_json::Value, fault: Option<&'static str>) {
        let mut inner = locked(&self.0);
        if let Some(seen) = inner.latest.iter_mut().find(|seen| seen.seq == seq) {
            seen.status = status;
            seen.fault = fault;
        }
    }

    /// The counts by route, and the latest requests, newest last.
    pub fn shown(&self) -> (BTreeMap<String, u64>, Vec<Seen>) {
        let inner = locked(&self.0);
        (inner.counts.clone(), inner.latest.iter().cloned().collect())
    }

    /// Forgets everything but the numbering.
    pub fn clear(&self) {
        let mut inner = locked(&self.0);
        inner.counts.clear();
        inner.latest.clear();
    }
}
