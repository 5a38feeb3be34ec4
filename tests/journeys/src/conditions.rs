//! Conditions that the user works under: screen, colors, network, locale.

mod chromium;
mod firefox;
mod webkit;

use std::{path::PathBuf, time::Duration};

use anyhow::{Result, bail};
use serde_json::Value;

use crate::{
    Desk,
    browser::{firefox as firefox_browser, webkit as webkit_browser},
    engine::Engine,
};

/// A script that runs in every page before the page's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageScript(String);

impl Desk {
    /// Sends a DevTools protocol command. Chromium only.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        self.browser.set_changed();
        self.send_cdp(command, parameters).await
    }

    async fn send_cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        if self.engine() != Engine::Chromium {
            bail!("{} does not know {command}", self.engine());
        }
        Ok(self.driver().cdp().send_raw(command, parameters).await?)
    }

    /// Sets the page's size. 320 wide is a phone, or a desktop zoomed to 400%.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        match self.engine() {
            Engine::Chromium => chromium::size(self, width, height).await,
            Engine::Firefox => firefox_browser::size(&self.driver(), width, height).await,
            Engine::WebKit => webkit_browser::size(&self.driver(), width, height).await,
        }
    }

    /// Sets the preferred color scheme to dark or light.
    pub async fn dark(&self, dark: bool) -> Result<()> {
        self.media(&[("prefers-color-scheme", if dark { "dark" } else { "light" })])
            .await
    }

    /// Sets media features, such as `("forced-colors", "active")` or `("prefers-reduced-motion", "reduce")`. Each call
    /// replaces the previous one.
    pub async fn media(&self, features: &[(&str, &str)]) -> Result<()> {
        self.changes_other_tabs();
        match self.engine() {
            Engine::Chromium => chromium::media(self, features).await,
            Engine::Firefox => firefox::media(self, features).await,
            Engine::WebKit => webkit::media(self, features).await,
        }
    }

    /// Applies print styles, or screen styles again. In WebKit this affects only the open page.
    pub async fn paper(&self, paper: bool) -> Result<()> {
        match self.engine() {
            Engine::Chromium => chromium::paper(self, paper).await,
            Engine::Firefox => firefox::paper(self, paper).await,
            Engine::WebKit => webkit::paper(self, paper).await,
        }
    }

    /// Takes the network down or brings it back up.
    pub async fn offline(&self, offline: bool) -> Result<()> {
        self.changes_other_tabs();
        match (self.engine(), &self.network) {
            (Engine::Firefox, Some(network)) => {
                network.set(offline, Duration::ZERO, None)?;
                firefox::offline(self, offline).await
            }
            (Engine::WebKit, Some(network)) => {
                network.set(offline, Duration::ZERO, None)?;
                webkit::offline(self, offline).await
            }
            _ => chromium::network(self, offline, 0, None).await,
        }
    }

    /// Slows the network down: adds `latency_ms` to every exchange, and limits the rate in each direction.
    pub async fn slow(&self, latency_ms: u32, bytes_per_second: u32) -> Result<()> {
        match &self.network {
            Some(network) => {
                let latency = Duration::from_millis(latency_ms.into());
                network.set(false, latency, Some(bytes_per_second))
            }
            None => chromium::network(self, false, latency_ms, Some(bytes_per_second)).await,
        }
    }

    /// Sets the time zone, such as `Asia/Kolkata`. Firefox and WebKit restart for it, so a page must be opened
    /// afterward.
    pub async fn timezone(&self, zone: &str) -> Result<()> {
        match self.engine() {
            Engine::Chromium => chromium::timezone(self, zone).await,
            Engine::Firefox | Engine::WebKit => self.restart_in(None, Some(zone)).await,
        }
    }

    /// Sets the language of numbers and dates, such as `de-DE`. Firefox and WebKit restart for it, so a page must be
    /// opened afterward.
    pub async fn language(&self, language: &str) -> Result<()> {
        match self.engine() {
            Engine::Chromium => chromium::language(self, language).await,
            Engine::Firefox | Engine::WebKit => self.restart_in(Some(language), None).await,
        }
    }

    async fn restart_in(&self, language: Option<&str>, zone: Option<&str>) -> Result<()> {
        // The console is lost with the browser.
        _ = self.console().await;
        self.browser.restart_in(language, zone).await?;
        if let Some(language) = language.filter(|_| self.engine() == Engine::Firefox) {
            // Firefox formats in the language of its menus, which needs a language pack.
            self.scripts().add(&firefox::formats_in(language));
        }
        self.record_tabs().await?;
        self.send_scripts().await
    }

    /// Returns the folder that downloads are saved to.
    pub async fn downloads(&self) -> Result<PathBuf> {
        self.browser.set_changed();
        let folder = self.browser.downloads();
        if self.engine() == Engine::Chromium {
            chromium::save_downloads(self, &folder).await?;
        }
        Ok(folder)
    }

    /// Sets a Firefox preference.
    ///
    /// # Errors
    /// In other engines.
    pub async fn preference(&self, name: &str, value: Value) -> Result<()> {
        self.browser.set_changed();
        match self.engine() {
            Engine::Firefox => firefox::preference(self, name, value).await,
            other => bail!("{other} has no preference {name}"),
        }
    }

    /// Clears the browser's cache.
    pub async fn clear_cache(&self) -> Result<()> {
        match self.engine() {
            Engine::Chromium => chromium::clear_cache(self).await,
            Engine::Firefox => firefox::clear_cache(self).await,
            Engine::WebKit => webkit::command(self, "clear-cache", Value::Null).await,
        }
    }

    /// Runs a script in every page from now on, before the page's own. In Chromium, in this tab only.
    pub async fn before_every_page(&self, script: &str) -> Result<PageScript> {
        self.changes_other_tabs();
        match self.engine() {
            Engine::Chromium => Ok(PageScript(chromium::add_script(self, script).await?)),
            Engine::Firefox | Engine::WebKit => {
                let number = self.scripts().add(script);
                self.send_scripts().await?;
                Ok(PageScript(number))
            }
        }
    }

    /// Stops running the script in new pages.
    pub async fn remove_page_script(&self, script: &PageScript) -> Result<()> {
        match self.engine() {
            Engine::Chromium => chromium::remove_script(self, &script.0).await,
            Engine::Firefox | Engine::WebKit => {
                self.scripts().all.retain(|(number, _)| *number != script.0);
                self.send_scripts().await
            }
        }
    }

    /// Chromium applies these changes per tab; the other engines apply them to the whole browser.
    fn changes_other_tabs(&self) {
        if self.engine() != Engine::Chromium {
            self.browser.set_changed();
        }
    }

    async fn send_scripts(&self) -> Result<()> {
        let sources: Vec<_> = self.scripts().sources();
        match self.engine() {
            Engine::Chromium => Ok(()),
            Engine::Firefox => firefox::scripts(self, sources).await,
            Engine::WebKit => webkit::command(self, "scripts", sources.into()).await,
        }
    }
}

/// The scripts that run in every page, for engines where the harness keeps track of them.
#[derive(Debug, Default)]
pub struct Scripts {
    all: Vec<(String, String)>,
    count: usize,
}

impl Scripts {
    fn add(&mut self, script: &str) -> String {
        self.count += 1;
        let number = self.count.to_string();
        self.all.push((number.clone(), script.to_owned()));
        number
    }

    fn sources(&self) -> Vec<String> {
        self.all.iter().map(|(_, source)| source.clone()).collect()
    }

    /// Removes all scripts, as killing the browser does.
    pub(crate) fn clear(&mut self) {
        self.all.clear();
    }
}

/// Waits until these media features apply. The page's process learns of a change a moment later.
async fn media_applied(desk: &Desk, features: &[(&str, &str)]) -> Result<()> {
    for (feature, value) in features {
        let query = format!("return matchMedia('({feature}: {value})').matches");
        desk.until(format!("{feature}: {value}"), async || {
            Ok(desk.js(&query).await? == true)
        })
        .await?;
    }
    Ok(())
}
