//! `config.json`.

use credit_desk::config::{Backend, Color, Config as Configuration, Credentials, HelpLink};
use fastrand::Rng;
use serde_json::{Value, json};

use super::{outcome_of, same};
use crate::{
    mutate,
    run::{Outcome, Reader},
};

/// Reads the configuration.
pub struct Config;

impl Reader for Config {
    fn name(&self) -> &'static str {
        "config"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let shipped = include_str!("../../../../public/config.json");
        let mut all: Value = serde_json::from_str(shipped).unwrap_or_default();
        // The optional fields that the shipped file leaves out.
        all["brand_colour"] = "#0b5c56".into();
        all["help"] = json!([{"label": "Handbook", "url": "https://help.example/desk?page=1"}]);
        if rng.bool() {
            all["credentials"] = "gateway".into();
            all["sign_in_url"] = "/sign-in?back={return}".into();
        } else {
            all["lock_after_minutes"] = 30.into();
        }
        mutate::json(rng, &all)
    }

    fn large(&self, bytes: usize) -> String {
        let url = format!("/{}", "a/".repeat(bytes / 4));
        json!({"title": "\u{0}ä".repeat(bytes / 16), "reseller_api": {"base_url": url}}).to_string()
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(config) = Configuration::read(text) else {
            return Outcome::Rejected;
        };
        let reread = Configuration::read(&to_json(&config).to_string());
        outcome_of(same("reread", &Ok(config), &reread))
    }
}

fn to_json(config: &Configuration) -> Value {
    let backend = |backend: &Option<Backend>| {
        backend.as_ref().map(|backend| {
            json!({
                "base_url": backend.base_url,
                "replays_idempotency_keys": backend.replays_idempotency_keys,
                "replay_window_hours": backend.replay_window_hours,
                "settles_after_seconds": backend.settles_after_seconds,
            })
        })
    };
    let help = |link: &HelpLink| json!({"label": link.label, "url": link.url});
    json!({
        "$schema": config.schema,
        "title": config.title,
        "brand_colour": config.brand_color.as_ref().map(Color::text),
        "help": config.help.iter().map(help).collect::<Vec<_>>(),
        "lock_after_minutes": config.lock_after_minutes,
        "sign_in_url": config.sign_in_url,
        "reseller_api": backend(&config.reseller_api),
        "organizations_api": backend(&config.organizations_api),
        "credentials": match config.credentials {
            Credentials::Typed => "typed",
            Credentials::Gateway => "gateway",
        },
        "timeout_seconds": config.timeout_seconds,
    })
}
