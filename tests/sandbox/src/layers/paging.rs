//! Cursors and limits (contract §3.4, §3.6, L12).

use super::Failure;
use crate::gate::Call;

/// Returns the `limit` of a page.
pub fn limit(call: &Call, default: i64, max: i64) -> Result<i64, Failure> {
    let Some(text) = call.query("limit") else {
        return Ok(default);
    };
    match text.parse::<i64>() {
        Ok(limit) if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(Failure::validation(format!(
            "limit must be an integer from 1 to {max}"
        ))),
    }
}

/// Returns the position of a cursor: a timestamp, and an id that breaks ties.
pub fn cursor(call: &Call) -> Result<Option<(i64, String)>, Failure> {
    let Some(text) = call.query("cursor") else {
        return Ok(None);
    };
    text.strip_prefix("c.")
        .and_then(|rest| rest.split_once('.'))
        .and_then(|(at, id)| Some((i64::from_str_radix(at, 16).ok()?, id.to_owned())))
        .filter(|(_, id)| !id.is_empty())
        .map(Some)
        .ok_or_else(|| Failure::validation("cursor is not one of ours"))
}

/// Returns the cursor of a position; callers must treat it as opaque.
pub fn cursor_at(at: i64, id: &str) -> String {
    format!("c.{at:x}.{id}")
}
