use super::*;

/// What must be taken, by the reader and by the schema.
pub const GOOD: [&str; 9] = [
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

/// What must be refused; a word of what is said, the line and the field.
pub const BAD: [(&str, &str, Option<usize>, Option<&str>); 33] = [
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
        "\"what stands there\" will not do",
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
fn the_shipped_configuration_is_good() {
    let config = Config::read(include_str!("../../public/config.json")).unwrap();
    assert_eq!(config.credentials, Credentials::Typed);
    assert_eq!(config.reseller_api.unwrap().base_url, "/api/v1");
    assert!(config.organizations_api.unwrap().replays_idempotency_keys);
}

#[test]
fn what_is_good_is_taken() {
    for text in GOOD {
        assert!(
            Config::read(text).is_ok(),
            "{text}: {:?}",
            Config::read(text)
        );
    }
    assert!(Config::read(&format!("\u{feff}{}", GOOD[0])).is_ok());
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_field() {
    for (text, word, line, field) in BAD {
        let fault = Config::read(text).unwrap_err();
        assert!(fault.wrong.contains(word), "{text}: {fault:?}");
        assert_eq!(
            (fault.line, fault.field.as_deref()),
            (line, field),
            "{text}: {fault:?}"
        );
        assert!(
            !fault.wrong.contains("u32") && !fault.wrong.contains("struct"),
            "{fault:?}"
        );
    }
}

#[test]
fn the_line_is_shown_as_it_stands() {
    let fault = Config::read("{\n  \"title\": 7,\n  \"reseller_api\": {}\n}").unwrap_err();
    assert_eq!(fault.excerpt.as_deref(), Some("\"title\": 7,"));
    assert!(fault.to_string().starts_with("line 2, title: "), "{fault}");
}

#[test]
fn a_page_locks_after_a_while_unless_it_is_switched_off() {
    let of = |text: &str| Config::read(text).unwrap().locks_after();
    assert_eq!(of(GOOD[0]), Some(15));
    assert_eq!(of(GOOD[2]), None);
    assert_eq!(of(GOOD[5]), Some(15));
    assert_eq!(of(GOOD[8]), Some(5));
    assert_eq!(of(GOOD[7]), Some(480));
}
