//! The command: starts the sandbox, prints its address, and stops on request.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use credit_desk_sandbox::{Options, Sandbox, StartError};
use tokio::sync::oneshot;

/// Simulates the reseller and the organizations API on a local ledger
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
    // Lets a running commit finish, but does not wait for a long delay that a caller requested.
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
    // Keeps running even if the parent has closed our output.
    let _ = writeln!(
        std::io::stdout(),
        "listening on http://{}",
        sandbox.address()
    );
    stop_requested(stdin).await;
    eprintln!("stopping");
    sandbox.stop().await;
    ExitCode::SUCCESS
}

/// Waits for Ctrl-C, SIGTERM, or, if requested, the end of standard input.
async fn stop_requested(stdin: Option<oneshot::Receiver<()>>) {
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

/// Reads standard input on a plain thread, which, unlike a blocking task, doesn't delay the exit.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = closed.send(());
    });
    receiver
}
