//! A simulated network between a browser and its servers, for engines that cannot cut or throttle their own. Relays
//! listen on other ports.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc as channel,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::sync::lock;

/// The state of the network.
#[derive(Clone, Copy, Debug, Default)]
struct Conditions {
    offline: bool,
    latency: Duration,
    bytes_per_second: Option<u32>,
}

#[derive(Debug)]
enum Command {
    Conditions(Conditions),
    /// Whether the server behind the relay is running.
    Server(bool),
}

type Commands = channel::UnboundedSender<(Command, mpsc::Sender<Result<()>>)>;

/// All relays between a browser and its servers.
#[derive(Debug, Default)]
pub struct Network {
    relays: Mutex<Vec<Commands>>,
}

/// A relay. It stops when its network is dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    commands: Commands,
}

impl Network {
    /// Starts a relay in front of the server at this address, `http://127.0.0.1:PORT`.
    pub fn relay(&self, server: &str) -> Result<Relay> {
        let server: SocketAddr = server
            .strip_prefix("http://")
            .context("the address has another scheme")?
            .parse()?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (commands, received) = channel::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        // On its own thread, so that a blocked journey doesn't block the relay.
        thread::spawn(move || {
            runtime.block_on(async {
                if let Ok(listener) = TcpListener::from_std(listener) {
                    run(listener, address, server, received).await;
                }
            });
        });
        self.relays().push(commands.clone());
        Ok(Relay { address, commands })
    }

    /// Cuts or restores the network, and sets its speed. Data in transit when it is cut is lost.
    pub fn set(
        &self,
        offline: bool,
        latency: Duration,
        bytes_per_second: Option<u32>,
    ) -> Result<()> {
        let conditions = Conditions {
            offline,
            latency,
            bytes_per_second,
        };
        let mut relays = self.relays();
        relays.retain(|relay| !relay.is_closed());
        for relay in &*relays {
            send(relay, Command::Conditions(conditions))?;
        }
        Ok(())
    }

    fn relays(&self) -> MutexGuard<'_, Vec<Commands>> {
        lock(&self.relays)
    }
}

impl Relay {
    /// Returns the address it listens on: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets whether the server is running. While it isn't, connections are refused, as the server's own port would do.
    pub fn set_server_running(&self, running: bool) -> Result<()> {
        send(&self.commands, Command::Server(running))
    }
}

/// Sends a command and waits until it has been carried out.
fn send(relay: &Commands, command: Command) -> Result<()> {
    let (done, wait) = mpsc::channel();
    relay
        .send((command, done))
        .ok()
        .context("the relay has ended")?;
    wait.recv().context("the relay has ended")?
}

/// Relays until all senders of commands are dropped.
async fn run(
    listener: TcpListener,
    address: SocketAddr,
    server: SocketAddr,
    mut commands: channel::UnboundedReceiver<(Command, mpsc::Sender<Result<()>>)>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    let (mut conditions, mut is_running) = (Conditions::default(), true);
    let link = Arc::new(Mutex::new((conditions, Instant::now())));
    loop {
        let accept = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            command = commands.recv() => {
                let Some((command, done)) = command else { return };
                match command {
                    Command::Conditions(new) => conditions = new,
                    Command::Server(running) => is_running = running,
                }
                *lock(&link) = (conditions, Instant::now());
                let result = if conditions.offline || !is_running {
                    listener = None;
                    connections.shutdown().await;
                    Ok(())
                } else if listener.is_none() {
                    listen(address).map(|new| listener = Some(new))
                } else {
                    Ok(())
                };
                _ = done.send(result);
            }
            accepted = accept => {
                if let Ok((client, _)) = accepted {
                    connections.spawn(connect(client, server, Arc::clone(&link)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // Connections that were cut still hold the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket.listen(1024)?)
}

type Link = Arc<Mutex<(Conditions, Instant)>>;

async fn connect(client: TcpStream, server: SocketAddr, link: Link) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    _ = client.set_nodelay(true);
    _ = server.set_nodelay(true);
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let result = copy(&mut from_client, &mut to_server, &link).await;
        _ = to_server.shutdown().await;
        result
    };
    let down = async {
        let result = copy(&mut from_server, &mut to_client, &link).await;
        _ = to_client.shutdown().await;
        result
    };
    // A server that has closed its end sends nothing more. A client that has closed its end may still receive a
    // response.
    tokio::select! {
        _ = async { _ = up.await; std::future::pending::<()>().await } => {}
        _ = down => {}
    }
}

async fn copy(
    from: &mut tokio::net::tcp::OwnedReadHalf,
    to: &mut tokio::net::tcp::OwnedWriteHalf,
    link: &Link,
) -> std::io::Result<()> {
    // The most that arrives at once on a slow connection.
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let size = from.read(&mut buffer).await?;
        if size == 0 {
            return Ok(());
        }
        sleep_until(arrival(link, size)).await;
        to.write_all(&buffer[..size]).await?;
    }
}

/// Reserves the connection for `size` bytes, after those already queued, and returns when they arrive. Latency counts
/// from when the last byte was sent.
fn arrival(link: &Link, size: usize) -> Instant {
    let mut link = lock(link);
    let (conditions, free_at) = &mut *link;
    let now = Instant::now();
    let Some(speed) = conditions.bytes_per_second.filter(|speed| *speed > 0) else {
        return now + conditions.latency;
    };
    let bytes = u32::try_from(size).unwrap_or(u32::MAX);
    *free_at = now.max(*free_at) + Duration::from_secs(1) * bytes / speed;
    *free_at + conditions.latency
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    /// Starts a server that echoes what it receives.
    fn echo() -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut copy = stream.try_clone().unwrap();
                    _ = std::io::copy(&mut copy, &mut stream);
                });
            }
        });
        address
    }

    fn dial(relay: &Relay) -> std::io::Result<TcpStream> {
        TcpStream::connect(relay.address)
    }

    fn exchange(stream: &mut TcpStream) -> std::io::Result<[u8; 5]> {
        let mut response = [0; 5];
        stream.write_all(b"hello")?;
        stream.read_exact(&mut response)?;
        Ok(response)
    }

    #[test]
    fn a_cut_network_breaks_connections_and_refuses_new_ones() {
        let network = Network::default();
        let relay = network.relay(&echo()).unwrap();
        let mut stream = dial(&relay).unwrap();
        assert_eq!(exchange(&mut stream).unwrap(), *b"hello");
        network.set(true, Duration::ZERO, None).unwrap();
        assert!(exchange(&mut stream).is_err());
        assert!(dial(&relay).is_err());
        network.set(false, Duration::ZERO, None).unwrap();
        assert_eq!(exchange(&mut dial(&relay).unwrap()).unwrap(), *b"hello");
    }

    #[test]
    fn a_stopped_server_stays_unreachable_when_the_network_is_back() {
        let network = Network::default();
        let relay = network.relay(&echo()).unwrap();
        relay.set_server_running(false).unwrap();
        network.set(false, Duration::ZERO, None).unwrap();
        assert!(dial(&relay).is_err());
        relay.set_server_running(true).unwrap();
        assert!(dial(&relay).is_ok());
    }

    #[test]
    fn a_slow_network_delays_data() {
        let network = Network::default();
        let relay = network.relay(&echo()).unwrap();
        network
            .set(false, Duration::from_millis(50), Some(100))
            .unwrap();
        let mut stream = dial(&relay).unwrap();
        let start = std::time::Instant::now();
        exchange(&mut stream).unwrap();
        // Five bytes each way at 100 bytes/s, plus the latency.
        assert!(start.elapsed() >= Duration::from_millis(190));
    }
}
