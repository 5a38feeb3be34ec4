//! What the built portal may weigh: `xtask/budgets.json`, which the journeys read too, for what a browser really fetches.
//!
//! Sizes are bytes as a host with precompressed copies sends them: brotli, at its best level.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    project::Project,
    say::{self, Bytes},
};

/// A file of dist/.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path below dist/.
    pub name: String,
    /// Its bytes: raw, as gzip, as brotli.
    pub sizes: [u64; 3],
}

/// What files weigh together.
pub fn sum<'a>(files: impl Iterator<Item = &'a File>) -> [u64; 3] {
    files.fold([0; 3], |sum, file| {
        [0, 1, 2].map(|column| sum[column] + file.sizes[column])
    })
}

/// What may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Bytes of everything that the first screen needs.
    bytes: u64,
    /// Requests for it.
    requests: u64,
    /// Bytes of a file, by a pattern of its name; the first that fits counts.
    files: Vec<(String, u64)>,
}

impl Budgets {
    /// Those of the checkout.
    pub fn read(project: &Project) -> Result<Self> {
        let file = project.root.join("xtask/budgets.json");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", project.short(&file)))?;
        Self::parse(&text).with_context(|| format!("{} makes no sense", project.short(&file)))
    }

    fn parse(text: &str) -> Result<Self> {
        let all: Value = serde_json::from_str(text)?;
        let figure = |of: &Value, name: &str| {
            let figure = of[name].as_u64();
            figure.with_context(|| format!("{name} is missing, or no whole number: {of}"))
        };
        let files = all["files"].as_array().context("there are no files")?;
        let file = |of: &Value| {
            let name = of["name"].as_str().context("a file has no name")?;
            Ok((name.to_owned(), figure(of, "brotli")?))
        };
        Ok(Self {
            bytes: figure(&all["first_load"], "brotli")?,
            requests: figure(&all["first_load"], "requests")?,
            files: files.iter().map(file).collect::<Result<_>>()?,
        })
    }

    /// What exceeds them, a line each. `first` names the files that the first screen fetches.
    ///
    /// A file that nobody has given a budget exceeds it, too: what is added must not weigh unseen.
    pub fn exceeded(&self, files: &[File], first: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        let over = |what: &str, is: u64, may: u64, unit: &str| {
            (is > may).then(|| {
                let (is, may, by) = (Bytes(is), Bytes(may), Bytes(is - may));
                format!("{what}: {is} {unit}, {by} more than the {may} it may be")
            })
        };
        for file in files {
            let name = &file.name;
            match self.files.iter().find(|(pattern, _)| fits(pattern, name)) {
                Some((_, may)) => lines.extend(over(name, file.sizes[2], *may, "bytes")),
                None if travels(name) => lines.push(format!("{name}: has no budget")),
                None => {}
            }
        }
        let mut found = Vec::new();
        for name in first {
            match files.iter().find(|file| file.name == *name) {
                Some(file) => found.push(file),
                None => lines.push(format!("{name}: fetched at first, and not in dist/")),
            }
        }
        let [.., sum] = sum(found.into_iter());
        let count = u64::try_from(first.len()).unwrap_or(u64::MAX);
        lines.extend(over("the first load", sum, self.bytes, "bytes"));
        lines.extend(over("the first load", count, self.requests, "requests"));
        lines
    }
}

/// Fails where something exceeds its budget, and says what.
pub fn check(project: &Project, files: &[File], first: &[String]) -> Result<()> {
    let exceeded = Budgets::read(project)?.exceeded(files, first);
    if exceeded.is_empty() {
        say::line("Budgets: kept.");
        return Ok(());
    }
    let lines = exceeded.join("\n  ");
    bail!("over budget (xtask/budgets.json):\n  {lines}")
}

/// What the page's head asks for, and the configuration that the program asks for next.
pub fn first(dist: &Path, files: &[File]) -> Result<Vec<String>> {
    let index = dist.join("index.html");
    let page =
        fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let is_first =
        |name: &str| ["index.html", "config.json"].contains(&name) || page.contains(name);
    let names = files.iter().map(|file| &file.name);
    Ok(names.filter(|name| is_first(name)).cloned().collect())
}

/// Whether a name is of the pattern, in which a `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len())
                .filter_map(|at| rest.get(at..))
                .any(|rest| fits(tail, rest))
        }),
    }
}

/// Whether browsers fetch it: not the notes for hosts.
fn travels(name: &str) -> bool {
    let kinds = [
        ".css", ".html", ".js", ".json", ".mjs", ".svg", ".wasm", ".woff2", ".png",
    ];
    kinds.iter().any(|kind| name.ends_with(kind))
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
    fn what_is_within_its_budget_is_not_told() {
        let files = [
            file("a-1f_bg.wasm", 60),
            file("b.js", 30),
            file("_headers", 999),
        ];
        assert!(exceeded(&files, &["a-1f_bg.wasm", "b.js"]).is_empty());
    }

    #[test]
    fn a_file_over_its_budget_is_told_and_so_is_one_without() {
        let files = [file("a-1f_bg.wasm", 61), file("other.wasm", 1)];
        assert_eq!(
            exceeded(&files, &[]),
            [
                "a-1f_bg.wasm: 61 bytes, 1 more than the 60 it may be",
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
                "gone.js: fetched at first, and not in dist/",
                "the first load: 110 bytes, 10 more than the 100 it may be",
                "the first load: 4 requests, 1 more than the 3 it may be"
            ]
        );
    }

    #[test]
    fn names_fit_patterns() {
        assert!(fits("a-*_bg.wasm", "a-0f_bg.wasm") && fits("*", "") && fits("*.js", "x.js"));
        assert!(!fits("a-*_bg.wasm", "a.wasm") && !fits("*.js", "x.js.br") && !fits("a", "ab"));
    }

    #[test]
    fn the_checkouts_budgets_make_sense() {
        let budgets = Budgets::parse(include_str!("../budgets.json")).unwrap();
        // What was promised: they may be tighter.
        assert!(budgets.bytes <= 170_000 && budgets.requests <= 25);
        let known = |name| budgets.files.iter().any(|(pattern, _)| fits(pattern, name));
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
