//! Errors in a `config.json`: what is wrong, and where.

use std::fmt;

/// What is wrong, where, and what would be valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigError {
    /// The line number, starting at 1.
    pub line: Option<usize>,
    /// The path of the field, or only its name if the text could not be parsed.
    pub field: Option<String>,
    /// The text of the line.
    pub excerpt: Option<String>,
    /// What is wrong, and what would be valid.
    pub wrong: String,
}

impl ConfigError {
    /// Returns the error for a file that could not be loaded.
    pub(super) fn missing(address: &str, how: &str) -> Self {
        let wrong = format!(
            "{address} {how}. It must be next to index.html, like the config.json of the release."
        );
        Self {
            wrong,
            ..Self::default()
        }
    }

    /// Returns the error for a text that could not be parsed.
    pub(super) fn read(text: &str, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let message = message
            .rsplit_once(" at line ")
            .map_or(&*message, |(start, _)| start);
        // Replaces the names of Rust types, which mean nothing to administrators.
        let wrong = message
            .replace("u32", "a whole number from 0 on")
            .replace("struct ", "an object: ")
            .replace("EOF while parsing", "The file ends within");
        let line = error.line();
        let start: usize = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let parsed = text.get(..start + error.column()).unwrap_or(text);
        let named_field = ["unknown field `", "missing field `", "duplicate field `"]
            .iter()
            .find_map(|prefix| message.strip_prefix(prefix)?.split('`').next());
        let field = named_field.or_else(|| last_key(parsed).filter(|_| error.is_data()));
        Self {
            field: field.map(str::to_owned),
            wrong,
            ..Self::on(text, line)
        }
    }

    /// Returns the error for the invalid value of the field at this path.
    pub(super) fn at(text: &str, path: &[&str], wrong: String) -> Self {
        let mut offset = 0;
        for key in path {
            let rest = text.get(offset..).unwrap_or_default();
            offset += find_key(key, rest).unwrap_or(0);
        }
        let line = text.get(..offset).unwrap_or_default().matches('\n').count() + 1;
        let location = match path {
            [] => Self::default(),
            _ => Self::on(text, line),
        };
        Self {
            field: (!path.is_empty()).then(|| path.join(".")),
            wrong,
            ..location
        }
    }

    /// Returns an error that points to this line, without a message.
    fn on(text: &str, line: usize) -> Self {
        let excerpt = text.lines().nth(line.saturating_sub(1)).map(str::trim);
        Self {
            line: Some(line.max(1)),
            // A very long line, such as a file without line breaks, is not shown, nor is a line that may contain a
            // password.
            excerpt: excerpt
                .filter(|line| !line.is_empty() && line.len() <= 200 && !line.contains('@'))
                .map(str::to_owned),
            ..Self::default()
        }
    }
}

/// Returns the offset of this key, which must be followed by a colon.
fn find_key(key: &str, text: &str) -> Option<usize> {
    let quoted = format!("\"{key}\"");
    let mut matches = text.match_indices(&quoted);
    matches
        .find(|(at, _)| {
            let rest = text.get(at + quoted.len()..).unwrap_or_default();
            rest.trim_start().starts_with(':')
        })
        .map(|(at, _)| at)
}

/// Returns the last key in this text.
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
