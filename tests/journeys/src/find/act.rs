//! Actions on an element that was found.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebElement};

use super::Find;
use crate::engine::Engine;

/// Input types in which typing depends on the browser and its language. A script sets their value instead.
const SET_BY_SCRIPT: &[&str] = &[
    "date",
    "month",
    "week",
    "time",
    "datetime-local",
    "range",
    "color",
];

const SET: &str = "
    const [element, value] = arguments;
    element.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(element, value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));";

const SELECT: &str = "
    const [select, text] = arguments;
    const plain = (option) => option.textContent.replace(/\\s+/g, ' ').trim();
    const options = [...select.options];
    const option = options.find((option) => plain(option) === text) || options.find((option) => option.value === text)
        || options.find((option) => plain(option).includes(text));
    if (!option || option.disabled) return options.map(plain);
    select.focus();
    select.value = option.value;
    select.dispatchEvent(new Event('input', { bubbles: true }));
    select.dispatchEvent(new Event('change', { bubbles: true }));
    return null;";

/// Scrolls to the element and waits until it has stayed in place for two frames. The timeout covers pages that are
/// never painted and so have no frames.
const WAIT_UNTIL_STILL: &str = "
    const [element, done] = arguments;
    element.scrollIntoView({ behavior: 'instant', block: 'nearest', inline: 'nearest' });
    const place = () => JSON.stringify(element.getBoundingClientRect());
    const frame = () => new Promise((next) => {
        requestAnimationFrame(next);
        setTimeout(next, 100);
    });
    const compare = async () => {
        for (let count = 0; count < 50; count++) {
            const before = place();
            await frame();
            await frame();
            if (place() === before) break;
        }
        done();
    };
    compare();";

/// Records the mouse events that reach the page.
const LISTEN: &str = "
    window.journeysMouse?.end.abort();
    const [events, end] = [[], new AbortController()];
    window.journeysMouse = { events, end };
    for (const name of ['mousedown', 'click']) {
        addEventListener(name, (event) => event.isTrusted && events.push(name), { capture: true, signal: end.signal });
    }";

/// Whether any mouse event arrived within a second, or the page is gone.
const HAS_ARRIVED: &str = "
    const done = arguments[0];
    const start = performance.now();
    const look = () => {
        const arrived = !window.journeysMouse || journeysMouse.events.length > 0;
        if (arrived || performance.now() - start > 1000) done(arrived);
        else setTimeout(look, 20);
    };
    look();";

impl Find<'_> {
    /// Clicks the element once it has stopped moving.
    pub async fn click(&self) -> Result<()> {
        self.with(async |element| self.click_when_still(element).await)
            .await
    }

    async fn click_when_still(&self, element: &WebElement) -> Result<()> {
        let arguments = vec![element.to_json()?];
        self.desk
            .driver()
            .execute_async(WAIT_UNTIL_STILL, arguments)
            .await?;
        if self.desk.engine() == Engine::WebKit {
            return self.click_until_it_arrives(element).await;
        }
        Ok(element.click().await?)
    }

    /// On a busy machine WebKitWebDriver sometimes reports a click that never reached the page, not even as a
    /// mousedown. Such a click is repeated. A click that reached the page is never repeated, whatever the page does
    /// with it.
    async fn click_until_it_arrives(&self, element: &WebElement) -> Result<()> {
        const ATTEMPTS: usize = 3;
        let driver = self.desk.driver();
        for _ in 0..ATTEMPTS {
            driver.execute(LISTEN, Vec::new()).await?;
            element.click().await?;
            // Leaving the page interrupts the script.
            let has_arrived = driver.execute_async(HAS_ARRIVED, Vec::new()).await;
            if has_arrived.map_or(true, |has_arrived| *has_arrived.json() == true) {
                return Ok(());
            }
        }
        bail!("{ATTEMPTS} clicks did not reach the page")
    }

    /// Clicks twice as fast as the driver can: the second click arrives before the page has had time to respond to the
    /// first.
    pub async fn double_click(&self) -> Result<()> {
        self.with(async |element| {
            Ok(self
                .desk
                .driver()
                .action_chain()
                .double_click_element(element)
                .perform()
                .await?)
        })
        .await
    }

    /// Replaces the element's text by typing `text`.
    pub async fn fill(&self, text: &str) -> Result<()> {
        self.with(async |element| {
            let kind = element.prop("type").await?.unwrap_or_default();
            if SET_BY_SCRIPT.contains(&&*kind) {
                self.script(SET, element, json!(text)).await?;
                return Ok(());
            }
            let select_all = if cfg!(target_os = "macos") {
                Key::Meta + "a"
            } else {
                Key::Control + "a"
            };
            let replacement = if text.is_empty() {
                TypingData::from(Key::Backspace)
            } else {
                TypingData::from(text)
            };
            if self.desk.engine() != Engine::Chromium {
                // Outside Chromium, keys after Null are still combined with those before it.
                element.send_keys(select_all).await?;
                return Ok(element.send_keys(replacement).await?);
            }
            Ok(element
                .send_keys(select_all + Key::Null + replacement)
                .await?)
        })
        .await
    }

    /// Presses keys in the element: text, `Key::Enter`, `Key::Control + "a"`.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        let keys = keys.into().to_string();
        self.with(async |element| Ok(element.send_keys(&*keys).await?))
            .await
    }

    /// Selects the option with this text or value.
    pub async fn select(&self, option: &str) -> Result<()> {
        self.with(
            async |element| match self.script(SELECT, element, json!(option)).await? {
                Value::Null => Ok(()),
                options => {
                    bail!("there is no option {option:?} to choose; the options are {options}")
                }
            },
        )
        .await
    }

    /// Checks or unchecks the element, unless it already is.
    pub async fn tick(&self, on: bool) -> Result<()> {
        self.with(async |element| {
            if element.is_selected().await? != on {
                self.click_when_still(element).await?;
            }
            Ok(())
        })
        .await
    }

    /// Focuses the element.
    pub async fn focus(&self) -> Result<()> {
        self.with(async |element| Ok(element.focus().await?)).await
    }

    /// Runs a script with the element as the first argument.
    async fn script(&self, script: &str, element: &WebElement, argument: Value) -> Result<Value> {
        Ok(self
            .desk
            .driver()
            .execute(script, vec![element.to_json()?, argument])
            .await?
            .json()
            .clone())
    }
}
