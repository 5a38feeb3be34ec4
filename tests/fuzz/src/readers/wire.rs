//! The responses of both services, as [`credit_desk::client::read`] parses them.

use credit_desk::client::RawResponse;
use serde_json::Value;

use crate::run::Reader;

macro_rules! example {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            "../../../../contract/",
            $name,
            ".json"
        )))
        .unwrap_or_default()
    };
}

/// Returns a function that returns the numbers in these fields, each with its JSON pointer.
macro_rules! fields {
    ($type:ty: $($name:ident),*) => {
        |read: &$type| vec![$((format!("/{}", stringify!($name)), Some(read.$name.to_string()))),*]
    };
}

mod good;
mod organizations;
mod refusals;
mod reseller;

/// Returns one reader per body.
pub fn all() -> Vec<Box<dyn Reader>> {
    let mut all = reseller::all();
    all.extend(organizations::all());
    all.push(Box::new(refusals::Refusals::new()));
    all
}

fn body(mut example: Value) -> Value {
    example["response"]["body"].take()
}

fn response(status: u16, body: &str) -> RawResponse {
    RawResponse {
        status,
        body: body.to_owned(),
        ..RawResponse::default()
    }
}

/// Returns a valid body of about this length in bytes: half of it in an unknown field, half in a text.
pub fn enlarged(body: &Value, bytes: usize) -> String {
    let mut body = body.clone();
    let size = body.to_string().len().max(1);
    if let Some(object) = body.as_object_mut() {
        let more = Value::Array(vec![Value::Object(object.clone()); bytes / 2 / size]);
        object.insert("more".to_owned(), more);
        object.insert(
            "message".to_owned(),
            Value::String("ä\u{202e}".repeat(bytes / 10)),
        );
    }
    body.to_string()
}
