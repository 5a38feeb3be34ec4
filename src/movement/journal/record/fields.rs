//! The fields of a stored object, read one by one: derived readers are several times as much code for as many types.

use serde_json::{Map, Value};

/// The fields of an object that are not read yet.
pub(crate) struct JsonFields(Map<String, Value>);

impl JsonFields {
    /// Those of `value`.
    ///
    /// # Errors
    /// A sentence, as from every other function here: it is no object.
    pub fn of(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(wrong("an object")),
        }
    }

    /// A field that is absent or null is none.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A text that may be absent.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.take(name).map(|value| text(value, name)).transpose()
    }

    /// A text that has to be there.
    pub fn needed_text(&mut self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| wrong(name))
    }

    /// A whole number that may be absent.
    pub fn number(&mut self, name: &str) -> Result<Option<i64>, String> {
        let number = |value: Value| value.as_i64().ok_or_else(|| wrong(name));
        self.take(name).map(number).transpose()
    }

    /// A whole number of a smaller type that may be absent.
    pub fn small_number<T: TryFrom<i64>>(&mut self, name: &str) -> Result<Option<T>, String> {
        let small = |number| T::try_from(number).map_err(|_| wrong(name));
        self.number(name)?.map(small).transpose()
    }

    /// A whole number that has to be there.
    pub fn needed_number(&mut self, name: &str) -> Result<i64, String> {
        self.number(name)?.ok_or_else(|| wrong(name))
    }

    /// A flag; an absent one is not set.
    pub fn flag(&mut self, name: &str) -> Result<bool, String> {
        let flag = |value: Value| value.as_bool().ok_or_else(|| wrong(name));
        self.take(name).map_or(Ok(false), flag)
    }

    /// The values of a list; an absent one is empty.
    pub fn list(&mut self, name: &str) -> Result<Vec<Value>, String> {
        self.take(name)
            .map_or(Ok(Vec::new()), |value| list(value, name))
    }

    /// The values of a list that has to be there.
    pub fn needed_list(&mut self, name: &str) -> Result<Vec<Value>, String> {
        list(self.take(name).ok_or_else(|| wrong(name))?, name)
    }

    /// A list of texts; an absent one is empty.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, String> {
        let list = self.list(name)?.into_iter();
        list.map(|value| text(value, name)).collect()
    }

    /// An object that may be absent.
    pub fn object(&mut self, name: &str) -> Result<Option<Self>, String> {
        self.take(name).map(Self::of).transpose()
    }
}

fn list(value: Value, name: &str) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(list) => Ok(list),
        _ => Err(wrong(name)),
    }
}

fn text(value: Value, name: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(wrong(name)),
    }
}

/// What to say of something that cannot be read.
pub(crate) fn wrong(what: &str) -> String {
    format!("{what} cannot be read")
}
