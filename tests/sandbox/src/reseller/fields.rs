//! Reads a body field by field, so that one failure lists all invalid fields (O5).

use serde_json::{Map, Value};

use super::Failure;
use crate::units::Micro;

/// A body being read. Unknown fields are ignored.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    missing: Vec<&'static str>,
    invalid: Vec<String>,
}

impl Fields {
    /// Parses the body; the failure for invalid JSON mentions the fields in `required`.
    pub fn of(body: &[u8], required: &str) -> Result<Self, Failure> {
        let object = match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => object,
            Ok(_) => {
                let text = format!("The body must be a JSON object with {required}");
                return Err(Failure::invalid(text));
            }
            Err(_) => {
                let text = format!("Malformed JSON: expected an object with {required}");
                return Err(Failure::invalid(text));
            }
        };
        Ok(Self {
            object,
            missing: Vec::new(),
            invalid: Vec::new(),
        })
    }

    /// Reads a required integer, written without fraction and exponent.
    pub fn integer(&mut self, name: &'static str) -> Option<i64> {
        let Value::Number(number) = self.required(name)? else {
            return self.refuse(name, "must be an integer");
        };
        match number.to_string().parse::<i128>() {
            Err(_) => self.refuse(name, "must be an integer"),
            Ok(wide) => match i64::try_from(wide) {
                Ok(value) => Some(value),
                Err(_) => self.refuse(name, "is too large"),
            },
        }
    }

    /// Reads a required integer above zero.
    pub fn minutes(&mut self, name: &'static str) -> Option<i64> {
        match self.integer(name)? {
            minutes if minutes > 0 => Some(minutes),
            _ => self.refuse(name, "must be greater than 0"),
        }
    }

    /// Reads a required integer of zero or more.
    pub fn limit(&mut self, name: &'static str) -> Option<i64> {
        match self.integer(name)? {
            limit if limit >= 0 => Some(limit),
            _ => self.refuse(name, "must be 0 or more"),
        }
    }

    /// Reads a required rate above zero, with at most 6 decimals.
    pub fn rate(&mut self, name: &'static str) -> Option<Micro> {
        let Value::Number(number) = self.required(name)? else {
            return self.refuse(name, "must be a number");
        };
        match number.to_string().parse::<Micro>() {
            Ok(rate) if rate > Micro::ZERO => Some(rate),
            Ok(_) => self.refuse(name, "must be greater than 0"),
            Err(error) => self.refuse(name, &error.to_string()),
        }
    }

    /// Reads an optional boolean, false by default.
    pub fn flag(&mut self, name: &'static str) -> bool {
        match self.object.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(value)) => *value,
            Some(_) => {
                self.invalid.push(format!("{name} must be true or false"));
                false
            }
        }
    }

    /// Returns the whole body with sorted keys, or the failure if any field was missing or invalid.
    pub fn done(mut self) -> Result<String, Failure> {
        if self.missing.is_empty() && self.invalid.is_empty() {
            let mut body = Value::Object(std::mem::take(&mut self.object));
            body.sort_all_objects();
            return Ok(body.to_string());
        }
        let mut parts = Vec::new();
        if !self.missing.is_empty() {
            parts.push(format!("Missing fields: {}", self.missing.join(", ")));
        }
        if !self.invalid.is_empty() {
            parts.push(format!("Invalid fields: {}", self.invalid.join(", ")));
        }
        Err(Failure::invalid(parts.join(". ")))
    }

    fn required(&mut self, name: &'static str) -> Option<Value> {
        match self.object.get(name) {
            None | Some(Value::Null) => {
                self.missing.push(name);
                None
            }
            Some(value) => Some(value.clone()),
        }
    }

    fn refuse<T>(&mut self, name: &str, why: &str) -> Option<T> {
        self.invalid.push(format!("{name} {why}"));
        None
    }
}
