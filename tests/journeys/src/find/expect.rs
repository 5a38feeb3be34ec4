//! What a person sees of what they found.

use std::time::Instant;

use anyhow::{Result, bail};

use super::Find;
use crate::desk::pause;

impl Find<'_> {
    /// Waits until it is there.
    pub async fn seen(&self) -> Result<()> {
        self.element().await.map(drop)
    }

    /// Waits until there is none.
    pub async fn gone(&self) -> Result<()> {
        let begun = Instant::now();
        while !self.look().await?.is_empty() {
            if begun.elapsed() > self.patience() {
                bail!(
                    "{}: waited {} s for {self} to go; it is still there\n{}",
                    self.at,
                    self.patience().as_secs(),
                    self.desk.page().await
                );
            }
            pause(begun).await;
        }
        Ok(())
    }

    /// Waits until this text is part of what it shows.
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

    /// Waits until this is its value.
    pub async fn holds(&self, value: &str) -> Result<()> {
        let read =
            async |element: &thirtyfour::WebElement| Ok(element.value().await?.unwrap_or_default());
        self.settle(
            format_args!("hold {value:?}"),
            read,
            |held: &String| held == value,
            |held| format!("it holds {held:?}"),
        )
        .await
    }

    /// Waits until an attribute has this value.
    pub async fn has(&self, attribute: &str, value: &str) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| {
            self.desk.attribute_of(element, attribute).await
        };
        let good = |is: &Option<String>| is.as_deref() == Some(value);
        self.settle(
            format_args!("have {attribute}={value:?}"),
            read,
            good,
            |is| format!("{attribute} is {is:?}"),
        )
        .await
    }

    /// Waits until it can be used.
    pub async fn enabled(&self) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| Ok(element.is_enabled().await?);
        self.settle(
            "be enabled",
            read,
            |is: &bool| *is,
            |_| "it is disabled".to_owned(),
        )
        .await
    }

    /// Waits until it cannot be used.
    pub async fn disabled(&self) -> Result<()> {
        let read = async |element: &thirtyfour::WebElement| Ok(element.is_enabled().await?);
        self.settle(
            "be disabled",
            read,
            |is: &bool| !is,
            |_| "it is enabled".to_owned(),
        )
        .await
    }

    /// Waits for it and reads the text it shows.
    pub async fn read(&self) -> Result<String> {
        self.desk.text_of(&self.element().await?).await
    }

    /// Waits for it and reads its value.
    pub async fn value(&self) -> Result<String> {
        Ok(self.element().await?.value().await?.unwrap_or_default())
    }

    /// Waits for it and reads its accessible name.
    pub async fn name(&self) -> Result<String> {
        let element = self.element().await?;
        self.desk.computed(&element, "label").await
    }

    /// Waits for it and reads what a screen reader says after its name: hints and errors that `aria-describedby` points at.
    pub async fn description(&self) -> Result<String> {
        const SCRIPT: &str = "
            const ids = (arguments[0].getAttribute('aria-describedby') || '').split(/\\s+/);
            return ids.map((id) => document.getElementById(id)?.innerText || '').filter(Boolean).join(' ');";
        let element = self.element().await?.to_json()?;
        let text = self.desk.driver().execute(SCRIPT, vec![element]).await?;
        Ok(text.json().as_str().unwrap_or_default().to_owned())
    }

    /// How many there are now, without waiting.
    pub async fn count(&self) -> Result<usize> {
        Ok(self.look().await?.len())
    }

    /// The texts of all that are there now, without waiting.
    pub async fn texts(&self) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.look().await? {
            texts.push(self.desk.text_of(&element).await?);
        }
        Ok(texts)
    }
}
