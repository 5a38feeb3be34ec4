//! Records the received API requests: counts them by route and lists the latest. Never records a credential.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use serde::Serialize;

use crate::state::lock;

/// How many of the latest requests are listed.
const LISTED: usize = 200;

/// Counts and lists API requests.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    counts: BTreeMap<String, u64>,
    latest: VecDeque<RecordedRequest>,
}

/// A recorded API request.
#[derive(Clone, Debug, Serialize)]
pub struct RecordedRequest {
    /// Numbers the requests, starting at 1.
    pub seq: u64,
    /// The method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query, if there was one.
    pub query: Option<String>,
    /// The response's status, `"dropped"`, or null while the request is running.
    pub status: serde_json::Value,
    /// The Idempotency-Key as received.
    pub idempotency_key: Option<String>,
    /// The fault that applied.
    pub fault: Option<&'static str>,
    /// The time of arrival.
    pub at: String,
}

impl Recorder {
    /// Records an arrival on `route` ("POST /v1/…/{orgId}/…") and returns its number.
    pub fn start(&self, route: String, mut request: RecordedRequest) -> u64 {
        let mut inner = lock(&self.0);
        inner.next += 1;
        *inner.counts.entry(route).or_default() += 1;
        request.seq = inner.next;
        if inner.latest.len() == LISTED {
            inner.latest.pop_front();
        }
        inner.latest.push_back(request);
        inner.next
    }

    /// Records how request `seq` ended, and the fault that applied.
    pub fn finish(&self, seq: u64, status: serde_json::Value, fault: Option<&'static str>) {
        let mut inner = lock(&self.0);
        if let Some(request) = inner.latest.iter_mut().find(|request| request.seq == seq) {
            request.status = status;
            request.fault = fault;
        }
    }

    /// Returns the counts by route, and the latest requests, newest last.
    pub fn snapshot(&self) -> (BTreeMap<String, u64>, Vec<RecordedRequest>) {
        let inner = lock(&self.0);
        (inner.counts.clone(), inner.latest.iter().cloned().collect())
    }

    /// Clears everything except the numbering.
    pub fn clear(&self) {
        let mut inner = lock(&self.0);
        inner.counts.clear();
        inner.latest.clear();
    }
}
