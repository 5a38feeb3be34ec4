//! Mutates a valid response: what is still accepted must match the text.

use std::fmt::Debug;

use credit_desk::client::read;
use credit_desk::session::Api;
use fastrand::Rng;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{enlarged, response};
use crate::{
    digits::digits,
    mutate,
    readers::{outcome_of, same},
    run::{Outcome, Reader},
};

/// Returns the numbers in a parsed response, each with its JSON pointer in the body.
pub type Numbers<T> = fn(&T) -> Vec<(String, Option<String>)>;

/// Reads responses of one kind, starting from a valid one.
struct Good<T> {
    name: &'static str,
    api: Api,
    body: Value,
    numbers: Numbers<T>,
}

/// Returns a reader for the bodies of a type.
pub fn good<T: DeserializeOwned + PartialEq + Debug + 'static>(
    name: &'static str,
    api: Api,
    body: Value,
    numbers: Numbers<T>,
) -> Box<dyn Reader> {
    Box::new(Good {
        name,
        api,
        body,
        numbers,
    })
}

impl<T: DeserializeOwned + PartialEq + Debug> Reader for Good<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn draw(&self, rng: &mut Rng) -> String {
        mutate::json(rng, &self.body)
    }

    fn large(&self, bytes: usize) -> String {
        enlarged(&self.body, bytes)
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(accepted) = read::<T>(self.api, &response(200, text)) else {
            return Outcome::Rejected;
        };
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Outcome::Wrong("accepted, but not JSON".to_owned());
        };
        if self.api == Api::Reseller && value.get("success") != Some(&Value::Bool(true)) {
            return Outcome::Wrong("accepted without \"success\": true".to_owned());
        }
        // serde_json parses an object with this field name as a number and writes a number, which changes the body.
        let is_same = !text.contains(mutate::PRIVATE);
        outcome_of(self.check(&accepted, &value, is_same))
    }
}

impl<T: DeserializeOwned + PartialEq + Debug> Good<T> {
    fn check(&self, accepted: &T, value: &Value, is_same: bool) -> Result<(), String> {
        // The same JSON with different whitespace: none, and a lot.
        let formats = [value.to_string(), format!("{value:#}")];
        for written in formats.into_iter().filter(|_| is_same) {
            let reread = read::<T>(self.api, &response(200, &written));
            let reread = reread.map_err(|failure| format!("not accepted: {:?}", failure.kind))?;
            same("reread", accepted, &reread)?;
        }
        for (pointer, number) in (self.numbers)(accepted) {
            let original = value.pointer(&pointer);
            let Some(number) = number else {
                let is_absent =
                    original.is_none_or(|value| matches!(value, Value::Null | Value::Bool(false)));
                if !is_absent {
                    return Err(format!("{pointer}: {original:?} was read as absent"));
                }
                continue;
            };
            let Some(Value::Number(original)) = original else {
                return Err(format!("{pointer}: {number} was read from {original:?}"));
            };
            if digits(&number).is_none() || digits(original.as_str()) != digits(&number) {
                return Err(format!("{pointer}: {original} was read as {number}"));
            }
        }
        Ok(())
    }
}
