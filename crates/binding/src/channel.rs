//! One client connection: its socket, its protocol state, and the exchange in progress.

use crate::clock::Clock;
use crate::exchange::{ExchangeId, Scope, Stage};
use crate::listener::{Accepted, Origin};
use crate::raw;
use mio::net::TcpStream;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use sixlane_engine::http1::Connection;
use sixlane_engine::protocol::{Closing, Protocol};
use sixlane_engine::ws::WebSocket;
use std::cell::{Cell, OnceCell, RefCell, RefMut};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Reads of one connection in a row, before what they bring is worked on.
const READS_PER_TURN: usize = 16;

/// A connection and what belongs to it.
pub(crate) struct Channel {
    pub(crate) token: usize,
    pub(crate) http: RefCell<Connection>,
    /// What the connection has spoken since its handshake, if it has had one.
    pub(crate) websocket: RefCell<Option<Box<WebSocket>>>,
    pub(crate) stage: RefCell<Stage>,
    /// The serial number of the current exchange.
    pub(crate) serial: Cell<u64>,
    /// The ASGI scope of the current exchange, once somebody asked for it.
    pub(crate) scope: RefCell<Option<Scope>>,
    /// The status of the current exchange's answer, for the access log; 0 before the application answers.
    pub(crate) status: Cell<u16>,
    /// The access log has the current exchange, whose answer is not whole.
    pub(crate) cut_logged: Cell<bool>,
    /// The log has why the engine has ended the connection.
    pub(crate) refusal_logged: Cell<bool>,
    /// When a part of the current exchange's answer was last sent in the middle of a turn.
    pub(crate) part_sent: Cell<Option<Instant>>,
    /// The parts of the current exchange's answer may share a write: they are events, many and small.
    pub(crate) shares_writes: Cell<bool>,
    /// What has not been written goes out in the next turn.
    pub(crate) write_due: Cell<bool>,
    /// True while the engine works on this connection, and writes at the end.
    pub(crate) busy: Cell<bool>,
    socket: RefCell<Option<TcpStream>>,
    /// The kernel may hold bytes that were not read yet (edge-triggered readiness).
    readable: Cell<bool>,
    /// The poller has told of the peer's end, which lies behind the last bytes and has no edge of its own.
    peer_ended: Cell<bool>,
    /// The poller has reported an error: the client has reset the connection.
    failed: Cell<bool>,
    write_ended: Cell<bool>,
    peer: SocketAddr,
    client_tuple: OnceCell<Py<PyTuple>>,
    server_tuple: OnceCell<Py<PyTuple>>,
    origin: Rc<Origin>,
}

/// What became of a read or a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Transfer {
    /// Nothing more can be moved now.
    Done,
    /// More is there, but others are to have their turn.
    More,
    /// The connection is broken.
    Broken,
}

impl Channel {
    pub(crate) fn new(token: usize, accepted: Accepted, http: Connection) -> Self {
        Self {
            token,
            http: RefCell::new(http),
            websocket: RefCell::default(),
            stage: RefCell::new(Stage::Idle),
            serial: Cell::new(0),
            scope: RefCell::default(),
            status: Cell::new(0),
            cut_logged: Cell::new(false),
            refusal_logged: Cell::new(false),
            part_sent: Cell::new(None),
            shares_writes: Cell::new(false),
            write_due: Cell::new(false),
            busy: Cell::new(false),
            socket: RefCell::new(Some(accepted.socket)),
            readable: Cell::new(false),
            peer_ended: Cell::new(false),
            failed: Cell::new(false),
            write_ended: Cell::new(false),
            peer: accepted.client,
            client_tuple: OnceCell::new(),
            server_tuple: OnceCell::new(),
            origin: accepted.origin,
        }
    }

    /// The name of the exchange in progress.
    pub(crate) fn exchange(&self) -> ExchangeId {
        ExchangeId {
            token: self.token,
            serial: self.serial.get(),
        }
    }

    /// The client as the access log has it.
    pub(crate) fn loggable_client(&self) -> String {
        match &self.origin.client {
            Some((host, port)) => format!("{host}:{port}"),
            None => self.peer.to_string(),
        }
    }

    /// Whether the client speaks TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.origin.is_secure
    }

    /// `(host, port)` of the client.
    pub(crate) fn client<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        if let Some(client) = self.client_tuple.get() {
            return Ok(client.bind(py).clone());
        }
        let client = match &self.origin.client {
            Some((host, port)) => (host, port).into_pyobject(py)?,
            None => (self.peer.ip().to_string(), self.peer.port()).into_pyobject(py)?,
        };
        Ok(self
            .client_tuple
            .get_or_init(|| client.unbind())
            .bind(py)
            .clone())
    }

    /// `(host, port)` that the client has called.
    pub(crate) fn server<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        if !self.origin.is_anywhere {
            return Ok(self.origin.server.bind(py).clone());
        }
        if let Some(server) = self.server_tuple.get() {
            return Ok(server.bind(py).clone());
        }
        let socket = self.socket.borrow();
        let called = socket.as_ref().and_then(|socket| socket.local_addr().ok());
        let Some(called) = called else {
            return Ok(self.origin.server.bind(py).clone());
        };
        let server = (called.ip().to_string(), called.port()).into_pyobject(py)?;
        Ok(self
            .server_tuple
            .get_or_init(|| server.unbind())
            .bind(py)
            .clone())
    }

    /// The WebSocket connection, after its handshake.
    pub(crate) fn websocket(&self) -> Option<RefMut<'_, WebSocket>> {
        RefMut::filter_map(self.websocket.borrow_mut(), Option::as_deref_mut).ok()
    }

    /// Does with the protocol that is spoken now what both can do.
    fn with_protocol<T>(&self, work: impl FnOnce(&mut dyn Protocol) -> T) -> T {
        match self.websocket() {
            Some(mut websocket) => work(&mut *websocket),
            None => work(&mut *self.http.borrow_mut()),
        }
    }

    /// True where the kernel may hold input that the protocol wants: no event will tell of it.
    pub(crate) fn has_unread_input(&self) -> bool {
        self.readable.get() && self.with_protocol(|protocol| protocol.wants_input())
    }

    /// Bytes of output that the kernel has not taken.
    pub(crate) fn output_len(&self) -> usize {
        self.with_protocol(|protocol| protocol.output().len())
    }

    /// Applies the deadlines that have passed.
    pub(crate) fn expire(&self, now: Instant) {
        self.with_protocol(|protocol| protocol.expire(now));
    }

    /// Begins the connection's graceful end.
    pub(crate) fn drain(&self, now: Instant) {
        match self.websocket() {
            Some(mut websocket) => websocket.drain(now),
            None => self.http.borrow_mut().drain(now),
        }
    }

    /// Whether the socket is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.socket.borrow().is_none()
    }

    /// Whether an application runs that is told of a WebSocket connection's end, and of what came before.
    pub(crate) fn hosts_websocket(&self) -> bool {
        matches!(&*self.stage.borrow(), Stage::WebSocket(exchange) if !exchange.finished)
    }

    /// Whether a planned call runs whose answer has not begun.
    pub(crate) fn is_called(&self) -> bool {
        matches!(*self.stage.borrow(), Stage::Calling { .. })
            && !self.http.borrow().response_started()
    }

    /// Whether something the protocol waits for is overdue.
    pub(crate) fn is_late(&self, now: Instant) -> bool {
        let deadline = self.with_protocol(|protocol| protocol.deadline());
        deadline.is_some_and(|deadline| deadline <= now)
    }

    /// Notes that the poller reported input, and whether its end is in sight.
    pub(crate) fn mark_readable(&self, ended: bool) {
        self.readable.set(true);
        self.peer_ended.set(self.peer_ended.get() || ended);
    }

    /// Notes that the poller reported an error of the connection.
    pub(crate) fn mark_failed(&self) {
        self.failed.set(true);
    }

    /// Moves what the kernel holds into the protocol, as far as it wants input.
    pub(crate) fn read(&self, scratch: &mut [u8], clock: &Clock) -> Transfer {
        let mut socket = self.socket.borrow_mut();
        let Some(socket) = socket.as_mut() else {
            return Transfer::Broken;
        };
        match self.websocket() {
            Some(mut websocket) => self.read_into(&mut *websocket, socket, scratch, clock),
            None => self.read_into(&mut *self.http.borrow_mut(), socket, scratch, clock),
        }
    }

    fn read_into(
        &self,
        protocol: &mut impl Protocol,
        socket: &mut TcpStream,
        scratch: &mut [u8],
        clock: &Clock,
    ) -> Transfer {
        for _ in 0..READS_PER_TURN {
            if !protocol.wants_input() {
                // A reset that no read will tell of.
                return if self.failed.get() {
                    Transfer::Broken
                } else {
                    Transfer::Done
                };
            }
            if !self.readable.get() {
                return Transfer::Done;
            }
            let (read, wanted, in_place) = match protocol.bulk_input() {
                Some((buffer, due)) => {
                    let wanted = due.min(buffer.capacity() - buffer.len());
                    (raw::read_behind(socket, buffer, wanted), wanted, true)
                }
                None => (socket.read(scratch), scratch.len(), false),
            };
            match read {
                Ok(0) => {
                    self.readable.set(false);
                    protocol.receive_end(clock.now());
                    return Transfer::Done;
                }
                Ok(count) => {
                    // A short read has emptied the kernel's buffer: the next edge tells of more.
                    self.readable.set(count == wanted || self.peer_ended.get());
                    if in_place {
                        protocol.received(count, clock.now());
                    } else {
                        let input = scratch.get(..count).unwrap_or_default();
                        protocol.receive(input, clock.now());
                        if count == wanted {
                            // What is in it may tell that the rest can be read without a copy.
                            return Transfer::More;
                        }
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.readable.set(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Transfer::Broken,
            }
        }
        Transfer::More
    }

    /// Moves the protocol's output to the kernel.
    pub(crate) fn write(&self, clock: &Clock) -> Transfer {
        self.write_due.set(false);
        let mut socket = self.socket.borrow_mut();
        let Some(socket) = socket.as_mut() else {
            return Transfer::Broken;
        };
        match self.websocket() {
            Some(mut websocket) => self.write_from(&mut *websocket, socket, clock),
            None => self.write_from(&mut *self.http.borrow_mut(), socket, clock),
        }
    }

    fn write_from(
        &self,
        protocol: &mut impl Protocol,
        socket: &mut TcpStream,
        clock: &Clock,
    ) -> Transfer {
        loop {
            let output = protocol.output();
            if output.is_empty() || protocol.closing() == Closing::Reset {
                return self.end_writing(socket, protocol.closing());
            }
            match socket.write(output) {
                Ok(count) => protocol.output_sent(count, clock.now()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Transfer::Done,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Transfer::Broken,
            }
        }
    }

    /// Sends our FIN once all output is out and the protocol has nothing more to say.
    fn end_writing(&self, socket: &TcpStream, closing: Closing) -> Transfer {
        match closing {
            Closing::Open => Transfer::Done,
            Closing::Now => Transfer::Broken,
            Closing::Reset => {
                // The peer must not take a cut answer for a whole one. If it cannot be told, it is gone.
                let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
                Transfer::Broken
            }
            Closing::AfterOutput => {
                if !self.write_ended.replace(true) && socket.shutdown(Shutdown::Write).is_err() {
                    return Transfer::Broken;
                }
                Transfer::Done
            }
        }
    }

    /// Whether user code works on a request, or an answer is on its way.
    pub(crate) fn is_serving(&self) -> bool {
        match &*self.stage.borrow() {
            Stage::Calling { .. } => true,
            Stage::Asgi(asgi) => asgi.started,
            Stage::WebSocket(exchange) => !exchange.finished,
            Stage::Idle | Stage::Collecting(_) => {
                let http = self.http.borrow();
                http.output_len() > 0 && http.closing() != Closing::Open
            }
        }
    }

    /// Takes the socket out: the connection is over.
    pub(crate) fn take_socket(&self) -> Option<TcpStream> {
        self.socket.borrow_mut().take()
    }
}
