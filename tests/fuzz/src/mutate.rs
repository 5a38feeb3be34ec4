//! Mutates a valid text: as a JSON tree, then as characters.

use fastrand::Rng;
use serde_json::{Map, Number, Value};

use crate::hostile;

/// The name under which serde_json keeps a number as it was written.
pub const PRIVATE: &str = "$serde_json::private::Number";

/// Mutates a JSON tree in up to four places and writes it; a quarter of the time the text is mutated as well.
pub fn json(rng: &mut Rng, good: &Value) -> String {
    let mut value = good.clone();
    for _ in 0..rng.u8(..5) {
        mutate_value(rng, &mut value, 0);
    }
    let text = value.to_string();
    if rng.u8(..4) == 0 {
        characters(rng, &text)
    } else {
        text
    }
}

/// Descends to a random place and changes it.
fn mutate_value(rng: &mut Rng, value: &mut Value, depth: u8) {
    let deeper = depth < 12 && rng.u8(..8) != 0;
    match value {
        Value::Object(object) if deeper && !object.is_empty() => {
            let at = rng.usize(..object.len());
            let Some(name) = object.keys().nth(at).cloned() else {
                return;
            };
            match rng.u8(..12) {
                0 => {
                    object.remove(&name);
                }
                1 => {
                    let child = object.remove(&name).unwrap_or(Value::Null);
                    object.insert(hostile::text(rng), child);
                }
                2 => {
                    object.insert(hostile::text(rng), scalar(rng));
                }
                _ => {
                    if let Some(child) = object.get_mut(&name) {
                        mutate_value(rng, child, depth + 1);
                    }
                }
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = rng.usize(..list.len());
            match rng.u8(..8) {
                0 => {
                    list.remove(at);
                }
                1 if list.len() < 6 => list.push(list[at].clone()),
                _ => mutate_value(rng, &mut list[at], depth + 1),
            }
        }
        _ => *value = replacement(rng, value),
    }
}

/// Returns a replacement for a value.
fn replacement(rng: &mut Rng, value: &Value) -> Value {
    match rng.u8(..16) {
        0 => Value::Array(vec![value.clone()]),
        1 => Value::Object(Map::from_iter([(hostile::text(rng), value.clone())])),
        2 => nested(rng.usize(1..160)),
        // serde_json's own representation of a number that it keeps as text.
        3 => Value::Object(Map::from_iter([(
            PRIVATE.to_owned(),
            Value::String(hostile::number(rng)),
        )])),
        // Of the same type more often than not, so that the reader gets further.
        4..12 if value.is_number() => number(rng),
        4..12 if value.is_string() => Value::String(hostile::text(rng)),
        _ => scalar(rng),
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

fn number(rng: &mut Rng) -> Value {
    Value::Number(
        hostile::number(rng)
            .parse()
            .unwrap_or_else(|_| Number::from(0)),
    )
}

fn scalar(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => Value::Null,
        1 => Value::Bool(rng.bool()),
        2 | 3 => number(rng),
        _ => Value::String(hostile::text(rng)),
    }
}

/// Mutates the characters of a text: removes, replaces, inserts or duplicates some, or truncates it.
pub fn characters(rng: &mut Rng, text: &str) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for _ in 0..rng.u8(1..4) {
        let at = rng.usize(..=all.len());
        match rng.u8(..6) {
            0 if at < all.len() => {
                all.remove(at);
            }
            1 => all.truncate(at),
            2 => {
                let end = (at + rng.usize(..20)).min(all.len());
                let piece = all[at..end].to_vec();
                all.splice(at..at, piece);
            }
            3 => {
                // Half of a surrogate pair, an invalid escape, a lone quote.
                let piece = hostile::pick(
                    rng,
                    &[
                        "\\ud800",
                        "\\udc00\\ud800",
                        "\\u0000",
                        "\\x",
                        "\"",
                        "{",
                        "}]",
                        "1e5",
                        "//",
                    ],
                );
                all.splice(at..at, piece.chars());
            }
            4 => {
                let piece = hostile::random_text(rng, 6);
                all.splice(at..at, piece.chars());
            }
            _ if at < all.len() => all[at] = char::from(rng.u8(..128)),
            _ => {}
        }
    }
    all.into_iter().collect()
}
