//! One request and its answer, named so that it can be found again after a suspension.

use crate::asgi::{AsgiExchange, WebSocketExchange};
use crate::plan::Plan;
use pyo3::prelude::*;
use sixlane_engine::router::ParamRanges;
use std::sync::Arc;

/// Names an exchange for as long as it lives; a stale name finds nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ExchangeId {
    /// The connection's place in the reactor.
    pub(crate) token: usize,
    /// Counts all exchanges of the reactor; never reused.
    pub(crate) serial: u64,
}

/// What to do with the result of a coroutine or of a function on a worker thread.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Completion {
    /// The value of a planned call: render and answer it.
    Plan(ExchangeId),
    /// An ASGI application has returned.
    Asgi(ExchangeId),
}

impl Completion {
    pub(crate) const fn exchange(self) -> ExchangeId {
        match self {
            Self::Plan(exchange) | Self::Asgi(exchange) => exchange,
        }
    }
}

/// A request whose path matched a planned route.
pub(crate) struct Matched {
    pub(crate) plan: Arc<Plan>,
    pub(crate) ranges: ParamRanges,
    /// The percent-decoded path, where decoding changed it.
    pub(crate) path: Option<Box<str>>,
}

/// How far the connection's current exchange has come.
pub(crate) enum Stage {
    /// No request, or one whose answer is complete.
    Idle,
    /// The body is being collected for a planned call.
    Collecting(Matched),
    /// A planned call runs (suspended, or on a worker thread).
    Calling {
        plan: Arc<Plan>,
        /// The body, if any, is whole in the connection's buffer.
        collected: bool,
        /// The ASGI side, once a `Request` was asked for.
        asgi: Option<Box<AsgiExchange>>,
        /// The files among the arguments, to be closed when the request is over.
        files: Vec<Py<PyAny>>,
    },
    /// An ASGI application serves it.
    Asgi(Box<AsgiExchange>),
    /// An ASGI application serves a WebSocket connection, or decides on its handshake.
    WebSocket(Box<WebSocketExchange>),
}

/// The ASGI scope of an exchange, kept so that a handler and its failure handler see the same one.
pub(crate) type Scope = Py<pyo3::types::PyDict>;

/// What follows from the end of a coroutine or of a call.
pub(crate) enum Next<'py> {
    /// Nothing: the answer is in the output.
    Answered,
    /// This coroutine is to be run for the same exchange.
    Run(Bound<'py, PyAny>, Completion),
}

impl Stage {
    /// The ASGI side of the exchange, if it has one.
    pub(crate) fn asgi(&mut self) -> Option<&mut AsgiExchange> {
        match self {
            Self::Asgi(asgi) => Some(asgi),
            Self::Calling { asgi, .. } => asgi.as_deref_mut(),
            Self::Idle | Self::Collecting(_) | Self::WebSocket(_) => None,
        }
    }

    /// The application's side of a WebSocket connection.
    pub(crate) fn websocket(&mut self) -> Option<&mut WebSocketExchange> {
        match self {
            Self::WebSocket(exchange) => Some(exchange),
            _ => None,
        }
    }
}
