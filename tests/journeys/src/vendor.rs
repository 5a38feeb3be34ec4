//! A vendor that returns a fixed response, byte for byte, and records the requests it receives.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use anyhow::Result;

use crate::sync::lock;

/// A running vendor. It runs until the program exits, and costs only a waiting thread.
#[derive(Debug)]
pub struct Vendor {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    /// Starts a vendor that answers every request with this status, these header lines and this body.
    pub fn start(status: &str, headers: &[&str], body: &str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = format!("http://{}", listener.local_addr()?);
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let response = format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let received = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that disconnected must not affect the next one.
                _ = answer(stream, &response, &received);
            }
        });
        Ok(Self { address, requests })
    }

    /// Returns the address it listens on: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the head of every request so far, as received.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.requests).clone()
    }
}

fn answer(mut stream: TcpStream, response: &str, received: &Mutex<Vec<String>>) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? > 0 {
        head.push(byte[0]);
    }
    lock(received).push(String::from_utf8_lossy(&head).into_owned());
    stream.write_all(response.as_bytes())?;
    // Closing while the body still arrives would reset the connection and lose the response.
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut rest = [0; 4096];
    while stream.read(&mut rest).is_ok_and(|count| count > 0) {}
    Ok(())
}
