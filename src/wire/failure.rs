//! The bodies of failures, in all the shapes that both vendors use (contract §1.9, §2, §4, §7).

use serde_json::Value;

/// What a failure's body says. All of it is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The machine's word, such as `insufficient_balance` or `BILLING_EXHAUSTED`.
    pub code: Option<String>,
    /// The words for people.
    pub message: Option<String>,
    /// Layers' `req_…`, to quote to support.
    pub request_id: Option<String>,
    /// Reseller API: the balance or the plan is what stands in the way (contract §2).
    pub plan_expired: bool,
}

impl Body {
    /// Reads whichever of the shapes `value` has:
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
        let words = ["error_description", "detail", "message"]
            .iter()
            .find_map(|name| text(value, name));
        let (code, sentence) = match error {
            Some(error) if is_code(&error) => (Some(error), None),
            sentence => (None, sentence),
        };
        Self {
            code,
            message: words.or(sentence),
            request_id: None,
            plan_expired,
        }
    }
}
