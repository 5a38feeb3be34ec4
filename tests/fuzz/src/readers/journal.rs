//! The journal's records, which keep a movement from being applied twice.

use credit_desk::movement::journal::record::{is_newer_and_open, read, write};
use credit_desk::movement::journal::support_text::support_text;
use fastrand::Rng;
use serde_json::{Value, json};

use super::{outcome_of, same, wire::enlarged};
use crate::{
    hostile, mutate,
    run::{Outcome, Reader},
};

/// Reads journal records. Starts from valid ones of each kind, pending and with each outcome.
pub struct Journal {
    valid: Vec<Value>,
}

impl Journal {
    /// Creates the valid records.
    pub fn new() -> Self {
        let first = include_str!("../../../contract/journal-1.json");
        let transfer: Value = serde_json::from_str(first).unwrap_or_default();
        let with = |changes: Value| {
            let mut record = transfer.clone();
            for (name, value) in changes.as_object().into_iter().flatten() {
                record[name] = value.clone();
            }
            record
        };
        let kinds = [
            with(json!({})),
            with(json!({
                "path": "/reseller/credits/revert", "body": r#"{"from_organization_id":4002,"minutes":5}"#,
            })),
            with(json!({
                "path": "/v1/organizations/org_00000000-0000-4000-8000-000000000002/credits/allocate",
                "body": r#"{"credits":500,"description":"Q3","metadata":{"po":"17"}}"#,
                "own": ["5400", "4900"], "child": ["0", "500"],
            })),
        ];
        let log_entry = json!({"id": "5", "at": 1_768_475_080_000_i64, "written": "2026-01-15T16:34:40+05:30", "own": "59", "child": "14",
            "reference": "CT-1", "notes": "Transfer of 20 minutes at 0.20/min"});
        let fault = json!({"why": "unreadable", "detail": "EOF", "status": 200, "code": null, "message": "m", "request_id": "req_1"});
        let end = |what: &str| {
            json!({"what": what, "at": 1_768_475_200_000_i64, "own": "59", "child": "14", "transaction": "txn_1",
                "created": "2026-01-15T16:34:40+05:30", "replayed": true, "fault": fault, "line": log_entry, "more": [log_entry],
                "counted": true, "seen": false})
        };
        let ends = [
            "done",
            "found",
            "refused",
            "absent",
            "decided_made",
            "decided_not",
        ];
        let mut valid = Vec::new();
        for kind in kinds {
            for what in ends {
                let mut ended = kind.clone();
                ended["end"] = end(what);
                valid.push(ended);
            }
            valid.push(kind);
        }
        Self { valid }
    }
}

impl Reader for Journal {
    fn name(&self) -> &'static str {
        "journal"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let mut record = self.valid[rng.usize(..self.valid.len())].clone();
        // The body is JSON within JSON.
        if rng.u8(..3) == 0 {
            let body = record["body"].as_str().unwrap_or_default();
            let body = serde_json::from_str(body).unwrap_or_default();
            record["body"] = Value::String(mutate::json(rng, &body));
        }
        if rng.u8(..8) == 0 {
            record["path"] = Value::String(format!(
                "/v1/organizations/{}/credits/allocate",
                hostile::text(rng)
            ));
        }
        mutate::json(rng, &record)
    }

    fn large(&self, bytes: usize) -> String {
        let mut record = self.valid[0].clone();
        record["attempts"] = Value::Array(vec![record["attempts"][0].clone(); bytes / 500]);
        enlarged(&record, bytes / 2)
    }

    fn read(&self, text: &str) -> Outcome {
        let is_newer = is_newer_and_open(text);
        let Ok(submission) = read(text) else {
            return Outcome::Rejected;
        };
        if is_newer {
            return Outcome::Wrong("read, although it claims to have a later version".to_owned());
        }
        outcome_of((|| {
            let written = write(&submission).map_err(|error| error.to_string())?;
            let reread = read(&written).map_err(|error| format!("not readable: {error}"))?;
            same("reread", &submission, &reread)?;
            let rewritten = write(&reread).map_err(|error| error.to_string())?;
            same("rewritten", &written, &rewritten)?;
            // The text that a user can copy for support.
            if !support_text(&submission).contains(submission.key.as_str()) {
                return Err("the support text does not contain the key".to_owned());
            }
            Ok(())
        })())
    }
}
