//! Looks for elements repeatedly until they appear.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use thirtyfour::{
    RequestData, WebElement,
    common::command::FormatRequestData,
    error::{WebDriverError, WebDriverErrorInner},
};

use super::{Find, What};
use crate::{Desk, desk::pause, engine::Engine};

const SCRIPT: &str = include_str!("look.js");

/// The most candidates whose names are computed, which takes a request each. With more, the journey should be more
/// specific.
const MAX_CANDIDATES: usize = 60;

impl Find<'_> {
    /// Waits until exactly one element matches, and returns it.
    pub async fn element(&self) -> Result<WebElement> {
        let start = Instant::now();
        loop {
            let found = self.find_all().await?;
            let found = match self.nth {
                Some(number) => found.into_iter().nth(number).into_iter().collect(),
                None => found,
            };
            if let [element] = &found[..] {
                return Ok(element.clone());
            }
            if start.elapsed() > self.desk.wait_timeout {
                return self.not_found(&found).await;
            }
            pause(start).await;
        }
    }

    /// Returns all elements that match now.
    pub(super) async fn find_all(&self) -> Result<Vec<WebElement>> {
        match self.find_all_once().await {
            // The page changed during the search, so what was found is gone and nothing matches now.
            Err(error) if is_transient(&error) => Ok(Vec::new()),
            other => other,
        }
    }

    async fn find_all_once(&self) -> Result<Vec<WebElement>> {
        let scope = match &self.within {
            Some(outer) => match Box::pin(outer.find_all())
                .await?
                .into_iter()
                .nth(outer.nth.unwrap_or(0))
            {
                Some(element) => element.to_json()?,
                None => return Ok(Vec::new()),
            },
            None => Value::Null,
        };
        let candidates = self
            .desk
            .driver()
            .execute(SCRIPT, vec![scope, self.query()])
            .await?
            .elements()?;
        let Some(wanted) = &self.name else {
            return Ok(candidates);
        };
        if candidates.len() > MAX_CANDIDATES {
            bail!(
                "{}: {} elements could be {self}; narrow it down with `within`",
                self.at,
                candidates.len()
            );
        }
        let mut named = Vec::new();
        for element in candidates {
            let name = self.desk.computed(&element, "label").await?;
            named.push((element, name));
        }
        Ok(best_matches(named, wanted))
    }

    fn query(&self) -> Value {
        let (kind, value) = match &self.what {
            What::Role(role) => ("role", &**role),
            What::Field => ("field", ""),
            What::Text(text) => ("text", &**text),
            What::Css(selector) => ("css", &**selector),
        };
        json!({ "kind": kind, "value": value, "name": self.name, "containing": self.containing })
    }

    async fn not_found(&self, found: &[WebElement]) -> Result<WebElement> {
        let seconds = self.desk.wait_timeout.as_secs();
        let page = self.desk.page().await;
        if found.is_empty() {
            bail!(
                "{}: waited {seconds} s for {self}; found none\n{page}",
                self.at
            );
        }
        let mut list = String::new();
        for element in found.iter().take(5) {
            let text = element.outer_html().await.unwrap_or_default();
            list += &format!("\n  - {}", text.chars().take(160).collect::<String>());
        }
        bail!(
            "{}: expected one {self}; found {}:{list}\n{page}",
            self.at,
            found.len()
        )
    }

    /// Runs `action` on the element. Errors that can only mean that the page was changing are retried, because the
    /// browser had not acted yet.
    pub(super) async fn with(&self, action: impl AsyncFn(&WebElement) -> Result<()>) -> Result<()> {
        let start = Instant::now();
        loop {
            let element = self.element().await?;
            match action(&element).await {
                Err(error) if is_transient(&error) && start.elapsed() < self.desk.wait_timeout => {
                    pause(start).await
                }
                Err(error) => bail!("{}: {self}: {error:#}\n{}", self.at, self.desk.page().await),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Waits until `is_expected` holds for the value read from the element. The error reports the last value.
    pub(super) async fn settle<T: PartialEq>(
        &self,
        expected: impl std::fmt::Display,
        read: impl AsyncFn(&WebElement) -> Result<T>,
        is_expected: impl Fn(&T) -> bool,
        describe: impl Fn(&T) -> String,
    ) -> Result<()> {
        let start = Instant::now();
        loop {
            let element = self.element().await?;
            let value = match read(&element).await {
                Ok(value) if is_expected(&value) => return Ok(()),
                Ok(value) => Some(value),
                Err(error) if is_transient(&error) => None,
                Err(error) => return Err(error.context(format!("{}: {self}", self.at))),
            };
            if start.elapsed() > self.desk.wait_timeout {
                let actual =
                    value.map_or_else(|| "it keeps changing".to_owned(), |value| describe(&value));
                bail!(
                    "{}: waited {} s for {self} to {expected}; {actual}\n{}",
                    self.at,
                    self.desk.wait_timeout.as_secs(),
                    self.desk.page().await
                );
            }
            pause(start).await;
        }
    }

    pub(super) fn wait_timeout(&self) -> Duration {
        self.desk.wait_timeout
    }
}

impl Desk {
    /// Returns the text that an element shows.
    pub(crate) async fn text_of(&self, element: &WebElement) -> Result<String> {
        if self.engine() != Engine::WebKit {
            return Ok(element.text().await?);
        }
        // WebKit's driver leaves out text in boxes that hide their overflow, visible or not.
        const TEXT: &str = "return arguments[0].innerText.trim()";
        let text = self
            .driver()
            .execute(TEXT, vec![element.to_json()?])
            .await?;
        let text = text.json().as_str().unwrap_or_default();
        // WebKit puts tabs between cells, where the other engines have a space.
        Ok(text.replace('\t', " "))
    }

    /// Returns an attribute of an element as written.
    pub(crate) async fn attribute_of(
        &self,
        element: &WebElement,
        name: &str,
    ) -> Result<Option<String>> {
        // WebKit's driver would resolve URLs.
        const ATTRIBUTE: &str = "return arguments[0].getAttribute(arguments[1])";
        let arguments = vec![element.to_json()?, json!(name)];
        let value = self.driver().execute(ATTRIBUTE, arguments).await?;
        Ok(value.json().as_str().map(str::to_owned))
    }

    /// Returns what the browser tells a screen reader: the element's `role` or `label`.
    pub(crate) async fn computed(
        &self,
        element: &WebElement,
        what: &'static str,
    ) -> Result<String> {
        let command = Computed {
            element: element.element_id().to_string(),
            what,
        };
        Ok(self
            .driver()
            .cmd(command)
            .await?
            .value::<Option<String>>()?
            .unwrap_or_default())
    }
}

#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}

impl FormatRequestData for Computed {
    fn format_request(&self, session: &thirtyfour::SessionId) -> RequestData {
        RequestData::new(
            reqwest::Method::GET,
            format!(
                "/session/{session}/element/{}/computed{}",
                self.element, self.what
            ),
        )
    }
}

/// Returns the elements with exactly this name, or if there are none, those whose name contains it.
fn best_matches<T>(named: Vec<(T, String)>, wanted: &str) -> Vec<T> {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = plain(wanted);
    if named.iter().any(|(_, name)| plain(name) == wanted) {
        return named
            .into_iter()
            .filter(|(_, name)| plain(name) == wanted)
            .map(|(thing, _)| thing)
            .collect();
    }
    let wanted = wanted.to_lowercase();
    named
        .into_iter()
        .filter(|(_, name)| plain(name).to_lowercase().contains(&wanted))
        .map(|(thing, _)| thing)
        .collect()
}

/// Whether the error only means that the page was changing.
pub(super) fn is_transient(error: &anyhow::Error) -> bool {
    let Some(error) = error.downcast_ref::<WebDriverError>() else {
        return false;
    };
    matches!(
        error.as_inner(),
        WebDriverErrorInner::StaleElementReference(_)
            | WebDriverErrorInner::NoSuchElement(_)
            | WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::ElementNotInteractable(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(names: &[&str], wanted: &str) -> Vec<usize> {
        best_matches(
            names
                .iter()
                .map(|name| (*name).to_owned())
                .enumerate()
                .collect(),
            wanted,
        )
    }

    #[test]
    fn an_exact_name_wins() {
        assert_eq!(
            pick(&["Transfer 20 minutes", "Transfer", "transfer"], "Transfer"),
            [1]
        );
    }

    #[test]
    fn otherwise_a_partial_name_matches() {
        assert_eq!(
            pick(
                &["Reseller key (required)", "Organizations key"],
                "reseller  key"
            ),
            [0]
        );
        assert_eq!(pick(&["Log", "Sign out"], "Overview"), [0; 0]);
    }
}
