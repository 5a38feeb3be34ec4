//! Reads the fields of a stored object one by one. Derived deserializers would be several times as much code.

use serde_json::{Map, Value};

/// The fields of an object that haven't been read yet.
pub(crate) struct JsonFields(Map<String, Value>);

impl JsonFields {
    /// Returns the fields of `value`.
    ///
    /// # Errors
    /// A sentence if `value` is not an object. All methods report errors as a sentence.
    pub fn of(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(unreadable("an object")),
        }
    }

    /// Removes a field. Absent and null fields are `None`.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Reads an optional string.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.take(name).map(|value| text(value, name)).transpose()
    }

    /// Reads a required string.
    pub fn required_text(&mut self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| unreadable(name))
    }

    /// Reads an optional integer.
    pub fn number(&mut self, name: &str) -> Result<Option<i64>, String> {
        let number = |value: Value| value.as_i64().ok_or_else(|| unreadable(name));
        self.take(name).map(number).transpose()
    }

    /// Reads an optional integer of a smaller type.
    pub fn small_number<T: TryFrom<i64>>(&mut self, name: &str) -> Result<Option<T>, String> {
        let small = |number| T::try_from(number).map_err(|_| unreadable(name));
        self.number(name)?.map(small).transpose()
    }

    /// Reads a required integer.
    pub fn required_number(&mut self, name: &str) -> Result<i64, String> {
        self.number(name)?.ok_or_else(|| unreadable(name))
    }

    /// Reads a boolean. An absent one is false.
    pub fn flag(&mut self, name: &str) -> Result<bool, String> {
        let flag = |value: Value| value.as_bool().ok_or_else(|| unreadable(name));
        self.take(name).map_or(Ok(false), flag)
    }

    /// Reads an optional list. An absent one is empty.
    pub fn list(&mut self, name: &str) -> Result<Vec<Value>, String> {
        self.take(name)
            .map_or(Ok(Vec::new()), |value| list(value, name))
    }

    /// Reads a required list.
    pub fn required_list(&mut self, name: &str) -> Result<Vec<Value>, String> {
        list(self.take(name).ok_or_else(|| unreadable(name))?, name)
    }

    /// Reads an optional list of strings. An absent one is empty.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, String> {
        let list = self.list(name)?.into_iter();
        list.map(|value| text(value, name)).collect()
    }

    /// Reads an optional object.
    pub fn object(&mut self, name: &str) -> Result<Option<Self>, String> {
        self.take(name).map(Self::of).transpose()
    }
}

fn list(value: Value, name: &str) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(list) => Ok(list),
        _ => Err(unreadable(name)),
    }
}

fn text(value: Value, name: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(unreadable(name)),
    }
}

/// Returns the error for something that can't be read.
pub(crate) fn unreadable(what: &str) -> String {
    format!("{what} cannot be read")
}
