//! The size budgets of the built portal, from `xtask/budgets.json`. The journeys read the file too, to check what a
//! browser really fetches.
//!
//! Sizes are in bytes, as sent by a host with precompressed copies: brotli at its highest level.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    output::{self, Bytes},
    project::Project,
};

/// A file of dist/.
#[derive(Clone, Debug)]
pub struct File {
    /// The path below dist/.
    pub name: String,
    /// The sizes in bytes: raw, gzip, brotli.
    pub sizes: [u64; 3],
}

/// Returns the total sizes of these files.
pub fn sum<'a>(files: impl Iterator<Item = &'a File>) -> [u64; 3] {
    files.fold([0; 3], |sum, file| {
        [0, 1, 2].map(|column| sum[column] + file.sizes[column])
    })
}

/// The limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Bytes of everything the first screen needs.
    bytes: u64,
    /// Requests for the first screen.
    requests: u64,
    /// Bytes per file, by name pattern; the first matching pattern applies.
    files: Vec<(String, u64)>,
}

impl Budgets {
    /// Reads the budgets of the checkout.
    pub fn read(project: &Project) -> Result<Self> {
        let file = project.root.join("xtask/budgets.json");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", project.short(&file)))?;
        Self::parse(&text).with_context(|| format!("{} is invalid", project.short(&file)))
    }

    fn parse(text: &str) -> Result<Self> {
        let all: Value = serde_json::from_str(text)?;
        let integer = |of: &Value, name: &str| {
            let value = of[name].as_u64();
            value.with_context(|| format!("{name} is missing, or not an integer: {of}"))
        };
        let files = all["files"].as_array().context("there are no files")?;
        let file = |of: &Value| {
            let name = of["name"].as_str().context("a file has no name")?;
            Ok((name.to_owned(), integer(of, "brotli")?))
        };
        Ok(Self {
            bytes: integer(&all["first_load"], "brotli")?,
            requests: integer(&all["first_load"], "requests")?,
            files: files.iter().map(file).collect::<Result<_>>()?,
        })
    }

    /// Returns what exceeds the budgets, one line each. `first` lists the files that the first screen fetches.
    ///
    /// A file without a budget exceeds it too, so that new files don't add weight unnoticed.
    pub fn exceeded(&self, files: &[File], first: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        let over = |what: &str, size: u64, limit: u64, unit: &str| {
            (size > limit).then(|| {
                let (size, limit, by) = (Bytes(size), Bytes(limit), Bytes(size - limit));
                format!("{what}: {size} {unit}, {by} over the limit of {limit}")
            })
        };
        for file in files {
            let name = &file.name;
            match self
                .files
                .iter()
                .find(|(pattern, _)| matches(pattern, name))
            {
                Some((_, limit)) => lines.extend(over(name, file.sizes[2], *limit, "bytes")),
                None if is_fetched(name) => lines.push(format!("{name}: has no budget")),
                None => {}
            }
        }
        let mut found = Vec::new();
        for name in first {
            match files.iter().find(|file| file.name == *name) {
                Some(file) => found.push(file),
                None => lines.push(format!("{name}: fetched on first load, but not in dist/")),
            }
        }
        let [.., sum] = sum(found.into_iter());
        let count = u64::try_from(first.len()).unwrap_or(u64::MAX);
        lines.extend(over("the first load", sum, self.bytes, "bytes"));
        lines.extend(over("the first load", count, self.requests, "requests"));
        lines
    }
}

/// Fails if something exceeds its budget, and lists what does.
pub fn check(project: &Project, files: &[File], first: &[String]) -> Result<()> {
    let exceeded = Budgets::read(project)?.exceeded(files, first);
    if exceeded.is_empty() {
        output::line("Budgets: OK.");
        return Ok(());
    }
    let lines = exceeded.join("\n  ");
    bail!("over budget (xtask/budgets.json):\n  {lines}")
}

/// Returns the files that the page's head refers to, and the configuration that the program fetches next.
pub fn first_load(dist: &Path, files: &[File]) -> Result<Vec<String>> {
    let index = dist.join("index.html");
    let page =
        fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let is_first =
        |name: &str| ["index.html", "config.json"].contains(&name) || page.contains(name);
    let names = files.iter().map(|file| &file.name);
    Ok(names.filter(|name| is_first(name)).cloned().collect())
}

/// Returns whether a name matches the pattern, in which a `*` matches any text.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len())
                .filter_map(|at| rest.get(at..))
                .any(|rest| matches(tail, rest))
        }),
    }
}

/// Returns whether browsers fetch the file; they never fetch the files for hosts.
fn is_fetched(name: &str) -> bool {
    let extensions = [
        ".css", ".html", ".js", ".json", ".mjs", ".svg", ".wasm", ".woff2", ".png",
    ];
    extensions.iter().any(|extension| name.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
        "first_load": { "brotli": 100, "requests": 3 },
        "files": [{ "name": "a-*_bg.wasm", "brotli": 60 }, { "name": "*.js", "brotli": 30 }]
    }"#;

    fn file(name: &str, brotli: u64) -> File {
        File {
            name: name.to_owned(),
            sizes: [brotli * 4, brotli * 2, brotli],
        }
    }

    fn exceeded(files: &[File], first: &[&str]) -> Vec<String> {
        let first: Vec<_> = first.iter().map(|&name| name.to_owned()).collect();
        Budgets::parse(TEXT).unwrap().exceeded(files, &first)
    }

    #[test]
    fn files_within_budget_are_not_reported() {
        let files = [
            file("a-1f_bg.wasm", 60),
            file("b.js", 30),
            file("_headers", 999),
        ];
        assert!(exceeded(&files, &["a-1f_bg.wasm", "b.js"]).is_empty());
    }

    #[test]
    fn files_over_budget_and_files_without_one_are_reported() {
        let files = [file("a-1f_bg.wasm", 61), file("other.wasm", 1)];
        assert_eq!(
            exceeded(&files, &[]),
            [
                "a-1f_bg.wasm: 61 bytes, 1 over the limit of 60",
                "other.wasm: has no budget"
            ]
        );
    }

    #[test]
    fn the_first_load_is_summed_and_its_requests_are_counted() {
        let files = [file("a-1f_bg.wasm", 50), file("b.js", 30), file("c.js", 30)];
        let names = ["a-1f_bg.wasm", "b.js", "c.js", "gone.js"];
        assert_eq!(
            exceeded(&files, &names),
            [
                "gone.js: fetched on first load, but not in dist/",
                "the first load: 110 bytes, 10 over the limit of 100",
                "the first load: 4 requests, 1 over the limit of 3"
            ]
        );
    }

    #[test]
    fn names_match_patterns() {
        assert!(
            matches("a-*_bg.wasm", "a-0f_bg.wasm") && matches("*", "") && matches("*.js", "x.js")
        );
        assert!(
            !matches("a-*_bg.wasm", "a.wasm") && !matches("*.js", "x.js.br") && !matches("a", "ab")
        );
    }

    #[test]
    fn the_checkouts_budgets_are_valid() {
        let budgets = Budgets::parse(include_str!("../budgets.json")).unwrap();
        // The promised limits: the budgets may be tighter.
        assert!(budgets.bytes <= 170_000 && budgets.requests <= 25);
        let known = |name| {
            budgets
                .files
                .iter()
                .any(|(pattern, _)| matches(pattern, name))
        };
        for name in [
            "index.html",
            "credit-desk-1f_bg.wasm",
            "credit-desk-1f.js",
            "style-1f.css",
        ] {
            assert!(known(name), "{name}");
        }
    }
}
