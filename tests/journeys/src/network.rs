//! The network between a browser and its servers, for engines whose own cannot be cut or slowed down: relays on other ports.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, mpsc},
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

/// How the network is.
#[derive(Clone, Copy, Debug, Default)]
struct Weather {
    offline: bool,
    latency: Duration,
    bytes_per_second: Option<u32>,
}

#[derive(Debug)]
enum Command {
    Weather(Weather),
    /// Whether the server behind it runs.
    Server(bool),
}

type Commands = channel::UnboundedSender<(Command, mpsc::Sender<Result<()>>)>;

/// All that lies between a browser and its servers.
#[derive(Debug, Default)]
pub struct Network {
    relays: Mutex<Vec<Commands>>,
}

/// A relay. It ends with its network.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    commands: Commands,
}

impl Network {
    /// Puts a relay before the server at this address, `http://127.0.0.1:PORT`.
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
        // On a thread of its own: a journey that waits must not hold it up.
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

    /// Cuts it or mends it, and sets how slow it is. What is on its way when it is cut is lost.
    pub fn set(
        &self,
        offline: bool,
        latency: Duration,
        bytes_per_second: Option<u32>,
    ) -> Result<()> {
        let weather = Weather {
            offline,
            latency,
            bytes_per_second,
        };
        let mut relays = self.relays();
        relays.retain(|relay| !relay.is_closed());
        for relay in &*relays {
            tell(relay, Command::Weather(weather))?;
        }
        Ok(())
    }

    fn relays(&self) -> std::sync::MutexGuard<'_, Vec<Commands>> {
        self.relays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Relay {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Connections are refused while the server behind it does not run, as they would be by the server's own port.
    pub fn set_server_running(&self, running: bool) -> Result<()> {
        tell(&self.commands, Command::Server(running))
    }
}

/// Waits until the command has been carried out.
fn tell(relay: &Commands, command: Command) -> Result<()> {
    let (done, wait) = mpsc::channel();
    relay
        .send((command, done))
        .ok()
        .context("the relay has ended")?;
    wait.recv().context("the relay has ended")?
}

/// Relays until nobody is left to command it.
async fn run(
    listener: TcpListener,
    address: SocketAddr,
    server: SocketAddr,
    mut commands: channel::UnboundedReceiver<(Command, mpsc::Sender<Result<()>>)>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    let (mut weather, mut is_running) = (Weather::default(), true);
    let line = Arc::new(Mutex::new((weather, Instant::now())));
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
                    Command::Weather(new) => weather = new,
                    Command::Server(running) => is_running = running,
                }
                *line.lock().unwrap_or_else(PoisonError::into_inner) = (weather, Instant::now());
                let result = if weather.offline || !is_running {
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
                    connections.spawn(connect(client, server, Arc::clone(&line)));
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

type Line = Arc<Mutex<(Weather, Instant)>>;

async fn connect(client: TcpStream, server: SocketAddr, line: Line) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    _ = client.set_nodelay(true);
    _ = server.set_nodelay(true);
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let result = copy(&mut from_client, &mut to_server, &line).await;
        _ = to_server.shutdown().await;
        result
    };
    let down = async {
        let result = copy(&mut from_server, &mut to_client, &line).await;
        _ = to_client.shutdown().await;
        result
    };
    // A server that has closed its end answers nothing more; a client that has closed its own may still be answered.
    tokio::select! {
        _ = async { _ = up.await; std::future::pending::<()>().await } => {}
        _ = down => {}
    }
}

async fn copy(
    from: &mut tokio::net::tcp::OwnedReadHalf,
    to: &mut tokio::net::tcp::OwnedWriteHalf,
    line: &Line,
) -> std::io::Result<()> {
    // As much as comes at once on a slow line.
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let size = from.read(&mut buffer).await?;
        if size == 0 {
            return Ok(());
        }
        sleep_until(arrival(line, size)).await;
        to.write_all(&buffer[..size]).await?;
    }
}

/// Reserves the line for this many bytes, after those already on it. Returns when they arrive: the latency counts from when the last byte was sent.
fn arrival(line: &Line, size: usize) -> Instant {
    let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
    let (weather, free) = &mut *line;
    let now = Instant::now();
    let Some(speed) = weather.bytes_per_second.filter(|speed| *speed > 0) else {
        return now + weather.latency;
    };
    let bytes = u32::try_from(size).unwrap_or(u32::MAX);
    *free = now.max(*free) + Duration::from_secs(1) * bytes / speed;
    *free + weather.latency
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    /// A server that sends back what it gets.
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
        let mut answer = [0; 5];
        stream.write_all(b"hello")?;
        stream.read_exact(&mut answer)?;
        Ok(answer)
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
    fn a_stopped_server_is_not_reached_when_the_network_is_back() {
        let network = Network::default();
        let relay = network.relay(&echo()).unwrap();
        relay.set_server_running(false).unwrap();
        network.set(false, Duration::ZERO, None).unwrap();
        assert!(dial(&relay).is_err());
        relay.set_server_running(true).unwrap();
        assert!(dial(&relay).is_ok());
    }

    #[test]
    fn a_slow_network_takes_its_time() {
        let network = Network::default();
        let relay = network.relay(&echo()).unwrap();
        network
            .set(false, Duration::from_millis(50), Some(100))
            .unwrap();
        let mut stream = dial(&relay).unwrap();
        let begun = std::time::Instant::now();
        exchange(&mut stream).unwrap();
        // Twice five bytes at a hundred a second, and the latency on top.
        assert!(begun.elapsed() >= Duration::from_millis(190));
    }
}
