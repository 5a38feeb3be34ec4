//! A good answer, changed in every way: what is still taken must say the same as the text.

use std::fmt::Debug;

use credit_desk::client::read;
use credit_desk::session::Api;
use fastrand::Rng;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{answer, grown};
use crate::{
    digits::digits,
    mutate,
    readers::{judged, same},
    run::{Outcome, Reader},
};

/// Figures of what was read, each by its place in the body.
pub type PreviewResponse<T> = fn(&T) -> Vec<(String, Option<String>)>;

/// A good answer of one kind.
struct Good<T> {
    name: &'static str,
    api: Api,
    body: Value,
    figures: PreviewResponse<T>,
}

/// A reader for the bodies of a type.
pub fn good<T: DeserializeOwned + PartialEq + Debug + 'static>(
    name: &'static str,
    api: Api,
    body: Value,
    figures: PreviewResponse<T>,
) -> Box<dyn Reader> {
    Box::new(Good {
        name,
        api,
        body,
        figures,
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
        grown(&self.body, bytes)
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(taken) = read::<T>(self.api, &answer(200, text)) else {
            return Outcome::Refused;
        };
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Outcome::Wrong("taken, and no JSON".to_owned());
        };
        if self.api == Api::Reseller && value.get("success") != Some(&Value::Bool(true)) {
            return Outcome::Wrong("taken, and it does not say success".to_owned());
        }
        // A tree takes an object of this name for a figure, and writes it as one: then it is another body.
        let is_same = !text.contains(mutate::PRIVATE);
        judged(self.look(&taken, &value, is_same))
    }
}

impl<T: DeserializeOwned + PartialEq + Debug> Good<T> {
    fn look(&self, taken: &T, value: &Value, is_same: bool) -> Result<(), String> {
        // The same in other clothes: no blanks, and many.
        let clothes = [value.to_string(), format!("{value:#}")];
        for written in clothes.into_iter().filter(|_| is_same) {
            let again = read::<T>(self.api, &answer(200, &written));
            let again = again.map_err(|failure| format!("not taken again: {:?}", failure.kind))?;
            same("read again", taken, &again)?;
        }
        for (place, figure) in (self.figures)(taken) {
            let came = value.pointer(&place);
            let Some(figure) = figure else {
                let is_nothing =
                    came.is_none_or(|came| matches!(came, Value::Null | Value::Bool(false)));
                if !is_nothing {
                    return Err(format!("{place}: {came:?} was taken for nothing"));
                }
                continue;
            };
            let Some(Value::Number(came)) = came else {
                return Err(format!("{place}: {figure} was read from {came:?}"));
            };
            if digits(&figure).is_none() || digits(came.as_str()) != digits(&figure) {
                return Err(format!("{place}: {came} was read as {figure}"));
            }
        }
        Ok(())
    }
}
