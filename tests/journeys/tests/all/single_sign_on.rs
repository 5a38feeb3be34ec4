//! The portal behind single sign-on as the project recommends it: a real Apache and an OpenID provider.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, HostKind, Setup};

use crate::steps::{allow_failed_requests, open_screen, transfer_and_check_log};

fn setup() -> Setup {
    let setup = Setup::default().host(HostKind::SingleSignOn);
    setup.only(
        [Engine::Chromium],
        "one engine is enough for what happens outside of the portal",
    )
}

/// Signs in at the provider, which asks for a name.
async fn sign_in_at_provider(desk: &Desk, name: &str) -> Result<()> {
    desk.field("User name").fill(name).await?;
    desk.button("Sign in").click().await?;
    desk.role("navigation").named("Main").seen().await
}

const BALANCE: &str = "
    const ask = (headers) => fetch('/api/v1/account/balance', { headers, redirect: 'manual' });
    return Promise.all([ask({}), ask({ 'x-user': 'root' })]).then((all) =>
        all.map((response) => `${response.status} ${response.headers.get('x-signed-out')}`).join());";

#[test]
fn staff_sign_in_at_the_provider_and_out_again() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        desk.goto("/").await?;
        sign_in_at_provider(desk, "clerk@example.com").await?;
        open_screen(desk, "Transfer").await?;
        transfer_and_check_log(desk).await?;
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
        sign_in_at_provider(desk, "colleague").await?;
        let log = desk.host().access_log();
        assert!(log.contains(r#""user":"colleague""#), "{log}");
        Ok(())
    });
}

#[test]
fn an_invalid_user_name_is_not_signed_in() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        for name in ["two words", "../x", "-", "é"] {
            desk.goto("/").await?;
            desk.field("User name").fill(name).await?;
            desk.button("Sign in").click().await?;
            desk.until("a response", async || {
                let url = desk.driver().current_url().await?;
                Ok(url.path().starts_with("/_sso/"))
            })
            .await?;
            desk.goto("/").await?;
            desk.field("User name").seen().await?;
        }
        Ok(())
    });
}
