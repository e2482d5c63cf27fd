//! A TCP proxy that can break, stall and heal.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Most bytes taken at once.
const CHUNK: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Forward,
    /// Nothing passes; connections stay open and silent, as in a partition without reset.
    Stall,
    /// Connections are reset, new ones too.
    Break,
}

/// A proxy in front of a server on the loopback interface. It runs on the caller's runtime; dropping
/// it resets what goes through.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    mode: watch::Sender<Mode>,
    delay: watch::Sender<Duration>,
    open: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port and forwards to `target_port`.
    pub async fn start(target_port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, crate::free_port()?))
            .await
            .context("the proxy could not listen")?;
        let port = listener.local_addr()?.port();
        let (mode, modes) = watch::channel(Mode::Forward);
        let (delay, delays) = watch::channel(Duration::ZERO);
        let open = Arc::new(AtomicUsize::new(0));
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, target_port));
        let counted = Arc::clone(&open);
        let accepting = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else {
                    continue;
                };
                let link = Link {
                    modes: modes.clone(),
                    delays: delays.clone(),
                };
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    counted.fetch_add(1, Ordering::SeqCst);
                    link.carry(client, target).await;
                    counted.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Ok(Self {
            port,
            mode,
            delay,
            open,
            accepting,
        })
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Resets all connections, and new ones as they come, until [`Proxy::heal`].
    pub fn break_now(&self) {
        self.mode.send_replace(Mode::Break);
    }

    /// Resets the connections of this moment; new ones pass.
    pub async fn cut(&self) {
        self.mode.send_replace(Mode::Break);
        while self.connections() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.mode.send_replace(Mode::Forward);
    }

    /// Lets nothing through and closes nothing, until [`Proxy::heal`]: a silent partition.
    pub fn stall(&self) {
        self.mode.send_replace(Mode::Stall);
    }

    /// Forwards again. Stalled connections go on where they were.
    pub fn heal(&self) {
        self.mode.send_replace(Mode::Forward);
        self.delay.send_replace(Duration::ZERO);
    }

    /// Holds every chunk back for this long, in both directions.
    pub fn slow(&self, delay: Duration) {
        self.delay.send_replace(delay);
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.mode.send_replace(Mode::Break);
    }
}

/// One connection's view of the proxy.
struct Link {
    modes: watch::Receiver<Mode>,
    delays: watch::Receiver<Duration>,
}

impl Link {
    async fn carry(self, client: TcpStream, target: SocketAddr) {
        let mut modes = self.modes.clone();
        if modes.wait_for(|mode| *mode != Mode::Stall).await.is_err() {
            return;
        }
        let broken = *modes.borrow() == Mode::Break;
        let server = if broken {
            None
        } else {
            TcpStream::connect(target).await.ok()
        };
        let Some(server) = server else {
            let _ = client.set_zero_linger();
            return;
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let there = self.pump(&client, &server);
        let back = self.pump(&server, &client);
        let mut watched = self.modes.clone();
        tokio::select! {
            _ = watched.wait_for(|mode| *mode == Mode::Break) => {
                let _ = (client.set_zero_linger(), server.set_zero_linger());
            }
            (gone, lost) = async { tokio::join!(there, back) } => {
                if gone.is_err() || lost.is_err() {
                    let _ = (client.set_zero_linger(), server.set_zero_linger());
                }
            }
        }
    }

    /// Carries bytes one way until the sender closes.
    async fn pump(&self, from: &TcpStream, to: &TcpStream) -> std::io::Result<()> {
        let mut modes = self.modes.clone();
        let mut chunk = vec![0; CHUNK];
        loop {
            from.readable().await?;
            self.wait_until_forwarding(&mut modes).await;
            let size = match from.try_read(&mut chunk) {
                Ok(0) => break,
                Ok(size) => size,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error),
            };
            let delay = *self.delays.borrow();
            if delay > Duration::ZERO {
                tokio::time::sleep(delay).await;
            }
            let mut rest = &chunk[..size];
            while !rest.is_empty() {
                self.wait_until_forwarding(&mut modes).await;
                to.writable().await?;
                match to.try_write(rest) {
                    Ok(written) => rest = &rest[written..],
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(rustix::net::shutdown(to, rustix::net::Shutdown::Write)?)
    }

    async fn wait_until_forwarding(&self, modes: &mut watch::Receiver<Mode>) {
        let _ = modes.wait_for(|mode| *mode == Mode::Forward).await;
    }
}
