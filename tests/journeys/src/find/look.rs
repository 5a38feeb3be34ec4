//! Looking, and looking again until it is there.

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

/// More candidates than this are not asked for their names one by one: the journey should be more precise.
const MOST: usize = 60;

impl Find<'_> {
    /// Waits until exactly one is there, and gives it.
    pub async fn element(&self) -> Result<WebElement> {
        let begun = Instant::now();
        loop {
            let found = self.look().await?;
            let found = match self.nth {
                Some(number) => found.into_iter().nth(number).into_iter().collect(),
                None => found,
            };
            if let [element] = &found[..] {
                return Ok(element.clone());
            }
            if begun.elapsed() > self.desk.patience {
                return self.missed(&found).await;
            }
            pause(begun).await;
        }
    }

    /// All that are there now.
    pub(super) async fn look(&self) -> Result<Vec<WebElement>> {
        match self.look_once().await {
            // The page changed under the look: what was found is gone, so there is nothing, now.
            Err(error) if is_passing(&error) => Ok(Vec::new()),
            other => other,
        }
    }

    async fn look_once(&self) -> Result<Vec<WebElement>> {
        let scope = match &self.within {
            Some(outer) => match Box::pin(outer.look())
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
        if candidates.len() > MOST {
            bail!(
                "{}: {} things could be {self}; say `within` what",
                self.at,
                candidates.len()
            );
        }
        let mut named = Vec::new();
        for element in candidates {
            let name = self.desk.computed(&element, "label").await?;
            named.push((element, name));
        }
        Ok(best(named, wanted))
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

    async fn missed(&self, found: &[WebElement]) -> Result<WebElement> {
        let seconds = self.desk.patience.as_secs();
        let page = self.desk.page().await;
        if found.is_empty() {
            bail!(
                "{}: looked {seconds} s for {self}; there is none\n{page}",
                self.at
            );
        }
        let mut list = String::new();
        for element in found.iter().take(5) {
            let text = element.outer_html().await.unwrap_or_default();
            list += &format!("\n  - {}", text.chars().take(160).collect::<String>());
        }
        bail!(
            "{}: looked for one {self}; there are {}:{list}\n{page}",
            self.at,
            found.len()
        )
    }

    /// Does something with it. What can only mean that the page was just changing is tried again: the browser had not acted yet.
    pub(super) async fn with(&self, act: impl AsyncFn(&WebElement) -> Result<()>) -> Result<()> {
        let begun = Instant::now();
        loop {
            let element = self.element().await?;
            match act(&element).await {
                Err(error) if is_passing(&error) && begun.elapsed() < self.desk.patience => {
                    pause(begun).await
                }
                Err(error) => bail!("{}: {self}: {error:#}\n{}", self.at, self.desk.page().await),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Waits until what is read from it is good; says what it was otherwise.
    pub(super) async fn settle<T: PartialEq>(
        &self,
        expected: impl std::fmt::Display,
        read: impl AsyncFn(&WebElement) -> Result<T>,
        good: impl Fn(&T) -> bool,
        show: impl Fn(&T) -> String,
    ) -> Result<()> {
        let begun = Instant::now();
        loop {
            let element = self.element().await?;
            let value = match read(&element).await {
                Ok(value) if good(&value) => return Ok(()),
                Ok(value) => Some(value),
                Err(error) if is_passing(&error) => None,
                Err(error) => return Err(error.context(format!("{}: {self}", self.at))),
            };
            if begun.elapsed() > self.desk.patience {
                let was =
                    value.map_or_else(|| "it keeps changing".to_owned(), |value| show(&value));
                bail!(
                    "{}: waited {} s for {self} to {expected}; {was}\n{}",
                    self.at,
                    self.desk.patience.as_secs(),
                    self.desk.page().await
                );
            }
            pause(begun).await;
        }
    }

    pub(super) fn patience(&self) -> Duration {
        self.desk.patience
    }
}

impl Desk {
    /// The text that an element shows.
    pub(crate) async fn text_of(&self, element: &WebElement) -> Result<String> {
        if self.engine() != Engine::WebKit {
            return Ok(element.text().await?);
        }
        // Its driver leaves out what lies in boxes that hide their overflow, visible or not.
        const TEXT: &str = "return arguments[0].innerText.trim()";
        let text = self
            .driver()
            .execute(TEXT, vec![element.to_json()?])
            .await?;
        let text = text.json().as_str().unwrap_or_default();
        // Between cells, where the others have a space.
        Ok(text.replace('\t', " "))
    }

    /// An attribute of an element, as it was written.
    pub(crate) async fn attribute_of(
        &self,
        element: &WebElement,
        name: &str,
    ) -> Result<Option<String>> {
        // WebKit's driver would resolve an address.
        const ATTRIBUTE: &str = "return arguments[0].getAttribute(arguments[1])";
        let arguments = vec![element.to_json()?, json!(name)];
        let value = self.driver().execute(ATTRIBUTE, arguments).await?;
        Ok(value.json().as_str().map(str::to_owned))
    }

    /// What the browser tells a screen reader: its `role` or its `label`.
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

/// Those of exactly this name; if there are none, those with the name in theirs.
fn best<T>(named: Vec<(T, String)>, wanted: &str) -> Vec<T> {
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

/// Errors of a moment in which the page was changing.
fn is_passing(error: &anyhow::Error) -> bool {
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
        best(
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
    fn otherwise_a_part_will_do() {
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
