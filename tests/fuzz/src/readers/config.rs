//! `config.json`.

use credit_desk::config::{Backend, Config as Read, Credentials};
use fastrand::Rng;
use serde_json::{Value, json};

use super::{judged, same};
use crate::{
    mutate,
    run::{Outcome, Reader},
};

/// The reader of the configuration.
pub struct Config;

impl Reader for Config {
    fn name(&self) -> &'static str {
        "config"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let shipped = include_str!("../../../../public/config.json");
        mutate::json(rng, &serde_json::from_str(shipped).unwrap_or_default())
    }

    fn large(&self, bytes: usize) -> String {
        let url = format!("/{}", "a/".repeat(bytes / 4));
        json!({"title": "\u{0}ä".repeat(bytes / 16), "reseller_api": {"base_url": url}}).to_string()
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(config) = Read::read(text) else {
            return Outcome::Refused;
        };
        let again = Read::read(&written(&config).to_string());
        judged(same("read again", &Ok(config), &again))
    }
}

fn written(config: &Read) -> Value {
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
    json!({
        "title": config.title,
        "reseller_api": backend(&config.reseller_api),
        "organizations_api": backend(&config.organizations_api),
        "credentials": match config.credentials {
            Credentials::Typed => "typed",
            Credentials::Gateway => "gateway",
        },
        "timeout_seconds": config.timeout_seconds,
    })
}
