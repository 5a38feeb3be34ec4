//! What a person does with what they found.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebElement};

use super::Find;
use crate::engine::Engine;

/// Inputs in which the browser has its own way of typing, different in each language.
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

/// Scrolls to the element and waits until it has stayed in one place for two frames. A page that is never painted has no frames.
const IS_STILL: &str = "
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

/// Keeps a list of the mouse events that reach the page.
const LISTEN: &str = "
    window.journeysMouse?.end.abort();
    const [events, end] = [[], new AbortController()];
    window.journeysMouse = { events, end };
    for (const name of ['mousedown', 'click']) {
        addEventListener(name, (event) => event.isTrusted && events.push(name), { capture: true, signal: end.signal });
    }";

/// Whether any of them has come within a second, or the page has gone.
const HAS_COME: &str = "
    const done = arguments[0];
    const begun = performance.now();
    const look = () => {
        const has = !window.journeysMouse || journeysMouse.events.length > 0;
        if (has || performance.now() - begun > 1000) done(has);
        else setTimeout(look, 20);
    };
    look();";

impl Find<'_> {
    /// Clicks it, once it does not move.
    pub async fn click(&self) -> Result<()> {
        self.with(async |element| self.click_still(element).await)
            .await
    }

    async fn click_still(&self, element: &WebElement) -> Result<()> {
        let arguments = vec![element.to_json()?];
        self.desk
            .driver()
            .execute_async(IS_STILL, arguments)
            .await?;
        if self.desk.engine() == Engine::WebKit {
            return self.click_until_it_comes(element).await;
        }
        Ok(element.click().await?)
    }

    /// On a busy machine WebKitWebDriver now and then reports a click that never reached the page: not even the mouse button went
    /// down. Such a click is made again; what the page does with one that reached it is the page's affair.
    async fn click_until_it_comes(&self, element: &WebElement) -> Result<()> {
        const TRIES: usize = 3;
        let driver = self.desk.driver();
        for _ in 0..TRIES {
            driver.execute(LISTEN, Vec::new()).await?;
            element.click().await?;
            // Leaving the page interrupts the script.
            let has_come = driver.execute_async(HAS_COME, Vec::new()).await;
            if has_come.map_or(true, |has_come| *has_come.json() == true) {
                return Ok(());
            }
        }
        bail!("{TRIES} clicks did not reach the page")
    }

    /// Clicks it twice, as fast as the driver can: the second click comes before the page has had time to answer the first.
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

    /// Puts this text into it instead of what is there, key by key.
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
                // There the keys after Null are still pressed together with those before it.
                element.send_keys(select_all).await?;
                return Ok(element.send_keys(replacement).await?);
            }
            Ok(element
                .send_keys(select_all + Key::Null + replacement)
                .await?)
        })
        .await
    }

    /// Presses keys in it: text, `Key::Enter`, `Key::Control + "a"`.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        let keys = keys.into().to_string();
        self.with(async |element| Ok(element.send_keys(&*keys).await?))
            .await
    }

    /// Chooses the option that shows this text (or has this value).
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

    /// Ticks or unticks it, unless it is so already.
    pub async fn tick(&self, on: bool) -> Result<()> {
        self.with(async |element| {
            if element.is_selected().await? != on {
                self.click_still(element).await?;
            }
            Ok(())
        })
        .await
    }

    /// Gives it the focus.
    pub async fn focus(&self) -> Result<()> {
        self.with(async |element| Ok(element.focus().await?)).await
    }

    /// Runs a script with it as the first argument.
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
