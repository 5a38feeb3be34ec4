//! The browser engine that the journeys run in.

use std::{env, fmt, io::Write as _};

use anyhow::{Result, bail};

/// Environment variable with the engine's name. Chromium if unset.
pub const VARIABLE: &str = "CREDIT_DESK_ENGINE";

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chrome and Edge.
    Chromium,
    /// Firefox (Gecko).
    Firefox,
    /// Safari.
    WebKit,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Returns the engine of this test run.
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

    /// Returns the name in lower case, as in [`VARIABLE`].
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

/// Whether a journey runs in the current engine. It runs only in `engines`, for `reason`; skipping it is reported.
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

/// Reports that a part of a journey is skipped in this engine.
pub fn report_partly_left_out(engine: Engine, part: &str, reason: &str) {
    report(&format!(
        "partly left out in {}: {part}: {reason}\n",
        engine.name()
    ));
}

/// Reports that a browser has to be restarted because it can't be reset. The journeys still pass, but take twice as long
/// if that happens after each of them.
pub fn report_restart(engine: Engine, error: &anyhow::Error) {
    report(&format!("{engine} is restarted: {error:#}\n"));
}

/// Bypasses the test harness's output capture, so that the line also shows for passing tests. xtask counts and lists
/// what was left out.
fn report(line: &str) {
    _ = std::io::stdout().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engine_names_are_lower_case() {
        for engine in Engine::ALL {
            assert_eq!(engine.name(), engine.to_string().to_lowercase());
        }
    }
}
