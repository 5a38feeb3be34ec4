//! The layout of the portal's sources: which module may use which, no cycles between files, and what no view may
//! contain.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::files::files_below;

/// Each top-level module and the modules it may use.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("units", &[]),
    ("routes", &[]),
    ("browser", &["units"]),
    ("wire", &["units"]),
    ("ui", &["browser", "units"]),
    ("config", &["browser", "units"]),
    ("session", &["config", "routes", "units"]),
    ("client", &["browser", "config", "session", "units", "wire"]),
    (
        "log",
        &["browser", "client", "config", "session", "units", "wire"],
    ),
    (
        "wallet",
        &[
            "browser", "client", "config", "log", "session", "units", "wire",
        ],
    ),
    (
        "movement",
        &["browser", "client", "config", "session", "units", "wire"],
    ),
    (
        "pages",
        &[
            "browser", "client", "config", "log", "movement", "routes", "session", "ui", "units",
            "wallet", "wire",
        ],
    ),
];
/// Modules below `pages` that aren't screens.
const SHARED_BY_SCREENS: [&str; 3] = ["movement", "shared", "tools"];

/// A source file of the portal.
struct Source {
    /// Its path below `src`.
    file: String,
    /// Its module, such as `movement::desk::attempt`.
    module: String,
    text: String,
}

impl Source {
    /// The code without comments and without the tests at its end.
    fn code(&self) -> String {
        let text = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        text.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect()
    }

    fn top(&self) -> &str {
        self.module.split("::").next().unwrap()
    }

    fn is_test(&self) -> bool {
        self.module.split("::").any(|part| part == "tests")
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let files = files_below(&root);
    assert!(files.len() > 100, "the portal's sources weren't found");
    files
        .iter()
        .map(|path| {
            let file = path.strip_prefix(&root).unwrap().to_string_lossy();
            let file = file.replace('\\', "/");
            Source {
                module: file.trim_end_matches(".rs").replace('/', "::"),
                file,
                text: fs::read_to_string(path).unwrap(),
            }
        })
        .collect()
}

/// The paths after `crate::` in `text`, such as `movement::desk::Desk`. Braces end a path.
fn used(text: &str) -> BTreeSet<String> {
    text.split("crate::")
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            let path = rest.get(..end.unwrap_or(rest.len())).unwrap();
            path.trim_end_matches(':').to_owned()
        })
        .collect()
}

/// The submodules that the module itself uses without `crate::`.
fn used_submodules(source: &Source, code: &str) -> Vec<String> {
    code.lines()
        .filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'))
        .filter(|name| {
            code.match_indices(&format!("{name}::")).any(|(at, _)| {
                !code[..at].ends_with([':', '_']) && !code[..at].ends_with(char::is_alphanumeric)
            })
        })
        .map(|name| format!("{}::{name}", source.module))
        .collect()
}

#[test]
fn modules_use_only_the_modules_below_them() {
    for source in sources() {
        let top = source.top();
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == top) else {
            assert!(
                ["lib", "main", "app"].contains(&top),
                "{} is in no known module",
                source.file
            );
            continue;
        };
        for path in used(&source.text) {
            let target = path.split("::").next().unwrap();
            assert!(
                target == top || allowed.contains(&target),
                "{} uses `crate::{path}`, but `{top}` may not use `{target}`",
                source.file
            );
        }
    }
}

/// A file may use the modules that contain it, so edges to an ancestor don't count.
#[test]
fn files_do_not_use_each_other_in_circles() {
    let sources: Vec<_> = sources()
        .into_iter()
        .filter(|source| !source.is_test())
        .collect();
    let modules: BTreeSet<&str> = sources
        .iter()
        .map(|source| source.module.as_str())
        .collect();
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in &sources {
        let code = source.code();
        let paths = used(&code)
            .into_iter()
            .chain(used_submodules(source, &code));
        for path in paths {
            let file = ancestors(&path).find_map(|path| modules.get(path));
            let is_ancestor = |file: &str| source.module.starts_with(&format!("{file}::"));
            if let Some(file) = file
                && *file != source.module
                && !is_ancestor(file)
            {
                edges.entry(&source.module).or_default().insert(file);
            }
        }
    }
    // A file that uses none of the remaining files can't be in a cycle.
    loop {
        let ends: Vec<_> = edges
            .iter()
            .filter(|(_, targets)| !targets.iter().any(|target| edges.contains_key(target)))
            .map(|(module, _)| *module)
            .collect();
        if ends.is_empty() {
            break;
        }
        for end in ends {
            edges.remove(end);
        }
    }
    // The remaining files are in a cycle or use one. Keep those that are also used.
    loop {
        let targets: BTreeSet<&str> = edges.values().flatten().copied().collect();
        let count = edges.len();
        edges.retain(|module, _| targets.contains(module));
        if edges.len() == count {
            break;
        }
    }
    assert!(
        edges.is_empty(),
        "files use each other in circles: {edges:#?}"
    );
}

/// Returns `a::b::c`, `a::b` and `a` for `a::b::c`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        path.rsplit_once("::").map(|(parent, _)| parent)
    })
}

/// The first line of a pure file says that it is pure, or, with "Pure throughout", that its submodules are pure too.
#[test]
fn pure_modules_use_no_framework_and_no_browser() {
    let sources = sources();
    let throughout: Vec<_> = sources
        .iter()
        .filter(|source| source.text.starts_with("//! Pure throughout:"))
        .map(|source| source.module.as_str())
        .collect();
    let pure: Vec<_> = sources
        .iter()
        .filter(|source| {
            source.text.starts_with("//! Pure")
                || ancestors(&source.module).any(|module| throughout.contains(&module))
        })
        .collect();
    assert!(pure.len() > 50, "only {} pure files were found", pure.len());
    for source in pure {
        for word in [
            "leptos",
            "web_sys",
            "js_sys",
            "gloo_net",
            "new_v4",
            "crate::browser",
        ] {
            assert!(
                !source.code().contains(word),
                "{} is pure, but uses {word}",
                source.file
            );
        }
    }
}

#[test]
fn screens_do_not_use_each_other() {
    let sources = sources();
    let screens: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.module.strip_prefix("pages::"))
        .filter_map(|rest| rest.split("::").next())
        .filter(|name| !SHARED_BY_SCREENS.contains(name))
        .collect();
    assert!(screens.len() > 8, "the screens weren't found: {screens:?}");
    for source in &sources {
        let Some(rest) = source.module.strip_prefix("pages::") else {
            continue;
        };
        let own = rest.split("::").next().unwrap();
        // The tools are views of several screens, loaded together.
        if own == "tools" {
            continue;
        }
        for path in used(&source.code()) {
            let target = path
                .strip_prefix("pages::")
                .and_then(|rest| rest.split("::").next());
            let is_other = target.is_some_and(|target| target != own && screens.contains(target));
            assert!(!is_other, "{} uses `crate::{path}`", source.file);
        }
    }
}

#[test]
fn modules_have_one_style() {
    for source in sources() {
        assert!(
            !source.file.ends_with("/mod.rs"),
            "{}: use a file beside the folder instead",
            source.file
        );
    }
}

#[test]
fn no_view_contains_what_the_content_security_policy_forbids() {
    for source in sources() {
        let code = source.text.split("#[cfg(test)]").next().unwrap();
        for word in [
            "style=\"",
            "inner_html",
            "set_inner_html",
            "insert_adjacent_html",
            // `xtask/src/dist/templates.js` refuses to build these.
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
            assert!(!code.contains(word), "{} contains {word}", source.file);
        }
    }
}

/// `contract §1.4` in the code and the docs refers to a heading of `tests/contract/README.md`.
#[test]
fn references_to_the_contract_lead_to_a_section() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract = fs::read_to_string(root.join("tests/contract/README.md")).unwrap();
    let headings: String = contract
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| format!(" {} ", line.replace("/3.", " 3.").replace("/1.", " 1.")))
        .collect();
    let exists = |section: &str| {
        headings.contains(&format!(" {section} ")) || headings.contains(&format!(" {section}. "))
    };
    let mut count = 0;
    for folder in [
        "src",
        "tests/browser",
        "tests/sandbox",
        "tests/fuzz",
        "tests/journeys",
        "xtask",
    ] {
        for path in files_below(&root.join(folder)) {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            for rest in text.split("contract §").skip(1) {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || ".,§ ".contains(c)));
                let sections = rest.get(..end.unwrap_or(rest.len())).unwrap();
                for section in sections.split(',') {
                    let section = section.trim_matches(|c: char| !c.is_ascii_digit());
                    if section.is_empty() {
                        continue;
                    }
                    count += 1;
                    assert!(
                        exists(section),
                        "{}: the contract has no section {section}",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(count > 100, "only {count} references were found");
}
