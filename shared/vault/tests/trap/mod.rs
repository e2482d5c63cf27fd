//! A server that gives every request the same answer, down to the byte. Only HEAD is always well:
//! that is how a vault asks whether the bucket is there.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Trap {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    /// After the answer the connection is closed, or held open in silence.
    pub(crate) async fn new(head: &str, body: &[u8], hold: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), [head.as_bytes(), body].concat());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = request(&mut stream).await;
                let answer = if request.starts_with("HEAD") {
                    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec()
                } else {
                    answer.clone()
                };
                seen.lock().unwrap().push(request);
                tokio::spawn(async move {
                    let _ = stream.write_all(&answer).await;
                    if hold {
                        // Until the client goes.
                        let _ = stream.read(&mut [0; 1]).await;
                    }
                });
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn calls(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub(crate) fn last_request(&self) -> String {
        self.requests.lock().unwrap().last().unwrap().clone()
    }
}

/// Reads one request, its body included.
async fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .split("content-length: ")
                .nth(1)
                .and_then(|t| t.lines().next());
            if body.len() >= length.map_or(0, |n| n.trim().parse().unwrap()) {
                return String::from_utf8_lossy(&bytes).into_owned();
            }
        }
        match stream.read(&mut chunk).await {
            Ok(n) if n > 0 => bytes.extend_from_slice(&chunk[..n]),
            _ => return String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
