//! What a user does in the page. Only the press that moves money is a real input event; scripts do the rest faster.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::{By, Key, WebElement};

use super::{
    colleague::Keys,
    movement_kind::MovementKind,
    plan::{Plan, Press},
};
use crate::Desk;

const CONFIRM: &str = ".review button.primary";

/// Fills fields by their labels. Fields that are missing or already have the value are skipped.
const FILL: &str = "
    const [texts, button] = arguments;
    const plain = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
    const labels = [...document.querySelectorAll('main label')];
    for (const [name, text] of Object.entries(texts)) {
        const input = labels.find((label) => plain(label).startsWith(name))?.control;
        if (!input || input.value === text) continue;
        input.focus();
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
        input.dispatchEvent(new Event('input', { bubbles: true }));
        input.dispatchEvent(new Event('change', { bubbles: true }));
    }
    const found = [...document.querySelectorAll('main button')].find((candidate) => plain(candidate).startsWith(button) && !candidate.disabled);
    found?.click();
    return !!found;";

const PRESS: &str = "
    const [scope, text] = arguments;
    const plain = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
    const found = [...document.querySelectorAll(`${scope} button`)].find((candidate) => plain(candidate).startsWith(text) && !candidate.disabled);
    found?.click();
    return !!found;";

const FOLLOW: &str = "
    const link = document.createElement('a');
    link.href = arguments[0];
    document.body.append(link);
    link.click();
    link.remove();";

/// The actions of a user at a desk.
#[derive(Clone, Copy, Debug)]
pub struct Actions<'a>(pub &'a Desk);

impl Actions<'_> {
    async fn script(self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let returned = self.0.driver().execute(script, arguments).await?;
        Ok(returned.json().clone())
    }

    /// Enters both API keys.
    pub async fn sign_in(self, keys: Keys<'_>) -> Result<()> {
        let keys = json!({ "Reseller API key": keys.reseller, "Organizations API key": keys.organizations });
        self.script(FILL, vec![keys, json!("Sign in")])
            .await
            .map(drop)
    }

    /// Fills the form and opens the review. The rate is derived from the child, unless the list couldn't be loaded.
    pub async fn fill(self, plan: &Plan, types_rate: bool) -> Result<()> {
        let amount = plan.amount.to_string();
        let (mut texts, button) = match plan.kind {
            MovementKind::Transfer => (
                json!({ "Client": plan.child, "Minutes": amount }),
                "Review transfer",
            ),
            MovementKind::Revert => (
                json!({ "Client": plan.child, "Minutes": amount }),
                "Review revert",
            ),
            MovementKind::Allocate => (
                json!({ "Organization": plan.child, "Credits": amount }),
                "Review allocation",
            ),
        };
        if types_rate && plan.kind == MovementKind::Transfer {
            texts["Client rate per minute"] = json!(plan.rate());
        }
        self.script(FILL, vec![texts, json!(button)])
            .await
            .map(drop)
    }

    /// Presses the button inside `scope` whose text starts with `text`.
    pub async fn press(self, scope: &str, text: &str) -> Result<bool> {
        Ok(self
            .script(PRESS, vec![json!(scope), json!(text)])
            .await?
            .as_bool()
            .unwrap_or_default())
    }

    /// Navigates to another screen within the running portal.
    pub async fn follow(self, path: &str) -> Result<()> {
        self.script(FOLLOW, vec![json!(path)]).await.map(drop)
    }

    /// Presses the button that moves money. The second press may find it gone.
    pub async fn confirm(self, press: Press) -> Result<()> {
        let button = self.0.driver().find(By::Css(CONFIRM)).await?;
        match press {
            Press::Click => button.click().await?,
            Press::DoubleClick => self.double_click(&button).await?,
            Press::EnterAndClick => {
                button.send_keys("" + Key::Enter).await?;
                _ = button.click().await;
            }
            Press::ClickAndEnter => {
                button.click().await?;
                _ = self.0.press(Key::Enter).await;
            }
        }
        Ok(())
    }

    async fn double_click(self, button: &WebElement) -> Result<()> {
        let chain = self.0.driver().action_chain();
        Ok(chain.double_click_element(button).perform().await?)
    }

    /// Closes the tab and opens a new one.
    pub async fn change_tab(self) -> Result<()> {
        let driver = self.0.driver();
        let old = driver.window().await?;
        let new = driver.new_tab().await?;
        driver.switch_to_window(old).await?;
        driver.close_window().await?;
        driver.switch_to_window(new).await?;
        Ok(())
    }
}
