//! The portal under a path, on hosts with and without rewrite rules, and what it shows when it isn't configured.

use anyhow::Result;
use credit_desk_journeys::{
    Desk, Key,
    fake_host::{FakeHost, HostSettings},
    journey,
};
use serde_json::json;

use crate::steps::{Kind, allow_failed_requests, completed_count, enter_keys, open_screen};

/// Checks everything under `/desk/`: links into it, a movement, back and forward, reloads.
async fn check_under_a_path(desk: &Desk, host: &FakeHost) -> Result<()> {
    host.goto(desk, "/desk/log?page_size=10").await?;
    enter_keys(desk).await?;
    desk.heading("Credit log").seen().await?;
    assert!(host.path(desk).await?.starts_with("/desk/log"));
    open_screen(desk, "Transfer").await?;
    host.is_at(desk, "/desk/transfer").await?;
    desk.css("nav.main a[aria-current=page]")
        .shows("Transfer")
        .await?;
    Kind::Transfer.review(desk, 20).await?;
    Kind::Transfer.confirm_button(desk, 20).click().await?;
    desk.css(".receipt").seen().await?;
    assert_eq!(completed_count(desk, Kind::Transfer).await?, 1);
    open_screen(desk, "Overview").await?;
    desk.heading("Overview").seen().await?;
    desk.css("nav.main a[aria-current=page]")
        .shows("Overview")
        .await?;
    desk.back().await?;
    desk.heading("Transfer").seen().await?;
    desk.forward().await?;
    desk.heading("Overview").seen().await?;
    desk.press("gl").await?;
    desk.heading("Credit log").seen().await?;
    desk.reload().await?;
    enter_keys(desk).await?;
    desk.heading("Credit log").seen().await?;
    open_screen(desk, "Overview").await?;
    desk.heading("Overview").seen().await?;
    desk.reload().await?;
    enter_keys(desk).await?;
    desk.heading("Overview").seen().await?;

    for address in [
        "/desk",
        "/desk/",
        "/desk/transfer/?child=4002&minutes=5",
        "/desk/transfer?child=4002&minutes=5",
    ] {
        host.goto(desk, address).await?;
        enter_keys(desk).await?;
        if address.contains("transfer") {
            desk.field("Minutes").holds("5").await?;
        } else {
            desk.heading("Overview").seen().await?;
        }
    }
    Ok(())
}

#[test]
fn works_under_a_path_on_a_host_that_rewrites() {
    journey(async |desk| {
        let settings = HostSettings {
            path: "/desk/",
            ..HostSettings::default()
        };
        let host = FakeHost::start(desk, settings).await?;
        check_under_a_path(desk, &host).await?;
        host.goto(desk, "/desk/nowhere").await?;
        enter_keys(desk).await?;
        desk.heading("Page not found").seen().await
    });
}

#[test]
fn works_under_a_path_on_a_host_without_rules() {
    journey(async |desk| {
        allow_failed_requests(desk);
        let settings = HostSettings {
            path: "/desk/",
            rewrites: false,
            ..HostSettings::default()
        };
        let host = FakeHost::start(desk, settings).await?;
        check_under_a_path(desk, &host).await?;
        // Through 404.html, which is the portal itself.
        host.goto(desk, "/desk/nowhere").await?;
        enter_keys(desk).await?;
        desk.heading("Page not found").seen().await?;
        desk.link("Go to the overview").click().await?;
        desk.heading("Overview").seen().await
    });
}

#[test]
fn an_invalid_configuration_says_why_and_can_be_retried() {
    journey(async |desk| {
        allow_failed_requests(desk);
        let bad = "{\n  \"title\": \"Desk\",\n  \"reseller_api\": { \"base_url\": \"backend.example\" }\n}";
        let settings = HostSettings {
            path: "/desk/",
            config: Some(json!(bad)),
            ..HostSettings::default()
        };
        let host = FakeHost::start(desk, settings).await?;
        host.goto(desk, "/desk/log").await?;
        desk.heading("Credit Desk isn't configured").seen().await?;
        let alert = desk.role("alert");
        alert
            .shows("config.json, line 3, field “reseller_api.base_url”")
            .await?;
        alert.shows("\"https://backend.example/api/v1\"").await?;
        alert
            .shows("\"reseller_api\": { \"base_url\": \"backend.example\" }")
            .await?;
        for (width, dark) in [(1280, false), (320, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("fault-{width}-{dark}")).await?;
        }
        for (config, words) in [
            (json!("{\n  \"titel\": \"x\"\n}"), "field “titel”"),
            (json!("<!doctype html><p>Welcome"), "web page"),
            (json!("{"), "line 1"),
        ] {
            host.change(|settings| settings.config = Some(config));
            desk.button("Try again").click().await?;
            alert.shows(words).await?;
        }
        host.change(|settings| settings.config = None);
        desk.button("Try again").click().await?;
        alert.shows("/desk/config.json returned status 404").await?;
        // The host can't be reached at all.
        desk.allow_console_error("restricted network port");
        host.change(|settings| settings.config = Some(json!("http://127.0.0.1:9/")));
        desk.button("Try again").click().await?;
        alert.shows("couldn't be loaded").await?;
        host.change(|settings| settings.config = Some(json!({})));
        desk.button("Try again").click().await?;
        enter_keys(desk).await?;
        desk.heading("Credit log").seen().await
    });
}

#[test]
fn the_brand_and_the_help_links_are_configurable() {
    const COLORS: &str = "
        const { backgroundColor, color } = getComputedStyle(document.querySelector('.brand'));
        return [backgroundColor, color]";
    journey(async |desk| {
        let config = json!({
            "title": "Northwind Minutes", "brand_colour": "#ffcc00",
            "help": [{ "label": "Handbook", "url": "https://help.example/desk" }, { "label": "Office", "url": "/office" }],
        });
        let settings = HostSettings {
            config: Some(config),
            ..HostSettings::default()
        };
        let host = FakeHost::start(desk, settings).await?;
        host.goto(desk, "/").await?;
        desk.css(".brand").shows("Northwind Minutes").await?;
        assert_eq!(
            desk.js(COLORS).await?,
            json!(["rgb(255, 204, 0)", "rgb(0, 0, 0)"])
        );
        desk.css("nav.help a[target=_blank]")
            .containing("Handbook")
            .has("href", "https://help.example/desk")
            .await?;
        enter_keys(desk).await?;
        desk.heading("Overview").seen().await?;
        assert_eq!(desk.title().await?, "Overview · Northwind Minutes");
        desk.css("nav.help a")
            .containing("Office")
            .has("href", "/office")
            .await?;
        for (width, dark) in [(1280, false), (1280, true), (320, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("brand-{width}-{dark}")).await?;
            let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(desk.js(over).await?, 0, "{width}");
        }
        host.change(|settings| settings.config = Some(json!({ "brand_colour": "#0b5c56" })));
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        assert_eq!(
            desk.js(COLORS).await?,
            json!(["rgb(11, 92, 86)", "rgb(255, 255, 255)"])
        );
        desk.press(Key::Tab).await
    });
}
