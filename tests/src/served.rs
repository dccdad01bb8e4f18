//! The real server in a process of its own, which can be killed, and what it logs.

use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::client::Answer;

/// A running server. It is killed, as by `kill -9`, when it is dropped.
#[derive(Debug)]
pub struct Served {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
}

impl Served {
    /// Starts the program over a database whose schema is there, and waits until it listens.
    ///
    /// # Panics
    ///
    /// When it ends before it listens.
    pub fn start(program: &str, database: &str, more: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", database])
            .args(more)
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (found, listening) = std::sync::mpsc::channel();
        let stderr = child.stderr.take().expect("its standard error is ours");
        let kept = Arc::clone(&log);
        let reading = std::thread::spawn(move || {
            let mut lines = BufReader::new(stderr);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                let text = String::from_utf8_lossy(&line);
                if let Some((_, address)) = text.split_once("listening on http://") {
                    let end = address.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
                    let _ = found.send(address[..end.unwrap_or(address.len())].to_owned());
                }
                kept.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
                line.clear();
            }
        });
        let address = listening.recv().ok().and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let log = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
            panic!("the server does not start:\n{log}");
        };
        Self { child, address, log, reading: Some(reading) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it without a word, as `kill -9` does; what it had logged.
    pub fn kill(mut self) -> String {
        self.end();
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reading) = self.reading.take() {
            let _ = reading.join();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// A connection to a server, over which one request follows the other.
#[derive(Debug)]
pub struct Connection {
    stream: tokio::io::BufReader<TcpStream>,
    host: String,
}

impl Connection {
    /// Connects from an address of this machine.
    pub async fn open(from: Ipv4Addr, to: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: tokio::io::BufReader::new(stream), host: to.to_string() })
    }

    /// Sends a request as it is, and waits for the answer. An error is a connection that broke.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || method != "GET" {
            head += &format!("content-length: {}\r\n", body.len());
        }
        head += "\r\n";
        head += body;
        self.stream.get_mut().write_all(head.as_bytes()).await?;
        self.answer(method).await
    }

    async fn answer(&mut self, method: &str) -> io::Result<Answer> {
        let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let status = self.line().await?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status: StatusCode = status.ok_or_else(broken)?;
        let mut headers = HeaderMap::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(io::Error::other)?;
            let value = HeaderValue::from_str(value.trim()).map_err(io::Error::other)?;
            headers.append(name, value);
        }
        let length = headers.get("content-length").and_then(|length| length.to_str().ok());
        let length: Option<usize> = length.and_then(|length| length.parse().ok());
        let without = method == "HEAD" || matches!(status.as_u16(), 100..=199 | 204 | 304);
        let mut body = Vec::new();
        match length {
            _ if without => {}
            Some(length) => {
                body.resize(length, 0);
                self.stream.read_exact(&mut body).await?;
            }
            None if headers.get("transfer-encoding").is_some() => loop {
                let size = self.line().await?;
                let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
                let from = body.len();
                body.resize(from + size, 0);
                self.stream.read_exact(&mut body[from..]).await?;
                self.line().await?;
                if size == 0 {
                    break;
                }
            },
            None => {}
        }
        Ok(Answer { status, headers, body })
    }

    /// A line without its end.
    async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        if line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = String::from_utf8_lossy(&line);
        Ok(line.trim_end_matches('\r').to_owned())
    }
}
