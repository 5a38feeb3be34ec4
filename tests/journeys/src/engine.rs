//! The browser engine that the journeys run in.

use std::{env, fmt, io::Write as _};

use anyhow::{Result, bail};

/// Names the engine; Chromium where it is unset.
pub const VARIABLE: &str = "CREDIT_DESK_ENGINE";

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chrome's and Edge's.
    Chromium,
    /// Firefox's, Gecko.
    Firefox,
    /// Safari's.
    WebKit,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The engine that this run was started for.
    pub fn current() -> Result<Self> {
        let Some(name) = env::var_os(VARIABLE).filter(|name| !name.is_empty()) else {
            return Ok(Self::Chromium);
        };
        match Self::ALL.into_iter().find(|engine| name == engine.name()) {
            Some(engine) => Ok(engine),
            None => bail!(
                "{VARIABLE} is {}; it can be chromium, firefox or webkit",
                name.display()
            ),
        }
    }

    /// Its name in lower case, as in [`VARIABLE`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        })
    }
}

/// Whether a journey runs in the present engine: only in these, for this reason. Reports it where it is left out.
pub fn runs_in(engines: &[Engine], journey: &str, reason: &str) -> Result<bool> {
    let engine = Engine::current()?;
    let runs = engines.contains(&engine);
    if !runs {
        report(&format!(
            "left out in {}: {journey}: {reason}\n",
            engine.name()
        ));
    }
    Ok(runs)
}

/// Reports a part of a journey that is not done in this engine.
pub fn report_partly_left_out(engine: Engine, part: &str, reason: &str) {
    report(&format!(
        "partly left out in {}: {part}: {reason}\n",
        engine.name()
    ));
}

/// Written past the test program's capture of its output, so that it shows for tests that pass; xtask counts and lists these lines.
fn report(line: &str) {
    _ = std::io::stdout().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_named_in_lower_case() {
        for engine in Engine::ALL {
            assert_eq!(engine.name(), engine.to_string().to_lowercase());
        }
    }
}
