//! What can be typed after `cargo xtask`.

use std::{fmt, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The commands of Credit Desk. Each one installs the tools it needs (once, into the user's cache) and says what it does.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "\
Tools live in ~/.cache/credit-desk/tools, shared by every clone, and what cargo has compiled of the dependencies beside them (about
3 GB); CREDIT_DESK_CACHE puts the cache elsewhere.
CREDIT_DESK_CHROMIUM and CREDIT_DESK_CHROMEDRIVER name a browser and its driver, CREDIT_DESK_NGINX an nginx, where they are not on PATH;
CREDIT_DESK_NGINX_HEADERS_MORE the file of its headers-more module; CREDIT_DESK_APACHE and CREDIT_DESK_APACHE_MODULES do the same for Apache;
CREDIT_DESK_FIREFOX, CREDIT_DESK_WEBKITWEBDRIVER, CREDIT_DESK_XVFB and CREDIT_DESK_PYTHON do the same for the other browser engines.
CREDIT_DESK_ENGINE is the engine (chromium, firefox or webkit) that `storm` runs in."
)]
pub struct Flags {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the portal and run it on the sandbox, at http://127.0.0.1:8787
    Start(Start),
    /// Build dist/, ready to deploy, with compressed files beside; print what each file weighs
    Build(Build),
    /// Write the files for hosts into dist/ again, for the backends of another config.json
    Hosting(Hosting),
    /// Run the sandbox server alone
    Sandbox(Sandbox),
    /// Run every test, from the fastest ring to the slowest
    Test(Test),
    /// Make many movements while everything fails, and compare the ledger with what people were told
    #[command(disable_help_flag = true)]
    Storm(Program),
    /// Measure how long the built portal takes, and how that grows: `bench log` is the credit log
    #[command(disable_help_flag = true)]
    Bench(Program),
    /// Hand hostile texts to everything in the portal that reads one: a million for each reader, drawn from a seed
    #[command(disable_help_flag = true)]
    Fuzz(Program),
    /// Install the tools of every command now, so that nothing is left to wait for later
    Tools(Tools),
}

/// Flags of `start`.
#[derive(Debug, Args)]
pub struct Start {
    /// The port to listen on
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Begin with a new ledger: the movements made so far are thrown away
    #[arg(long)]
    pub fresh: bool,
    /// Fill the ledger with about this many log rows
    #[arg(long, value_name = "N")]
    pub rows: Option<u32>,
    /// Build without optimising, and build again whenever a source file changes (reload the page to see it)
    #[arg(long)]
    pub dev: bool,
}

/// Flags of `build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Build even when nothing has changed since dist/ was made
    #[arg(long)]
    pub force: bool,
}

/// Flags of `hosting`.
#[derive(Debug, Args)]
pub struct Hosting {
    /// The deployment's config.json: its backends go into the Content-Security-Policy [default: the one in the folder]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the built portal [default: dist]
    #[arg(long, value_name = "DIR")]
    pub dist: Option<PathBuf>,
}

/// Flags of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// A folder of static files to serve beside the APIs, such as dist
    #[arg(long, value_name = "DIR")]
    pub dist: Option<PathBuf>,
    /// Handed to the server as they are; `cargo xtask sandbox -- --help` lists them
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
    /// Run this ring only (may be given several times)
    #[arg(long, value_name = "RING")]
    pub only: Vec<Ring>,
    /// Run the later rings even when an earlier one has failed
    #[arg(long)]
    pub keep_going: bool,
    /// Run the journeys in this browser engine only (may be given several times)
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_values_t = Engine::value_variants().iter().copied())]
    pub engine: Vec<Engine>,
}

/// The browser engines that the journeys run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Engine {
    /// Chrome's and Edge's
    Chromium,
    /// Firefox's
    Firefox,
    /// Safari's
    Webkit,
}

impl Engine {
    /// The name as typed, as shown, and as the journeys read it.
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

/// Flags of `storm`, `bench` and `fuzz`, which are programs with flags of their own.
#[derive(Debug, Args)]
pub struct Program {
    /// Handed to the program as they are; its `--help` lists them
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

/// The rings of tests, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Ring {
    /// The formatting of every file
    Fmt,
    /// Lints, natively and for the browser
    Clippy,
    /// Licences, sources, duplicates and known faults of what is built on
    Deny,
    /// Unit and property tests: the portal's pure rooms, the sandbox, xtask
    Native,
    /// The portal's tests that need a browser (tests/browser)
    Browser,
    /// The release build that the journeys run on
    Build,
    /// Whole journeys in Chromium, Firefox and WebKit (tests/journeys)
    Journeys,
}

impl Ring {
    /// The name as typed and as shown.
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
    fn rings_are_typed_as_they_are_shown() {
        for ring in Ring::value_variants() {
            assert_eq!(ring.to_possible_value().unwrap().get_name(), ring.name());
        }
    }

    #[test]
    fn engines_are_typed_as_they_are_shown() {
        for engine in Engine::value_variants() {
            let typed = engine.to_possible_value().unwrap();
            assert_eq!(typed.get_name(), engine.name());
        }
        let flags = Flags::parse_from(["xtask", "test", "--engine", "firefox,webkit"]);
        let Command::Test(test) = flags.command else {
            panic!("{flags:?}")
        };
        assert_eq!(test.engine, [Engine::Firefox, Engine::Webkit]);
    }

    #[test]
    fn journeys_run_in_every_engine_unless_one_is_named() {
        let flags = Flags::parse_from(["xtask", "test"]);
        let Command::Test(test) = flags.command else {
            panic!("{flags:?}")
        };
        assert_eq!(test.engine, Engine::value_variants());
    }

    #[test]
    fn the_sandbox_takes_flags_of_its_own() {
        let flags = Flags::parse_from(["xtask", "sandbox", "--dist", "dist", "--port", "9000"]);
        let Command::Sandbox(sandbox) = flags.command else {
            panic!("{flags:?}")
        };
        assert_eq!(sandbox.dist, Some("dist".into()));
        assert_eq!(sandbox.args, ["--port", "9000"]);
    }

    #[test]
    fn the_storm_takes_flags_of_its_own() {
        for args in [&["--movements", "5"][..], &["--help"]] {
            let flags = Flags::parse_from(["xtask", "storm"].iter().chain(args));
            let Command::Storm(storm) = flags.command else {
                panic!("{flags:?}")
            };
            assert_eq!(storm.args, args);
        }
    }

    #[test]
    fn the_benchmarks_take_flags_of_their_own() {
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
