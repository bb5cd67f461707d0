//! The listening sockets.

use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Registry, Token};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;

/// What a listening socket makes known of the connections that it takes.
pub(crate) struct Origin {
    /// `(host, port)` that the clients have called.
    pub(crate) server: Py<PyTuple>,
    /// The socket listens on all addresses: only a connection knows which its client has called.
    pub(crate) is_anywhere: bool,
    /// Host and port of all clients, where the sockets' peers are not the clients.
    pub(crate) client: Option<(String, u16)>,
    /// The clients speak TLS, which something before the socket takes off.
    pub(crate) is_secure: bool,
}

/// A connection that a client has just opened.
pub(crate) struct Accepted {
    pub(crate) socket: TcpStream,
    pub(crate) client: SocketAddr,
    pub(crate) origin: Rc<Origin>,
}

/// All sockets on which connections are accepted.
#[derive(Default)]
pub(crate) struct Listeners {
    open: Vec<(TcpListener, Rc<Origin>)>,
    /// Accepting has stopped for want of descriptors, until the next sweep.
    pub(crate) starved: bool,
}

impl Listeners {
    /// Adds a socket; its index is what `accept` takes.
    pub(crate) fn add(
        &mut self,
        registry: &Registry,
        socket: std::net::TcpListener,
        origin: Origin,
        first_token: usize,
    ) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        let mut socket = TcpListener::from_std(socket);
        registry.register(
            &mut socket,
            Token(first_token - self.open.len()),
            Interest::READABLE,
        )?;
        self.open.push((socket, Rc::new(origin)));
        Ok(())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// The next connection; None when none waits.
    pub(crate) fn accept(&mut self, index: usize) -> io::Result<Option<Accepted>> {
        let Some((listener, origin)) = self.open.get(index) else {
            return Ok(None);
        };
        loop {
            match listener.accept() {
                Ok((socket, client)) => {
                    // An answer must not wait for the acknowledgement of the one before.
                    socket.set_nodelay(true)?;
                    return Ok(Some(Accepted {
                        socket,
                        client,
                        origin: Rc::clone(origin),
                    }));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if is_starvation(&error) => {
                    self.starved = true;
                    return Ok(None);
                }
                // The client left before it was accepted; the next may be fine.
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Closes all of them: new clients are refused from now on.
    pub(crate) fn close(&mut self, registry: &Registry) {
        for (mut listener, _) in self.open.drain(..) {
            // Closing the descriptor removes it anyway.
            let _ = registry.deregister(&mut listener);
        }
    }
}

fn is_starvation(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM)
    )
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::Interrupted | ErrorKind::ConnectionReset
    )
}
