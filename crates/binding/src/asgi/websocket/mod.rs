//! Hosting an ASGI application on a WebSocket connection, from its handshake on (ASGI 3.0, WebSocket).

mod receive;
mod send;

pub(crate) use receive::resume;
pub(super) use receive::{has_message, receive};
pub(super) use send::wait_for_room;

use self::receive::WebSocketReceive;
use self::send::WebSocketSend;
use super::AsgiExchange;
use super::scope::scope_of;
use super::send::ResponseHead;
use crate::answer::{call_asgi, drive};
use crate::channel::Channel;
use crate::exchange::{Next, Stage};
use crate::reactor::Reactor;
use crate::tasks::Runner;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use sixlane_engine::http1::{Framing, Head};
use sixlane_engine::ws::Handshake;
use std::rc::Rc;

/// The close code where the application has ended without closing.
const NORMAL: u16 = 1000;
/// The close code where the application has failed.
const INTERNAL_ERROR: u16 = 1011;

/// The application's side of a WebSocket connection.
pub(crate) struct WebSocketExchange {
    pub(super) handshake: Handshake,
    /// `websocket.connect` was received.
    connected: bool,
    /// The application answers the handshake with a response of its own.
    denying: bool,
    /// The head of that response, held back until the first part of its body.
    denial: Option<ResponseHead>,
    /// The application has ended.
    pub(crate) finished: bool,
    /// Those who wait in `receive()`; each looks for a message by itself when it is woken.
    pub(super) receive_waiters: Vec<ReceiveWaiter>,
    /// The future of the one who goes on at once, to wait for again.
    resumed: Option<Py<PyAny>>,
    /// The futures that `send()`s wait on, until the client has taken enough.
    pub(super) send_waiters: Vec<Py<PyAny>>,
}

/// One who waits in `receive()`.
pub(super) struct ReceiveWaiter {
    pub(super) future: Py<PyAny>,
    /// What drives the coroutine, where it is that of the application itself.
    runner: Option<Py<Runner>>,
}

/// Whether a request is to be a WebSocket handshake. One that only mentions the protocol, and lacks the
/// key as well, is served as what it is.
pub(crate) fn is_handshake(head: &Head<'_>) -> bool {
    let can_be = || head.method() == "GET" && head.version_minor() > 0;
    head.asks_for_websocket() && (can_be() || head.header(b"sec-websocket-key").is_some())
}

/// Refuses a handshake, or has the application decide on it.
pub(crate) fn begin_websocket(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
) -> PyResult<()> {
    let handshake = {
        let http = channel.http.borrow();
        let head = http.head();
        let has_body = head.framing() != Framing::None;
        Handshake::read(
            (head.method(), head.version_minor(), has_body),
            head.headers(),
        )
    };
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(kind) => {
            // An exchange like any other, so that the access log has it.
            *channel.stage.borrow_mut() = Stage::Asgi(Box::new(AsgiExchange::running(false)));
            channel.http.borrow_mut().refuse(kind, reactor.now());
            return Ok(());
        }
    };
    *channel.stage.borrow_mut() = Stage::WebSocket(Box::new(WebSocketExchange {
        handshake,
        connected: false,
        denying: false,
        denial: None,
        finished: false,
        receive_waiters: Vec::new(),
        resumed: None,
        send_waiters: Vec::new(),
    }));
    channel.http.borrow_mut().buffer_body(0, reactor.now());
    match call_asgi(py, reactor, channel, reactor.hooks.app.bind(py), None)? {
        Next::Answered => Ok(()),
        Next::Run(coroutine, completion) => drive(py, reactor, channel, coroutine, completion),
    }
}

/// `(scope, receive, send)` of a WebSocket connection.
pub(crate) fn websocket_arguments<'py>(
    py: Python<'py>,
    reactor: &Reactor,
    channel: &Rc<Channel>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let exchange = channel.exchange();
    Ok((
        scope_of(py, &reactor.scopes, channel)?.into_any(),
        Bound::new(py, WebSocketReceive { exchange })?.getattr(intern!(py, "receive"))?,
        Bound::new(py, WebSocketSend::new(exchange))?.getattr(intern!(py, "send"))?,
    ))
}

/// Makes sure that the client gets an answer and the connection an end, whatever the application did.
pub(crate) fn finish_websocket(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    outcome: PyResult<Bound<'_, PyAny>>,
) -> PyResult<()> {
    if let Some(exchange) = channel.stage.borrow_mut().websocket() {
        exchange.finished = true;
    }
    let failed = outcome.is_err();
    let is_accepted = channel.websocket().is_some();
    let is_answered = is_accepted || channel.http.borrow().response_finished();
    match outcome {
        Err(error) => reactor
            .hooks
            .log_error(py, "Exception in ASGI application", error),
        Ok(_) if !is_answered => {
            let error = PyRuntimeError::new_err(
                "the ASGI application returned without answering the handshake",
            );
            reactor.hooks.log_error(py, "Incomplete answer", error);
        }
        Ok(_) => {}
    }
    let now = reactor.now();
    if let Some(mut websocket) = channel.websocket() {
        websocket.close(if failed { INTERNAL_ERROR } else { NORMAL }, "", now);
    } else if !channel.http.borrow().response_started() {
        channel.status.set(500);
        let headers = b"content-type: text/plain; charset=utf-8\r\n";
        let mut http = channel.http.borrow_mut();
        http.close_after_response();
        http.respond(500, headers, b"Internal Server Error", now);
    } else {
        channel.http.borrow_mut().abort(now);
    }
    Ok(())
}
