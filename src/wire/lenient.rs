//! Readers for fields that backends leave out, null, or fill with `false`.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An optional field of any type: null, `false` and absence (with `#[serde(default)]`) all mean nothing
/// (contract §2, "empty values"). A value of the wrong type stays an error. Read from its text: by way of a tree of JSON
/// a figure may come out with another last digit (see `units::decimal`).
pub fn optional<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Box::<RawValue>::deserialize(deserializer)?;
    match text.get() {
        "null" | "false" => Ok(None),
        // The parts of an object one after the other: whose they are would be a guess.
        text if text.starts_with('[') => Err(D::Error::custom("a list where none belongs")),
        text => serde_json::from_str(text)
            .map(Some)
            .map_err(D::Error::custom),
    }
}

/// A field that must be there, and no list: read as [`optional`].
pub fn required<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<T, D::Error> {
    optional(deserializer)?.ok_or_else(|| D::Error::custom("nothing where something belongs"))
}

/// An optional text. What is no text at all is taken as none: a name that cannot be read hides no figure.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Texts by name. What is no text is left out; what is no object is none.
pub fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let Value::Object(map) = Value::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    };
    Ok(map.into_iter().filter_map(text).collect())
}

/// An optional flag: only `true` is true.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Value::deserialize(deserializer).map(|value| value == Value::Bool(true))
}
