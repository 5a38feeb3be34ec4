//! The configuration that the portal is served with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

/// Writes the built portal's config.json with `changes` applied to `folder`, and returns the path of the file.
pub fn write(dist: &Path, changes: &Value, folder: &Path) -> Result<PathBuf> {
    let shipped = dist.join("config.json");
    let text = fs::read_to_string(&shipped)
        .with_context(|| format!("cannot read {}", shipped.display()))?;
    let mut config = serde_json::from_str(&text)
        .with_context(|| format!("{} is not JSON", shipped.display()))?;
    change(&mut config, changes);
    let file = folder.join("config.json");
    fs::write(&file, config.to_string())
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Applies `changes` to `value`: objects are merged key by key, null removes a key, and anything else is replaced.
pub fn change(value: &mut Value, changes: &Value) {
    let Value::Object(changes) = changes else {
        *value = changes.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(object) = value {
        for (key, new) in changes {
            if new.is_null() {
                object.remove(key);
            } else {
                change(object.entry(key).or_insert(Value::Null), new);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_named_keys_change() {
        let mut config =
            json!({ "title": "Desk", "a": { "url": "/a", "keys": false }, "b": { "url": "/b" } });
        change(
            &mut config,
            &json!({ "a": { "keys": true, "hours": 2 }, "b": null }),
        );
        assert_eq!(
            config,
            json!({ "title": "Desk", "a": { "url": "/a", "keys": true, "hours": 2 } })
        );
    }
}
