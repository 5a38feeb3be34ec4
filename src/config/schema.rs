//! The published schema, generated from the types, their doc comments and the limits of [`check`]. A test ensures that
//! it is up to date; `CREDIT_DESK_WRITE_SCHEMA=1 cargo test -p credit-desk --lib schema` rewrites it.

use crate::config::check::{ADDRESS_CHARS, LIMITS, LINK_CHARS, MAX_LABEL, MAX_LINKS, MAX_TITLE};
use crate::config::tests::{INVALID, VALID};
use crate::config::{Color, Config};
use proptest::prelude::*;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/public/config.schema.json");

impl JsonSchema for Color {
    fn schema_name() -> Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
    }
}

/// Returns the pattern of an address as [`crate::config::check`] accepts it: with these schemes, or a path.
fn address(schemes: &str, extra_chars: &str) -> Value {
    let (any, no_slash) = char_classes(extra_chars);
    json!(format!(
        "^({schemes}://[A-Za-z0-9.\\-:\\[\\]]+(/{any}*)?|/({no_slash}{any}*)?)$"
    ))
}

/// Returns the pattern of a path.
fn path(extra_chars: &str) -> Value {
    let (any, no_slash) = char_classes(extra_chars);
    json!(format!("^/({no_slash}{any}*)?$"))
}

/// Returns the character classes of an address, with and without a slash.
fn char_classes(extra_chars: &str) -> (String, String) {
    let escaped: String = format!("{ADDRESS_CHARS}{extra_chars}")
        .chars()
        .map(|c| format!("\\{c}"))
        .collect();
    (
        format!("[A-Za-z0-9{escaped}]"),
        format!("[A-Za-z0-9{}]", escaped.replace("\\/", "")),
    )
}

fn schema() -> Value {
    let mut schema = json!(schemars::schema_for!(Config));
    let add_limits = |properties: &mut Value| {
        for (name, min, max) in LIMITS {
            if let Some(property) = properties.get_mut(name) {
                property["minimum"] = min.into();
                property["maximum"] = max.into();
            }
        }
    };
    add_limits(&mut schema["properties"]);
    add_limits(&mut schema["$defs"]["Backend"]["properties"]);
    let properties = &mut schema["properties"];
    properties["title"]["minLength"] = 1.into();
    properties["title"]["maxLength"] = MAX_TITLE.into();
    properties["help"]["maxItems"] = MAX_LINKS.into();
    properties["sign_in_url"]["pattern"] = address("https", LINK_CHARS);
    properties["sign_out_url"]["pattern"] = path(LINK_CHARS);
    let link = &mut schema["$defs"]["HelpLink"]["properties"];
    link["label"]["minLength"] = 1.into();
    link["label"]["maxLength"] = MAX_LABEL.into();
    link["url"]["pattern"] = address("https", LINK_CHARS);
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

fn schema_accepts(config: &Value) -> bool {
    let (mut compiler, mut schemas) = (boon::Compiler::new(), boon::Schemas::new());
    compiler
        .add_resource("config.schema.json", schema())
        .unwrap();
    // This also validates the schema against its metaschema.
    let schema = compiler
        .compile("config.schema.json", &mut schemas)
        .unwrap();
    schemas.validate(config, schema).is_ok()
}

/// Whether the parser and the schema accept `text`.
fn verdicts(text: &str) -> (bool, bool) {
    let value = serde_json::from_str(text).unwrap();
    (Config::read(text).is_ok(), schema_accepts(&value))
}

#[test]
fn the_published_schema_is_up_to_date() {
    let generated = format!("{:#}\n", schema());
    if std::env::var_os("CREDIT_DESK_WRITE_SCHEMA").is_some() {
        std::fs::write(PUBLISHED, &generated).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    assert!(
        published == generated,
        "public/config.schema.json is outdated: CREDIT_DESK_WRITE_SCHEMA=1 cargo test -p credit-desk --lib schema"
    );
}

#[test]
fn the_parser_and_the_schema_agree() {
    let shipped = include_str!("../../public/config.json");
    for text in VALID.into_iter().chain([shipped]) {
        assert_eq!(verdicts(text), (true, true), "{text}");
    }
    for (text, ..) in INVALID {
        // A schema can only validate JSON.
        if serde_json::from_str::<Value>(text).is_ok() {
            assert_eq!(verdicts(text), (false, false), "{text}");
        }
    }
}

#[test]
fn the_examples_in_the_readme_are_valid() {
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
    fn the_parser_and_the_schema_agree_on_every_address(
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
            let (parsed, valid) = verdicts(&config.to_string());
            prop_assert_eq!(parsed, valid, "{}", config);
        }
    }
}
