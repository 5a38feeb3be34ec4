//! What is wrong with a `config.json`, and where.

use std::fmt;

/// What is wrong, where, and what would be right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigError {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The field.
    pub field: Option<String>,
    /// The text of the line.
    pub excerpt: Option<String>,
    /// What is wrong, and what would be right.
    pub wrong: String,
}

impl ConfigError {
    /// The file itself could not be had.
    pub(super) fn missing(address: &str, how: &str) -> Self {
        let wrong = format!(
            "{address} {how}. It must lie beside index.html, as the config.json of the release does."
        );
        Self {
            wrong,
            ..Self::default()
        }
    }

    /// The text could not be read.
    pub(super) fn read(text: &str, error: &serde_json::Error) -> Self {
        let words = error.to_string();
        let words = words.rsplit_once(" at line ").map_or(&*words, |(it, _)| it);
        // Rust's names of types say nothing to whoever writes the file.
        let wrong = words
            .replace("u32", "a whole number from 0 on")
            .replace("struct ", "an object: ")
            .replace("EOF while parsing", "The file ends within");
        let line = error.line();
        let start: usize = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let upto = text.get(..start + error.column()).unwrap_or(text);
        let is_named = ["unknown field `", "missing field `", "duplicate field `"]
            .iter()
            .find_map(|start| words.strip_prefix(start)?.split('`').next());
        let field = is_named.or_else(|| last_key(upto).filter(|_| error.is_data()));
        Self {
            field: field.map(str::to_owned),
            wrong,
            ..Self::on(text, line)
        }
    }

    /// The field at this path has a value that will not do.
    pub(super) fn at(text: &str, path: &[&str], wrong: String) -> Self {
        let mut offset = 0;
        for key in path {
            let rest = text.get(offset..).unwrap_or_default();
            offset += place_of(key, rest).unwrap_or(0);
        }
        let line = text.get(..offset).unwrap_or_default().matches('\n').count() + 1;
        let found = match path {
            [] => Self::default(),
            _ => Self::on(text, line),
        };
        Self {
            field: (!path.is_empty()).then(|| path.join(".")),
            wrong,
            ..found
        }
    }

    fn on(text: &str, line: usize) -> Self {
        let excerpt = text.lines().nth(line.saturating_sub(1)).map(str::trim);
        Self {
            line: Some(line.max(1)),
            // A file on a single line is no excerpt, and what may hold a password is not shown.
            excerpt: excerpt
                .filter(|line| !line.is_empty() && line.len() <= 200 && !line.contains('@'))
                .map(str::to_owned),
            ..Self::default()
        }
    }
}

/// Where this key stands, before its colon.
fn place_of(key: &str, text: &str) -> Option<usize> {
    let quoted = format!("\"{key}\"");
    let mut found = text.match_indices(&quoted);
    found
        .find(|(at, _)| {
            let behind = text.get(at + quoted.len()..).unwrap_or_default();
            behind.trim_start().starts_with(':')
        })
        .map(|(at, _)| at)
}

/// The last key before the end of this text.
fn last_key(text: &str) -> Option<&str> {
    text.rmatch_indices(':').find_map(|(at, _)| {
        let name = text.get(..at)?.trim_end().strip_suffix('"')?;
        name.rsplit('"').next()
    })
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.wrong)
    }
}
