//! The published schema: made from the types, their words and the limits of [`check`], and behind neither.
//! `CREDIT_DESK_WRITE_SCHEMA=1 cargo test -p credit-desk --lib schema` writes it anew.

use crate::config::check::{LABEL, LIMITS, LINK_SIGNS, LINKS, SIGNS, TITLE};
use crate::config::tests::{BAD, GOOD};
use crate::config::{Colour, Config};
use proptest::prelude::*;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/public/config.schema.json");

impl JsonSchema for Colour {
    fn schema_name() -> Cow<'static, str> {
        "Colour".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
    }
}

/// An address as [`crate::config::check`] takes it: of these schemes, or a path.
fn address(schemes: &str, more: &str) -> Value {
    let (any, no_slash) = letters(more);
    json!(format!(
        "^({schemes}://[A-Za-z0-9.\\-:\\[\\]]+(/{any}*)?|/({no_slash}{any}*)?)$"
    ))
}

/// The same for a path alone.
fn path(more: &str) -> Value {
    let (any, no_slash) = letters(more);
    json!(format!("^/({no_slash}{any}*)?$"))
}

/// What an address is made of, with and without slashes.
fn letters(more: &str) -> (String, String) {
    let signs: String = format!("{SIGNS}{more}")
        .chars()
        .map(|sign| format!("\\{sign}"))
        .collect();
    (
        format!("[A-Za-z0-9{signs}]"),
        format!("[A-Za-z0-9{}]", signs.replace("\\/", "")),
    )
}

fn schema() -> Value {
    let mut schema = json!(schemars::schema_for!(Config));
    let limited = |properties: &mut Value| {
        for (name, least, most) in LIMITS {
            if let Some(property) = properties.get_mut(name) {
                property["minimum"] = least.into();
                property["maximum"] = most.into();
            }
        }
    };
    limited(&mut schema["properties"]);
    limited(&mut schema["$defs"]["Backend"]["properties"]);
    let properties = &mut schema["properties"];
    properties["title"]["minLength"] = 1.into();
    properties["title"]["maxLength"] = TITLE.into();
    properties["help"]["maxItems"] = LINKS.into();
    properties["sign_in_url"]["pattern"] = address("https", LINK_SIGNS);
    properties["sign_out_url"]["pattern"] = path(LINK_SIGNS);
    let link = &mut schema["$defs"]["HelpLink"]["properties"];
    link["label"]["minLength"] = 1.into();
    link["label"]["maxLength"] = LABEL.into();
    link["url"]["pattern"] = address("https", LINK_SIGNS);
    schema["$defs"]["Backend"]["properties"]["base_url"]["pattern"] = address("https?", "");

    let apis = ["reseller_api", "organizations_api"];
    schema["anyOf"] =
        json!(apis.map(
            |name| json!({ "required": [name], "properties": { name: { "type": "object" } } })
        ));
    let on_own_host = json!({ "properties": { "base_url": { "pattern": "^/" } } });
    schema["if"] = json!({
        "required": ["credentials"], "properties": { "credentials": { "const": "gateway" } },
    });
    schema["then"] = json!({ "properties": {
        "reseller_api": on_own_host, "organizations_api": on_own_host,
    } });
    schema["else"] = json!({ "properties": {
        "sign_in_url": { "type": "null" }, "sign_out_url": { "type": "null" },
    } });
    schema
}

fn allows(config: &Value) -> bool {
    let (mut compiler, mut schemas) = (boon::Compiler::new(), boon::Schemas::new());
    compiler
        .add_resource("config.schema.json", schema())
        .unwrap();
    // This also holds it to the schema of schemas.
    let schema = compiler
        .compile("config.schema.json", &mut schemas)
        .unwrap();
    schemas.validate(config, schema).is_ok()
}

/// What the reader says, and what the schema says.
fn verdicts(text: &str) -> (bool, bool) {
    let value = serde_json::from_str(text).unwrap();
    (Config::read(text).is_ok(), allows(&value))
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    let made = format!("{:#}\n", schema());
    if std::env::var_os("CREDIT_DESK_WRITE_SCHEMA").is_some() {
        std::fs::write(PUBLISHED, &made).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    assert!(
        published == made,
        "public/config.schema.json is behind: CREDIT_DESK_WRITE_SCHEMA=1 cargo test -p credit-desk --lib schema"
    );
}

#[test]
fn reader_and_schema_agree() {
    let shipped = include_str!("../../public/config.json");
    for text in GOOD.into_iter().chain([shipped]) {
        assert_eq!(verdicts(text), (true, true), "{text}");
    }
    for (text, ..) in BAD {
        // What is no JSON no schema can judge.
        if serde_json::from_str::<Value>(text).is_ok() {
            assert_eq!(verdicts(text), (false, false), "{text}");
        }
    }
}

#[test]
fn the_readme_shows_good_configurations() {
    let readme = include_str!("../../README.md");
    let examples: Vec<_> = readme
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!examples.is_empty());
    for text in examples {
        assert_eq!(verdicts(text), (true, true), "{text}");
    }
}

proptest! {
    #[test]
    fn they_agree_on_every_address(
        start in prop_oneof!["", "/", "//", "http://", "https://", "ftp://", "HTTPS://"],
        rest in "[a-zä/:@?# .{}\\[\\]\\\\-]{0,6}",
        gateway: bool,
    ) {
        let url = format!("{start}{rest}");
        let credentials = if gateway { "gateway" } else { "typed" };
        for config in [
            json!({ "credentials": credentials, "reseller_api": { "base_url": url } }),
            json!({ "reseller_api": { "base_url": "/" }, "help": [{ "label": "x", "url": url }] }),
            json!({ "credentials": credentials, "sign_in_url": url, "reseller_api": { "base_url": "/" } }),
        ] {
            let (read, valid) = verdicts(&config.to_string());
            prop_assert_eq!(read, valid, "{}", config);
        }
    }
}
