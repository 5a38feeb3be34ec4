//! What the browser's journal knows about who performs its movements. The storm needs it to tell what the portal can
//! see.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::Desk;

const READ: &str = "
    const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return (async () => {
        const names = (await indexedDB.databases()).map(({ name }) => name);
        if (!names.includes('credit-desk')) return [];
        const database = await done(indexedDB.open('credit-desk'));
        try {
            const store = database.transaction('submissions').objectStore('submissions');
            return (await done(store.getAll())).map((text) => JSON.parse(text));
        } finally {
            database.close();
        }
    })();";

/// A record, with the fields that the storm reads.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Record {
    /// The Idempotency-Key.
    pub key: String,
    /// A fingerprint of the API key.
    #[serde(default)]
    pub credential: Option<String>,
    /// Who performed it, if its entry was identified.
    #[serde(default)]
    pub performer: Option<String>,
    /// The newest entry of the log before it was sent. `None` if the log couldn't be loaded.
    #[serde(default)]
    pub mark: Option<String>,
    #[serde(default)]
    end: Option<End>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct End {
    what: String,
    #[serde(default)]
    line: Option<Line>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Line {
    id: String,
}

/// Returns all records, or none if the page doesn't respond.
pub async fn read(desk: &Desk) -> Vec<Record> {
    serde_json::from_value(raw(desk).await).unwrap_or_default()
}

/// Returns the records as the portal wrote them.
pub async fn raw(desk: &Desk) -> Value {
    desk.js(READ).await.unwrap_or_default()
}

/// Returns the fingerprints of the API keys whose performer the portal knows.
pub fn known_credentials(records: &[Record]) -> BTreeSet<String> {
    let known = |record: &Record| {
        let is_answered = record.end.as_ref().is_some_and(|end| end.what == "done");
        let is_known = is_answered && record.performer.is_some();
        record.credential.clone().filter(|_| is_known)
    };
    records.iter().filter_map(known).collect()
}

/// Returns the keys of submissions based on the same log entry as an earlier submission.
pub fn sharing(records: &[Record]) -> Vec<String> {
    let line = |record: &Record| Some(record.end.as_ref()?.line.as_ref()?.id.clone());
    let mut seen = BTreeSet::new();
    let is_shared = |record: &&Record| line(record).is_some_and(|id| !seen.insert(id));
    let shared = records.iter().filter(is_shared);
    shared.map(|record| record.key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_belongs_to_one_submission() {
        let record = |key: &str, line: Option<&str>| json!({ "key": key, "end": { "what": "found", "line": line.map(|id| json!({ "id": id })) } });
        let records = json!([
            record("a", Some("7")),
            record("b", None),
            record("c", Some("7"))
        ]);
        let records: Vec<Record> = serde_json::from_value(records).unwrap();
        assert_eq!(sharing(&records), ["c"]);
    }
}
