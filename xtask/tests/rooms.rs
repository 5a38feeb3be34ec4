//! Checks the portal's module boundaries: which modules may use which others, and what no view may contain.

use std::fs;
use std::path::{Path, PathBuf};

/// Each top-level module and the ones it may use.
const MODULES: [(&str, &[&str]); 12] = [
    ("clock", &[]),
    ("browser", &["clock", "units"]),
    ("early", &[]),
    ("config", &["browser", "clock", "early"]),
    ("units", &[]),
    ("wire", &["units"]),
    ("session", &["clock", "config"]),
    (
        "client",
        &[
            "browser", "clock", "config", "early", "session", "units", "wire",
        ],
    ),
    (
        "movement",
        &[
            "browser", "client", "clock", "config", "session", "units", "wire",
        ],
    ),
    (
        "log",
        &["browser", "client", "config", "session", "units", "wire"],
    ),
    ("ui", &["browser", "units"]),
    (
        "pages",
        &["browser", "log", "movement", "session", "ui", "units"],
    ),
];

/// Modules and files that are pure: no framework, no DOM.
const PURE: [&str; 38] = [
    "clock",
    "browser/path.rs",
    "client/base_address.rs",
    "units/",
    "wire/",
    "log/chain",
    "log/columns.rs",
    "log/entry.rs",
    "log/filter",
    "log/group",
    "log/export",
    "log/plot",
    "log/presets.rs",
    "log/query.rs",
    "log/samples.rs",
    "log/sort.rs",
    "log/days.rs",
    "log/dialect",
    "log/range.rs",
    "log/zone.rs",
    "log/wallet_query",
    "log/gather.rs",
    "movement/alike",
    "movement/book.rs",
    "movement/book/",
    "movement/bundle.rs",
    "movement/choice.rs",
    "movement/chosen.rs",
    "movement/draft",
    "movement/entry",
    "movement/machine",
    "movement/pace",
    "movement/plan.rs",
    "movement/quote",
    "movement/reconcile",
    "movement/roster.rs",
    "movement/search_context.rs",
    "client/failure",
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut folders = vec![root.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 20, "the portal's sources were found");
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/")
    };
    files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// Returns the top-level modules that `text` names after `crate::`, including within braces.
fn used(text: &str) -> Vec<String> {
    text.split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn modules_use_only_what_they_may() {
    for (file, text) in sources() {
        let module = file.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = MODULES.iter().find(|(name, _)| *name == module) else {
            assert!(
                ["lib", "main", "app"].contains(&module),
                "{file} belongs to no known module"
            );
            continue;
        };
        for used in used(&text) {
            let is_allowed = used == module || allowed.contains(&used.as_str());
            assert!(
                is_allowed,
                "{file} uses `crate::{used}`, which {module} must not use"
            );
        }
    }
}

#[test]
fn pure_modules_use_no_framework() {
    for (file, text) in sources() {
        if PURE.iter().any(|pure| file.starts_with(pure)) {
            for word in ["leptos", "web_sys", "js_sys", "gloo_net", "new_v4"] {
                assert!(
                    !text.contains(word),
                    "{file} is pure and must not name {word}"
                );
            }
        }
    }
}

#[test]
fn no_view_contains_what_the_pages_policy_forbids() {
    for (file, text) in sources() {
        let text = text.split("#[cfg(test)]").next().unwrap();
        for word in [
            "style=\"",
            "inner_html",
            "set_inner_html",
            "insert_adjacent_html",
            // Elements that `dist/templates.js` refuses to build.
            "<base",
            "<embed",
            "<foreignObject",
            "<frame",
            "<iframe",
            "<link",
            "<math",
            "<meta",
            "<object",
            "<param",
            "<script",
            "<style",
            "<template",
        ] {
            assert!(!text.contains(word), "{file} contains {word}");
        }
    }
}

#[test]
fn screens_do_not_use_each_other() {
    const SCREENS: [&str; 10] = [
        "activity",
        "allocate",
        "calculate",
        "log",
        "overview",
        "revert",
        "sign_in",
        "signed_out",
        "transfer",
        "wallet",
    ];
    for (file, text) in sources() {
        if file.starts_with("pages/") && file != "pages/mod.rs" {
            for screen in SCREENS {
                assert!(
                    !text.contains(&format!("pages::{screen}")),
                    "{file} uses the screen {screen}"
                );
            }
        }
    }
}
