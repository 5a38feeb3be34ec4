use super::*;

/// Configurations that the parser and the schema must accept.
pub const VALID: [&str; 9] = [
    r#"{"reseller_api":{"base_url":"https://backend.omnidim.io/api/v1"}}"#,
    r#"{"organizations_api":{"base_url":"/"}}"#,
    r#"{"reseller_api":{"base_url":"http://[::1]:8787/api"},"lock_after_minutes":0}"#,
    r##"{"$schema":"config.schema.json","title":"Müller & Söhne","brand_colour":"#FFcc00","reseller_api":{"base_url":"/api/v1"}}"##,
    r##"{"reseller_api":{"base_url":"/api"},"help":[{"label":"Handbook","url":"https://help.example/a?b=c#d"},{"label":"Here","url":"/help"}]}"##,
    r#"{"credentials":"gateway","reseller_api":{"base_url":"/api/v1"},"sign_in_url":"/oauth2/start?rd={return}"}"#,
    r#"{"credentials":"gateway","organizations_api":{"base_url":"/layers","replays_idempotency_keys":true,"replay_window_hours":1}}"#,
    r#"{"credentials":"typed","reseller_api":{"base_url":"/a","settles_after_seconds":600},"timeout_seconds":300,"lock_after_minutes":480}"#,
    r#"{"credentials":"gateway","reseller_api":{"base_url":"/api/v1"},"lock_after_minutes":5,"sign_out_url":"/_sso/out?to=/","forget_settled_at_sign_out":true}"#,
];

/// Configurations that must be rejected: part of the message, the line and the field.
pub const INVALID: [(&str, &str, Option<usize>, Option<&str>); 33] = [
    ("", "ends within", Some(1), None),
    ("{\n\"title\": \"x\"\n", "ends within", Some(3), None),
    ("{\n\"title\": 'x'\n}", "expected value", Some(2), None),
    ("[]", "an object", None, None),
    ("7", "an object", Some(1), None),
    (
        r#"{"reseller_api":["/api"]}"#,
        "an object",
        Some(1),
        Some("reseller_api"),
    ),
    ("{}", "at least one", None, None),
    (r#"{"reseller_api":null}"#, "at least one", None, None),
    (
        "{\n \"reseler_api\":{}}",
        "expected one of",
        Some(2),
        Some("reseler_api"),
    ),
    (
        r#"{"reseller_api":{}}"#,
        "missing",
        Some(1),
        Some("base_url"),
    ),
    (
        "{\"reseller_api\":{\"base_url\":\"/api\"},\n\"organizations_api\":{\n\"base_url\":\"ftp://x\"}}",
        "ftp://x",
        Some(3),
        Some("organizations_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"//evil"}}"#,
        "//evil",
        Some(1),
        Some("reseller_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"backend.example"}}"#,
        "https://backend.example",
        Some(1),
        Some("reseller_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"https://user:secret@backend.example"}}"#,
        "\"this address\" isn't valid",
        Some(1),
        Some("reseller_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"https:///api"}}"#,
        "https:///api",
        Some(1),
        Some("reseller_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api?x=1"}}"#,
        "/api?x=1",
        Some(1),
        Some("reseller_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":7}}"#,
        "expected a string",
        Some(1),
        Some("base_url"),
    ),
    (
        "{\n\"timeout_seconds\":0,\"reseller_api\":{\"base_url\":\"/api\"}}",
        "from 1 to 300",
        Some(2),
        Some("timeout_seconds"),
    ),
    (
        "{\"reseller_api\":{\"base_url\":\"/api\"},\n\"timeout_seconds\":\"20\"}",
        "a whole number",
        Some(2),
        Some("timeout_seconds"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"timeout_seconds":2.5}"#,
        "a whole number",
        Some(1),
        Some("timeout_seconds"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api","settles_after_seconds":0}}"#,
        "from 1 to 600",
        Some(1),
        Some("reseller_api.settles_after_seconds"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api","replay_window_hours":9000}}"#,
        "from 0 to 8760",
        Some(1),
        Some("reseller_api.replay_window_hours"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"credentials":"cookies"}"#,
        "cookies",
        Some(1),
        Some("credentials"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"lock_after_minutes":481}"#,
        "from 0 to 480",
        Some(1),
        Some("lock_after_minutes"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"title":""}"#,
        "1 to 60",
        Some(1),
        Some("title"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"brand_colour":"teal"}"#,
        "#0b5c56",
        Some(1),
        Some("brand_colour"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"help":[{"label":"x","url":"javascript:alert(1)"}]}"#,
        "https address",
        Some(1),
        Some("help"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"help":[{"label":"","url":"/x"}]}"#,
        "1 to 40",
        Some(1),
        Some("help"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"sign_in_url":"/sign-in"}"#,
        "gateway",
        Some(1),
        Some("sign_in_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"credentials":"gateway","sign_in_url":"http://x/"}"#,
        "https address",
        Some(1),
        Some("sign_in_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"https://x"},"credentials":"gateway"}"#,
        "own host",
        Some(1),
        Some("reseller_api.base_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"credentials":"gateway","sign_out_url":"https://x/out"}"#,
        "own host",
        Some(1),
        Some("sign_out_url"),
    ),
    (
        r#"{"reseller_api":{"base_url":"/api"},"sign_out_url":"/out"}"#,
        "gateway",
        Some(1),
        Some("sign_out_url"),
    ),
];

#[test]
fn the_shipped_configuration_is_valid() {
    let config = Config::read(include_str!("../../public/config.json")).unwrap();
    assert_eq!(config.credentials, Credentials::Typed);
    assert_eq!(config.reseller_api.unwrap().base_url, "/api/v1");
    assert!(config.organizations_api.unwrap().replays_idempotency_keys);
}

#[test]
fn valid_configurations_are_accepted() {
    for text in VALID {
        assert!(
            Config::read(text).is_ok(),
            "{text}: {:?}",
            Config::read(text)
        );
    }
    assert!(Config::read(&format!("\u{feff}{}", VALID[0])).is_ok());
}

#[test]
fn errors_name_the_line_and_the_field() {
    for (text, part, line, field) in INVALID {
        let error = Config::read(text).unwrap_err();
        assert!(error.wrong.contains(part), "{text}: {error:?}");
        assert_eq!(
            (error.line, error.field.as_deref()),
            (line, field),
            "{text}: {error:?}"
        );
        assert!(
            !error.wrong.contains("u32") && !error.wrong.contains("struct"),
            "{error:?}"
        );
    }
}

#[test]
fn errors_show_the_line() {
    let error = Config::read("{\n  \"title\": 7,\n  \"reseller_api\": {}\n}").unwrap_err();
    assert_eq!(error.excerpt.as_deref(), Some("\"title\": 7,"));
    assert!(error.to_string().starts_with("line 2, title: "), "{error}");
}

#[test]
fn the_page_locks_unless_that_is_disabled() {
    let locks_after = |text: &str| Config::read(text).unwrap().locks_after();
    assert_eq!(locks_after(VALID[0]), Some(15));
    assert_eq!(locks_after(VALID[2]), None);
    assert_eq!(locks_after(VALID[5]), Some(15));
    assert_eq!(locks_after(VALID[8]), Some(5));
    assert_eq!(locks_after(VALID[7]), Some(480));
}
