//! The command line of `cargo xtask`.

use std::{fmt, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The commands of Credit Desk. Each one installs the tools it needs (once, into the user's cache) and reports what it
/// does.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "\
Tools are installed in ~/.cache/credit-desk/tools, shared by every clone, next to the compiled dependencies (about 3 GB).
CREDIT_DESK_CACHE moves the cache.
CREDIT_DESK_CHROMIUM and CREDIT_DESK_CHROMEDRIVER name a browser and its driver, CREDIT_DESK_NGINX an nginx, if they are not on PATH;
CREDIT_DESK_NGINX_HEADERS_MORE the file of its headers-more module; CREDIT_DESK_APACHE and CREDIT_DESK_APACHE_MODULES do the same for Apache;
CREDIT_DESK_FIREFOX, CREDIT_DESK_WEBKITWEBDRIVER, CREDIT_DESK_XVFB and CREDIT_DESK_PYTHON do the same for the other browser engines.
CREDIT_DESK_ENGINE is the engine (chromium, firefox or webkit) that `storm` runs in."
)]
pub struct Flags {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the portal and run it on the sandbox, at http://127.0.0.1:8787
    Start(Start),
    /// Build dist/, ready to deploy, with compressed copies; print the size of each file
    Build(Build),
    /// Rewrite the files for hosts in dist/, for the services in another config.json
    Hosting(Hosting),
    /// Prepare what Trunk assembles; Trunk runs this before each build
    #[command(hide = true)]
    Site,
    /// Run the sandbox server alone
    Sandbox(Sandbox),
    /// Run every test, from the fastest suite to the slowest
    Test(Test),
    /// Make many movements while everything fails, and compare the ledger with what the portal told its users
    #[command(disable_help_flag = true)]
    Storm(Program),
    /// Measure how long the built portal takes, and how that scales: `bench log` is the credit log
    #[command(disable_help_flag = true)]
    Bench(Program),
    /// Feed hostile input to every parser in the portal: a million inputs each, generated from a seed
    #[command(disable_help_flag = true)]
    Fuzz(Program),
    /// Install the tools of every command now, so that nothing has to be installed later
    Tools(Tools),
}

/// Flags of `start`.
#[derive(Debug, Args)]
pub struct Start {
    /// The port to listen on
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Start with a new ledger and discard all movements made so far
    #[arg(long)]
    pub fresh: bool,
    /// Fill the ledger with about this many log entries
    #[arg(long, value_name = "N")]
    pub rows: Option<u32>,
    /// Build without optimization, and rebuild whenever a source file changes (reload the page to see it)
    #[arg(long)]
    pub dev: bool,
}

/// Flags of `build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Build even if nothing has changed since dist/ was built
    #[arg(long)]
    pub force: bool,
}

/// Flags of `hosting`.
#[derive(Debug, Args)]
pub struct Hosting {
    /// The deployment's config.json, whose services go into the Content-Security-Policy [default: the one in the
    /// folder]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder with the built portal [default: dist]
    #[arg(long, value_name = "DIR")]
    pub dist: Option<PathBuf>,
}

/// Flags of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// A folder of static files to serve next to the APIs, such as dist
    #[arg(long, value_name = "DIR")]
    pub dist: Option<PathBuf>,
    /// Arguments for the server; `cargo xtask sandbox -- --help` lists them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    pub args: Vec<String>,
}

/// Flags of `test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Run only this suite (can be repeated)
    #[arg(long, value_name = "SUITE")]
    pub only: Vec<Suite>,
    /// Run the later suites even if an earlier one fails
    #[arg(long)]
    pub keep_going: bool,
    /// Run the journeys in this browser engine (can be repeated)
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_values_t = [Engine::Chromium])]
    pub engine: Vec<Engine>,
}

/// The browser engines that the journeys can run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Engine {
    /// Chrome and Edge
    Chromium,
    /// Firefox
    Firefox,
    /// Safari
    Webkit,
}

impl Engine {
    /// The name on the command line, in output, and in the journeys' environment.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Flags of `storm`, `bench` and `fuzz`, which are programs that parse their own flags.
#[derive(Debug, Args)]
pub struct Program {
    /// Arguments for the program; its `--help` lists them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    pub args: Vec<String>,
}

/// Flags of `tools`.
#[derive(Debug, Args)]
pub struct Tools {}

/// The test suites, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Suite {
    /// Formatting of every file
    Fmt,
    /// Lints, for the native targets and for the browser
    Clippy,
    /// Licenses, sources, duplicates and known vulnerabilities of dependencies
    Deny,
    /// Unit and property tests: the portal's pure modules, the sandbox, xtask
    Native,
    /// The portal's tests that need a browser (tests/browser)
    Browser,
    /// The release build that the journeys use
    Build,
    /// Journeys through the whole portal in Chromium, Firefox and WebKit (tests/journeys)
    Journeys,
}

impl Suite {
    /// The name on the command line and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Deny => "deny",
            Self::Native => "native",
            Self::Browser => "browser",
            Self::Build => "build",
            Self::Journeys => "journeys",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Flags::command().debug_assert();
    }

    #[test]
    fn suite_names_match_their_flag_values() {
        for suite in Suite::value_variants() {
            assert_eq!(suite.to_possible_value().unwrap().get_name(), suite.name());
        }
    }

    #[test]
    fn engine_names_match_their_flag_values() {
        for engine in Engine::value_variants() {
            let value = engine.to_possible_value().unwrap();
            assert_eq!(value.get_name(), engine.name());
        }
        let flags = Flags::parse_from(["xtask", "test", "--engine", "firefox,webkit"]);
        let Command::Test(test) = flags.command else {
            panic!("{flags:?}")
        };
        assert_eq!(test.engine, [Engine::Firefox, Engine::Webkit]);
    }

    #[test]
    fn sandbox_flags_are_passed_on() {
        let flags = Flags::parse_from(["xtask", "sandbox", "--dist", "dist", "--port", "9000"]);
        let Command::Sandbox(sandbox) = flags.command else {
            panic!("{flags:?}")
        };
        assert_eq!(sandbox.dist, Some("dist".into()));
        assert_eq!(sandbox.args, ["--port", "9000"]);
    }

    #[test]
    fn storm_flags_are_passed_on() {
        for args in [&["--movements", "5"][..], &["--help"]] {
            let flags = Flags::parse_from(["xtask", "storm"].iter().chain(args));
            let Command::Storm(storm) = flags.command else {
                panic!("{flags:?}")
            };
            assert_eq!(storm.args, args);
        }
    }

    #[test]
    fn bench_flags_are_passed_on() {
        for args in [
            &["log", "--rows", "1000,10000"][..],
            &["--help"],
            &["log", "--help"],
        ] {
            let flags = Flags::parse_from(["xtask", "bench"].iter().chain(args));
            let Command::Bench(bench) = flags.command else {
                panic!("{flags:?}")
            };
            assert_eq!(bench.args, args);
        }
    }
}
