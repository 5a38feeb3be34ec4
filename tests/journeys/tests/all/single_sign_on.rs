//! The portal behind single sign-on as the project recommends it: a real Apache and an OpenID provider.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Kind, Setup};

use crate::steps::{a_transfer_is_in_the_log, go, refusals_are_expected};

fn setup() -> Setup {
    let setup = Setup::default().host(Kind::SingleSignOn);
    setup.only(
        [Engine::Chromium],
        "one engine is enough for what happens outside of the portal",
    )
}

/// Signs in at the provider, which asks for a name.
async fn sign_in_at_the_provider(desk: &Desk, name: &str) -> Result<()> {
    desk.field("User name").fill(name).await?;
    desk.button("Sign in").click().await?;
    desk.role("navigation").named("Main").seen().await
}

const BALANCE: &str = "
    const ask = (headers) => fetch('/api/v1/account/balance', { headers, redirect: 'manual' });
    return Promise.all([ask({}), ask({ 'x-user': 'root' })]).then((all) =>
        all.map((one) => `${one.status} ${one.headers.get('x-signed-out')}`).join());";

#[test]
fn staff_sign_in_at_the_provider_and_out_again() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        desk.goto("/").await?;
        sign_in_at_the_provider(desk, "clerk@example.com").await?;
        go(desk, "Transfer").await?;
        a_transfer_is_in_the_log(desk).await?;
        assert_eq!(desk.js(BALANCE).await?, "200 null,200 null");
        let log = desk.host().access_log();
        assert!(log.contains(r#""user":"clerk@example.com""#), "{log}");
        assert!(!log.contains(r#""user":"root""#), "{log}");

        desk.button("Sign out").click().await?;
        desk.heading("Signed out").seen().await?;
        desk.until("the session to end", async || {
            Ok(desk.js(BALANCE).await? == "401 yes,401 yes")
        })
        .await?;
        // The provider asks again, and the log names the new user.
        desk.button("Sign in").click().await?;
        sign_in_at_the_provider(desk, "colleague").await?;
        let log = desk.host().access_log();
        assert!(log.contains(r#""user":"colleague""#), "{log}");
        Ok(())
    });
}

#[test]
fn a_name_that_is_no_name_is_nobody() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        for name in ["two words", "../x", "-", "é"] {
            desk.goto("/").await?;
            desk.field("User name").fill(name).await?;
            desk.button("Sign in").click().await?;
            desk.until("an answer", async || {
                let here = desk.driver().current_url().await?;
                Ok(here.path().starts_with("/_sso/"))
            })
            .await?;
            desk.goto("/").await?;
            desk.field("User name").seen().await?;
        }
        Ok(())
    });
}
