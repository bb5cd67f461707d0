//! Hosting an ASGI application on an exchange of the engine (ASGI 3.0, HTTP and WebSocket).

mod awaitable;
mod receive;
mod scope;
mod send;
mod websocket;

pub(crate) use awaitable::{mark_awaited, prepare};
pub(crate) use receive::{Receive, deliver};
pub(crate) use scope::{ScopeFactory, scope_of};
pub(crate) use send::{Send, read_pair, relieve, send_head};
pub(crate) use websocket::{
    WebSocketExchange, begin_websocket, finish_websocket, is_handshake, resume, websocket_arguments,
};

use pyo3::prelude::*;

/// The ASGI side of an exchange.
#[derive(Default)]
pub(crate) struct AsgiExchange {
    /// The application has been called.
    pub(crate) started: bool,
    /// The last part of the request body has arrived.
    pub(crate) body_ended: bool,
    /// The application has been given the last part.
    pub(crate) body_given: bool,
    /// The body was collected before the application was called.
    pub(crate) collected: bool,
    /// The client has gone, or has ended its side.
    pub(crate) disconnected: bool,
    /// The futures that `receive()`s wait on; each looks for a message by itself when it is woken.
    pub(crate) receive_waiters: Vec<Py<PyAny>>,
    /// The futures that `send()`s wait on, until the client has taken enough.
    pub(crate) send_waiters: Vec<Py<PyAny>>,
    /// The response head, held back until the first part of the body shows how to frame it.
    pub(crate) head: Option<send::ResponseHead>,
}

impl AsgiExchange {
    /// That of a request whose application has been called already.
    pub(crate) fn running(collected: bool) -> Self {
        Self {
            started: true,
            collected,
            ..Self::default()
        }
    }
}
