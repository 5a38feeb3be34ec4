//! Listens with one hyper connection per socket, so that a handler can have its connection closed without a response.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::app;
use crate::clock;
use crate::gate::Abort;
use crate::options::{Connections, Options};
use crate::seed;
use crate::settings::DateHeader;
use crate::state::{App, State};
use crate::store::{self, Store};

/// How long lingering connections may stay open after a stop is requested.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// Why the sandbox did not start.
#[derive(Debug)]
pub enum StartError {
    /// The port is not available.
    Port(u16, io::Error),
    /// The ledger file cannot be used.
    Ledger(store::Error),
    /// The ledger file could not be removed for a fresh start.
    Fresh(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(port, error) if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "port {port} is in use by another program; choose another with --port, or any free one with --port 0"
            ),
            Self::Port(port, error) => {
                write!(
                    f,
                    "cannot listen on port {port}: {error}; choose another with --port"
                )
            }
            Self::Ledger(error) => write!(f, "cannot open the ledger: {error}"),
            Self::Fresh(error) => write!(f, "cannot remove the old ledger: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// A running sandbox. Stops on request, or abruptly when dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Sandbox {
    /// Opens the ledger and listens.
    ///
    /// # Errors
    /// If the port or the ledger file is not available.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        // Binds the port first: a sandbox that cannot listen must not remove another one's ledger.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .map_err(|error| StartError::Port(options.port, error))?;
        let port = |error| StartError::Port(options.port, error);
        let address = listener.local_addr().map_err(port)?;
        if options.fresh {
            store::remove(&options.db).map_err(StartError::Fresh)?;
        }
        let (store, new) = Store::open(&options.db).map_err(StartError::Ledger)?;
        if new {
            let rows = options.rows;
            store
                .write(Duration::from_secs(10), move |tx| seed::open(tx, rows))
                .await
                .map_err(StartError::Ledger)?;
        } else if options.rows > 0 {
            eprintln!("the ledger already has data: --rows needs --fresh or a new --db");
        }
        let app = Arc::new(State::new(store, options));
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(accept(listener, app, stopped));
        Ok(Self {
            address,
            stop,
            running,
        })
    }

    /// Returns the address it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: running exchanges may finish, lingering connections are cut off after a second.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.running.await;
    }
}

async fn accept(listener: TcpListener, app: App, mut stopped: watch::Receiver<bool>) {
    let router = app::router(Arc::clone(&app));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone(), Arc::clone(&app), stopped.clone()));
                }
                Err(error) => {
                    // Most likely out of file descriptors: waits for some to be released.
                    eprintln!("cannot accept a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, all_ended).await;
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, router: Router, app: App, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let head_timeout = app.options.head_timeout;
    let service = service_fn(move |request| answer(router.clone(), Arc::clone(&app), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        // The response has the date of the sandbox's own clock, or none.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // An error means that the caller disconnected, didn't speak HTTP, or was dropped by a fault: only its connection
    // ends.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Handles a request. An error makes hyper close the connection without sending a byte, which is how faults drop it.
async fn answer(
    router: Router,
    app: App,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let outcome: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
    let Ok(mut response) = outcome;
    if response.extensions().get::<Abort>().is_some() {
        return Err(Dropped);
    }
    let settings = app.settings();
    let headers = response.headers_mut();
    if settings.connections == Connections::Close {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if settings.date_header == DateHeader::Send {
        let date = clock::http_date(settings.clock().now());
        if let Ok(date) = HeaderValue::from_str(&date) {
            headers.insert(header::DATE, date);
        }
    }
    Ok(response)
}

#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped on request")
    }
}

impl std::error::Error for Dropped {}
