//! What an element that was found shows.

use std::time::Instant;

use anyhow::{Result, bail};

use super::{Find, look::is_transient};
use crate::desk::{POLL_INTERVAL, pause};

impl Find<'_> {
    /// Waits until the element is there.
    pub async fn seen(&self) -> Result<()> {
        self.element().await.map(drop)
    }

    /// Waits until there is no such element.
    pub async fn gone(&self) -> Result<()> {
        let start = Instant::now();
        while !self.find_all().await?.is_empty() {
            if start.elapsed() > self.wait_timeout() {
                bail!(
                    "{}: waited {} s for {self} to go; it is still there\n{}",
                    self.at,
                    self.wait_timeout().as_secs(),
                    self.desk.page().await
                );
            }
            pause(start).await;
        }
        Ok(())
    }

    /// Waits until the element's text contains `text`.
    pub async fn shows(&self, text: &str) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| self.desk.text_of(element).await;
        self.settle(
            format_args!("show {text:?}"),
            read,
            |shown: &String| shown.contains(text),
            |shown| format!("it shows {shown:?}"),
        )
        .await
    }

    /// Waits until the element's value is `value`.
    pub async fn holds(&self, value: &str) -> Result<()> {
        let read =
            async |element: &thirtyfour::WebElement| Ok(element.value().await?.unwrap_or_default());
        self.settle(
            format_args!("hold {value:?}"),
            read,
            |actual: &String| actual == value,
            |actual| format!("its value is {actual:?}"),
        )
        .await
    }

    /// Waits until the attribute has this value.
    pub async fn has(&self, attribute: &str, value: &str) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| {
            self.desk.attribute_of(element, attribute).await
        };
        let is_expected = |actual: &Option<String>| actual.as_deref() == Some(value);
        self.settle(
            format_args!("have {attribute}={value:?}"),
            read,
            is_expected,
            |actual| format!("{attribute} is {actual:?}"),
        )
        .await
    }

    /// Waits until the element is enabled.
    pub async fn enabled(&self) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| Ok(element.is_enabled().await?);
        self.settle(
            "be enabled",
            read,
            |enabled: &bool| *enabled,
            |_| "it is disabled".to_owned(),
        )
        .await
    }

    /// Waits until the element is disabled.
    pub async fn disabled(&self) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| Ok(element.is_enabled().await?);
        self.settle(
            "be disabled",
            read,
            |enabled: &bool| !enabled,
            |_| "it is enabled".to_owned(),
        )
        .await
    }

    /// Waits for the element and returns its text.
    pub async fn read(&self) -> Result<String> {
        self.desk.text_of(&self.element().await?).await
    }

    /// Waits for the element and returns its value.
    pub async fn value(&self) -> Result<String> {
        Ok(self.element().await?.value().await?.unwrap_or_default())
    }

    /// Waits for the element and returns its accessible name.
    pub async fn name(&self) -> Result<String> {
        let element = self.element().await?;
        self.desk.computed(&element, "label").await
    }

    /// Waits for the element and returns its accessible description: the hints and errors that `aria-describedby`
    /// points to.
    pub async fn description(&self) -> Result<String> {
        const SCRIPT: &str = "
            const ids = (arguments[0].getAttribute('aria-describedby') || '').split(/\\s+/);
            return ids.map((id) => document.getElementById(id)?.innerText || '').filter(Boolean).join(' ');";
        let element = self.element().await?.to_json()?;
        let text = self.desk.driver().execute(SCRIPT, vec![element]).await?;
        Ok(text.json().as_str().unwrap_or_default().to_owned())
    }

    /// Returns how many there are now, without waiting.
    pub async fn count(&self) -> Result<usize> {
        Ok(self.find_all().await?.len())
    }

    /// Returns the texts of all that are there now, without waiting.
    pub async fn texts(&self) -> Result<Vec<String>> {
        // An element may be replaced between finding it and reading it.
        for _ in 0..10 {
            match self.read_texts().await {
                Err(error) if is_transient(&error) => tokio::time::sleep(POLL_INTERVAL).await,
                result => return result,
            }
        }
        self.read_texts().await
    }

    async fn read_texts(&self) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.find_all().await? {
            texts.push(self.desk.text_of(&element).await?);
        }
        Ok(texts)
    }
}
