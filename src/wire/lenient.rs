//! Deserializers for fields that the services omit, set to null, or fill with `false`.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Reads an optional field of any type but a list. Null, `false` and absence (with `#[serde(default)]`) give `None`
/// (contract §2, "empty values"). A value of the wrong type is still an error. The value is parsed from its raw text,
/// because going through a `serde_json::Value` can change the last digit of a number (see `units::decimal`).
pub fn optional<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Box::<RawValue>::deserialize(deserializer)?;
    match text.get() {
        "null" | "false" => Ok(None),
        // serde would fill a struct from a list by position, so which value belongs to which field would be a guess.
        text if text.starts_with('[') => Err(D::Error::custom("a list where none belongs")),
        text => serde_json::from_str(text)
            .map(Some)
            .map_err(D::Error::custom),
    }
}

/// Reads a required field. Like [`optional`], but null and `false` are errors.
pub fn required<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<T, D::Error> {
    optional(deserializer)?.ok_or_else(|| D::Error::custom("nothing where something belongs"))
}

/// Reads an optional text. A value that is not text gives `None`: an unreadable name must not hide an amount.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Reads a map of texts. Entries that are not text are dropped; anything but an object gives an empty map.
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

/// Reads an optional flag. Anything but `true` is false.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Value::deserialize(deserializer).map(|value| value == Value::Bool(true))
}
