//! Fields that are filled in with the keyboard and the browser's own controls.

use credit_desk_journeys::{Engine, Key, journey};

use crate::steps::sign_in;

#[test]
fn a_key_field_is_masked_but_not_a_password_field() {
    journey(async |desk| {
        desk.goto("/").await?;
        for key in ["Reseller API key", "Organizations API key"] {
            desk.field(key).fill("lp_test_demo").await?;
        }
        let masked = desk
            .js("return [...document.querySelectorAll('form.sign-in input')].map((field) =>
                [field.type, getComputedStyle(field).webkitTextSecurity, field.getAttribute('value')].join())")
            .await?;
        assert_eq!(masked, serde_json::json!(["text,disc,", "text,disc,"]));
        // The organizations key is never sent to the other service.
        desk.button("Sign in").click().await?;
        desk.css("#reseller-key-error")
            .shows("This is an organizations key.")
            .await
    });
}

#[test]
fn a_date_can_be_typed_part_by_part() {
    journey(async |desk| {
        sign_in(desk, "/log?from=2026-03-31&to=2026-04-30").await?;
        let from = desk.css("#from");
        from.holds("2026-03-31").await?;
        // February has no 31st, so the date is incomplete until the day is typed.
        from.focus().await?;
        desk.press("02").await?;
        // WebKit does not advance from the month to the day.
        let stays = desk.engine() == Engine::WebKit;
        let next: String = stays.then(|| Key::Right.value()).into_iter().collect();
        from.holds("").await?;
        desk.press(format!("{next}28")).await?;
        from.holds("2026-02-28").await?;
        desk.button("Apply").click().await?;
        desk.until("the dates to be in the URL", async || {
            Ok(desk.path().await?.contains("from=2026-02-28"))
        })
        .await?;
        // An incomplete date never means all time. A button's date range replaces it.
        from.focus().await?;
        desk.press(format!("02{next}31")).await?;
        from.holds("").await?;
        desk.button("Apply").click().await?;
        assert!(desk.path().await?.contains("from=2026-02-28"));
        desk.button("All time").click().await?;
        desk.until("the date to be empty", async || {
            desk.js("return !document.querySelector('#from').validity.badInput")
                .await
                .map(|is_empty| is_empty == true)
        })
        .await
    });
}
