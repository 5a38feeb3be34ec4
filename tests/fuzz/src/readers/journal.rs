//! The journal's texts: what stands between a person and a movement applied twice.

use credit_desk::movement::journal::record::{is_newer_and_open, read, write};
use credit_desk::movement::journal::support_text::bundle;
use fastrand::Rng;
use serde_json::{Value, json};

use super::{judged, same, wire::grown};
use crate::{
    hostile, mutate,
    run::{Outcome, Reader},
};

/// The reader of the journal, and good texts of each kind and end.
pub struct Journal {
    good: Vec<Value>,
}

impl Journal {
    /// Every kind with every end.
    pub fn new() -> Self {
        let first = include_str!("../../../contract/journal-1.json");
        let transfer: Value = serde_json::from_str(first).unwrap_or_default();
        let with = |changes: Value| {
            let mut entry = transfer.clone();
            for (name, value) in changes.as_object().into_iter().flatten() {
                entry[name] = value.clone();
            }
            entry
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
        let line = json!({"id": "5", "at": 1_768_475_080_000_i64, "written": "2026-01-15T16:34:40+05:30", "own": "59", "child": "14",
            "reference": "CT-1", "notes": "Transfer of 20 minutes at 0.20/min"});
        let fault = json!({"why": "unreadable", "detail": "EOF", "status": 200, "code": null, "message": "m", "request_id": "req_1"});
        let end = |what: &str| {
            json!({"what": what, "at": 1_768_475_200_000_i64, "own": "59", "child": "14", "transaction": "txn_1",
                "created": "2026-01-15T16:34:40+05:30", "replayed": true, "fault": fault, "line": line, "more": [line],
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
        let mut good = Vec::new();
        for kind in kinds {
            for what in ends {
                let mut ended = kind.clone();
                ended["end"] = end(what);
                good.push(ended);
            }
            good.push(kind);
        }
        Self { good }
    }
}

impl Reader for Journal {
    fn name(&self) -> &'static str {
        "journal"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let mut entry = self.good[rng.usize(..self.good.len())].clone();
        // The body is JSON within JSON.
        if rng.u8(..3) == 0 {
            let body = entry["body"].as_str().unwrap_or_default();
            let body = serde_json::from_str(body).unwrap_or_default();
            entry["body"] = Value::String(mutate::json(rng, &body));
        }
        if rng.u8(..8) == 0 {
            entry["path"] = Value::String(format!(
                "/v1/organizations/{}/credits/allocate",
                hostile::text(rng)
            ));
        }
        mutate::json(rng, &entry)
    }

    fn large(&self, bytes: usize) -> String {
        let mut entry = self.good[0].clone();
        entry["attempts"] = Value::Array(vec![entry["attempts"][0].clone(); bytes / 500]);
        grown(&entry, bytes / 2)
    }

    fn read(&self, text: &str) -> Outcome {
        let is_newer = is_newer_and_open(text);
        let Ok(submission) = read(text) else {
            return Outcome::Refused;
        };
        if is_newer {
            return Outcome::Wrong("read, and told to be of a later version".to_owned());
        }
        judged((|| {
            let kept = write(&submission).map_err(|error| error.to_string())?;
            let again = read(&kept).map_err(|error| format!("not read again: {error}"))?;
            same("read again", &submission, &again)?;
            let twice = write(&again).map_err(|error| error.to_string())?;
            same("written again", &kept, &twice)?;
            // What a person may copy for support.
            if !bundle(&submission).contains(submission.key.as_str()) {
                return Err("support would not be told the key".to_owned());
            }
            Ok(())
        })())
    }
}
