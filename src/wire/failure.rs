//! Error response bodies, in all the shapes that the two vendors use (contract §1.9, §2, §4, §7).

use serde_json::Value;

/// The content of an error response body. Every field is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The machine-readable code, such as `insufficient_balance` or `BILLING_EXHAUSTED`.
    pub code: Option<String>,
    /// The human-readable message.
    pub message: Option<String>,
    /// Layers' request id, `req_…`, to quote to support.
    pub request_id: Option<String>,
    /// Reseller API: the request failed because of the balance or the plan (contract §2).
    pub plan_expired: bool,
}

impl Body {
    /// Parses `value`, which can have any of these shapes:
    /// - Layers: `{"error":{"code","message","requestId"}}`
    /// - reseller: `{"error":"code","error_description":"…"}`, `{"error","message"}`, `{"detail"}`,
    ///   `{"success":false,"plan_expire":true,"error":"A sentence"}`
    pub fn read(value: &Value) -> Self {
        let text = |value: &Value, name: &str| {
            value
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let plan_expired = value.get("plan_expire") == Some(&Value::Bool(true));
        if let Some(error) = value.get("error").filter(|error| error.is_object()) {
            return Self {
                code: text(error, "code"),
                message: text(error, "message"),
                request_id: text(error, "requestId"),
                plan_expired,
            };
        }
        let error = text(value, "error");
        let is_code = |text: &String| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let message = ["error_description", "detail", "message"]
            .iter()
            .find_map(|name| text(value, name));
        let (code, message_in_error) = match error {
            Some(error) if is_code(&error) => (Some(error), None),
            message_in_error => (None, message_in_error),
        };
        Self {
            code,
            message: message.or(message_in_error),
            request_id: None,
            plan_expired,
        }
    }
}
