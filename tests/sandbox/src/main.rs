//! The command: start the sandbox, say where it listens, stop when told to.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use credit_desk_sandbox::{Options, Sandbox, StartError};
use tokio::sync::oneshot;

/// A stand-in for the reseller and the organizations API, on a ledger of its own
#[derive(Debug, Parser)]
#[command(name = "credit-desk-sandbox", version)]
struct Command {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let options = Command::parse().options;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the async runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run(options));
    // What is being committed may end; a caller's long delay is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(2));
    code
}

async fn run(options: Options) -> ExitCode {
    let stdin = options.stop_with_stdin.then(stdin_closed);
    let sandbox = match Sandbox::start(options).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("error: {error}");
            return match error {
                StartError::Port(..) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            };
        }
    };
    // A parent that closed our output is no reason to stop.
    let _ = writeln!(
        std::io::stdout(),
        "listening on http://{}",
        sandbox.address()
    );
    told_to_stop(stdin).await;
    eprintln!("stopping");
    sandbox.stop().await;
    ExitCode::SUCCESS
}

/// Waits for Ctrl-C, SIGTERM, or the end of standard input where that was asked for.
async fn told_to_stop(stdin: Option<oneshot::Receiver<()>>) {
    let stdin = async {
        match stdin {
            Some(closed) => drop(closed.await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated() => {}
        () = stdin => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut stream) => drop(stream.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// Reads standard input on a plain thread, which, unlike a blocking task, does not hold up the exit.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, told) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = closed.send(());
    });
    told
}
