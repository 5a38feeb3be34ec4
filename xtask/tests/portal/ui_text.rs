//! The glossary of the screens: words that no text of the portal may use.

use std::fs;
use std::path::Path;

use crate::files::files_below;

/// Words that no text of a screen contains. The code may use them: they are terms of the APIs or of developers.
const NEVER: [&str; 20] = [
    "anew",
    "backend",
    "backends",
    "books",
    "child",
    "children",
    "customer",
    "figure",
    "figures",
    "journal",
    "movement",
    "movements",
    "reclaim",
    "refused",
    "row",
    "rows",
    "submission",
    "submissions",
    "told",
    "whoever",
];

/// The string literals of Rust code without its comments and tests.
fn literals(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]").next().unwrap();
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut literals = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A character literal may be a quotation mark. A lifetime is not a literal.
            '\'' => {
                let is_escaped = chars.next_if_eq(&'\\').is_some();
                let quoted = chars.next();
                if (is_escaped || quoted.is_some()) && chars.peek() == Some(&'\'') {
                    chars.next();
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => text.extend(chars.next()),
                        _ => text.push(c),
                    }
                }
                literals.push(text);
            }
            _ => {}
        }
    }
    literals
}

/// Whether a literal is a text for the screen, rather than a name, a selector or a class.
fn is_text(literal: &str) -> bool {
    let words = literal.split_whitespace().count();
    let starts_like_text = literal
        .trim_start()
        .starts_with(|c: char| c.is_uppercase() || c == '{' || c == ',');
    let is_markup = literal.contains(['#', '[', '=', '>']) || literal.contains("::");
    words > 1
        && !is_markup
        && (starts_like_text || literal.starts_with(' ') || literal.ends_with('.'))
}

/// The words of a text, without its placeholders.
fn words(text: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    outside
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(str::to_lowercase)
        .collect()
}

fn check(texts: impl Iterator<Item = (String, String)>) -> usize {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (place, text) in texts {
        count += 1;
        for word in words(&text) {
            if NEVER.contains(&word.as_str()) {
                wrong.push(format!("{place}: {word:?} in {text:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[test]
fn the_screens_use_the_words_of_the_glossary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = files_below(&root.join("src"));
    let texts = files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        // Tests, and what reads or writes JSON.
        .filter(|file| {
            !file.ends_with("tests.rs")
                && !file.iter().any(|part| {
                    ["tests", "wire", "model", "record", "samples.rs"]
                        .iter()
                        .any(|name| part == *name)
                })
        })
        .flat_map(|file| {
            let code = fs::read_to_string(file).unwrap();
            let place = file.strip_prefix(&root).unwrap().display().to_string();
            literals(&code)
                .into_iter()
                .filter(|literal| is_text(literal))
                .map(move |literal| (place.clone(), literal))
        });
    let count = check(texts);
    assert!(count > 300, "only {count} texts were found");
}

#[test]
fn the_page_and_its_loader_use_the_words_of_the_glossary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("index.html")).unwrap();
    let without_comments: String = page
        .split("<!--")
        .enumerate()
        .filter_map(|(at, part)| {
            if at == 0 {
                Some(part)
            } else {
                part.split_once("-->").map(|(_, rest)| rest)
            }
        })
        .collect();
    let page = without_comments
        .split('<')
        .filter_map(|part| part.split_once('>'))
        .map(|(_, text)| ("index.html".to_owned(), text.trim().to_owned()))
        .filter(|(_, text)| !text.is_empty());
    let loader = fs::read_to_string(root.join("public/loader.js")).unwrap();
    let loader = literals(&loader)
        .into_iter()
        .filter(|literal| is_text(literal))
        .map(|literal| ("public/loader.js".to_owned(), literal));
    let count = check(page.chain(loader));
    assert!(count > 20, "only {count} texts were found");
}
