//! Opening a connection that can be given up.
//!
//! The client library drives each connection from a thread of its own, and until the handshake is
//! through nothing ends that thread: a peer that accepts and then says nothing would cost a thread
//! and a socket with every attempt. So we open the socket ourselves, and break it when we stop
//! waiting.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::tcp::OwnedTLSConfig;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{AsyncTcpStream, Connection, ConnectionProperties};
use tokio::time::timeout;

pub(super) async fn connect(
    uri: AMQPUri,
    properties: ConnectionProperties,
    tls: OwnedTLSConfig,
    deadline: Duration,
) -> lapin::Result<Connection> {
    let leash = Leash::default();
    let held = leash.clone();
    let runtime = lapin::runtime::default_runtime()?;
    let dialler = runtime.clone();
    let dial = async move |uri: AMQPUri, _| -> lapin::Result<_> {
        let stream = async {
            let name = (uri.authority.host.as_str(), uri.authority.port);
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host(name).await?.collect();
            let plain = AsyncTcpStream::connect(&dialler, addresses).await?;
            if let AsyncTcpStream::Plain(socket) = &plain {
                // Acks are small and many; they must not wait to be gathered.
                socket.get_ref().set_nodelay(true)?;
                held.hold(socket.get_ref().as_fd().try_clone_to_owned()?.into())?;
            }
            match uri.scheme {
                AMQPScheme::AMQP => Ok(plain),
                AMQPScheme::AMQPS => plain.into_tls(&uri.authority.host, tls.as_ref()).await,
            }
        };
        match timeout(deadline, stream).await {
            Ok(opened) => opened.map_err(Into::into),
            Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        }
    };
    let guard = Guard(leash);
    let connection = Connection::connector(uri, runtime, dial, properties).await?;
    guard.0.release();
    Ok(connection)
}

/// A second handle of a socket, to break it by.
#[derive(Clone, Default)]
struct Leash(Arc<Mutex<Held>>);

#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    Socket(TcpStream),
    GivenUp,
}

impl Leash {
    fn set(&self, to: Held) -> Held {
        std::mem::replace(
            &mut self.0.lock().unwrap_or_else(PoisonError::into_inner),
            to,
        )
    }

    fn hold(&self, socket: TcpStream) -> io::Result<()> {
        match self.set(Held::Socket(socket)) {
            // Nobody waits for this connection any more.
            Held::GivenUp => Err(io::ErrorKind::ConnectionAborted.into()),
            _ => Ok(()),
        }
    }

    fn release(&self) {
        self.set(Held::Nothing);
    }
}

/// Breaks the socket unless it was released, also when the waiting future is dropped.
struct Guard(Leash);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Held::Socket(socket) = self.0.set(Held::GivenUp) {
            // It may be broken already, which is what is wanted.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}
