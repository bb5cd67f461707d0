//! `send`: the answer to the handshake, then the application's messages.

use super::super::awaitable::{Awaitable, CLIENT_LEFT, Wait, park};
use super::super::receive::deliver;
use super::super::send::{ResponseHead, read_bytes, read_header, read_part, ready, write};
use crate::channel::Channel;
use crate::dispatch::log_access;
use crate::errors::{ClientLeftError, reply_error};
use crate::exchange::ExchangeId;
use crate::reactor::{self, Reactor};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use sixlane_engine::http1::ReplyError;
use sixlane_engine::protocol::Protocol;
use sixlane_engine::ws::{Kind, WebSocket, is_sendable};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const NORMAL: u16 = 1000;

/// The `send` callable of a WebSocket connection: a method, as `receive` is.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct WebSocketSend {
    exchange: ExchangeId,
    /// The application has closed the connection, or denied it: nothing may follow.
    ended: AtomicBool,
}

impl WebSocketSend {
    pub(super) const fn new(exchange: ExchangeId) -> Self {
        Self {
            exchange,
            ended: AtomicBool::new(false),
        }
    }

    fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

#[pymethods]
impl WebSocketSend {
    fn send<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kind = message.get_item(intern!(py, "type"))?;
        let kind = kind.ok_or_else(|| PyValueError::new_err("an ASGI message needs a type"))?;
        let kind = kind.cast::<PyString>()?.to_str()?;
        if self.ended.load(Ordering::Relaxed) {
            return Err(PyRuntimeError::new_err(format!(
                "unexpected ASGI message {kind:?} after websocket.close or a whole response"
            )));
        }
        let Some((reactor, channel)) = reactor::find(self.exchange) else {
            if kind == "websocket.close" {
                self.end();
                return ready(py);
            }
            return Err(ClientLeftError::new_err(CLIENT_LEFT));
        };
        reactor.clock.turn(|| {
            if channel.websocket().is_some() {
                self.send_open(py, kind, message, (&reactor, &channel))
            } else {
                self.answer_handshake(py, kind, message, (&reactor, &channel))
            }
        })
    }
}

impl WebSocketSend {
    fn send_open<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        message: &Bound<'py, PyDict>,
        (reactor, channel): (&Rc<Reactor>, &Rc<Channel>),
    ) -> PyResult<Bound<'py, PyAny>> {
        match kind {
            "websocket.send" => send_message(reactor, channel, message)?,
            "websocket.close" => {
                close(reactor, channel, message)?;
                self.end();
                deliver(py, channel)?;
                reactor.write_out(py, channel)?;
                return ready(py);
            }
            _ => return Err(unexpected(kind, "websocket.send or websocket.close")),
        }
        reactor.write_out(py, channel)?;
        wait_if_full(py, reactor, channel)
    }

    fn answer_handshake<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        message: &Bound<'py, PyDict>,
        (reactor, channel): (&Rc<Reactor>, &Rc<Channel>),
    ) -> PyResult<Bound<'py, PyAny>> {
        let is_denying = with_exchange(channel, |exchange| exchange.denying).unwrap_or(false);
        match kind {
            "websocket.http.response.body" if is_denying => {
                let ended = deny_on(py, reactor, channel, message)?;
                if ended {
                    self.end();
                }
            }
            _ if is_denying => return Err(unexpected(kind, "websocket.http.response.body")),
            "websocket.accept" => accept(py, reactor, channel, message)?,
            "websocket.close" => {
                self.end();
                channel.status.set(403);
                let mut http = channel.http.borrow_mut();
                http.close_after_response();
                http.respond(403, b"", b"", reactor.now());
            }
            "websocket.http.response.start" => {
                let head = ResponseHead::read(message)?;
                with_exchange(channel, |exchange| {
                    exchange.denying = true;
                    exchange.denial = Some(head);
                });
            }
            _ => {
                let expected = "websocket.accept, websocket.close or websocket.http.response.start";
                return Err(unexpected(kind, expected));
            }
        }
        reactor.write_out(py, channel)?;
        wait_if_full(py, reactor, channel)
    }
}

fn with_exchange<T>(
    channel: &Channel,
    work: impl FnOnce(&mut super::WebSocketExchange) -> T,
) -> Option<T> {
    channel.stage.borrow_mut().websocket().map(work)
}

fn unexpected(kind: &str, expected: &str) -> PyErr {
    PyRuntimeError::new_err(format!(
        "unexpected ASGI message {kind:?}: expected {expected}"
    ))
}

/// Goes on in the WebSocket protocol.
fn accept(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    message: &Bound<'_, PyDict>,
) -> PyResult<()> {
    let Some((mut headers, extension)) = with_exchange(channel, |exchange| {
        let handshake = &exchange.handshake;
        let mut headers = vec![(
            b"sec-websocket-accept".to_vec(),
            handshake.accept().to_vec(),
        )];
        if let Some(extension) = handshake.extension() {
            let value = extension.header().into_bytes();
            headers.push((b"sec-websocket-extensions".to_vec(), value));
        }
        (headers, handshake.extension())
    }) else {
        return Err(ClientLeftError::new_err(CLIENT_LEFT));
    };
    add_headers(&mut headers, message)?;
    let mut lines = headers
        .iter()
        .map(|(name, value)| (name.as_slice(), value.as_slice()));
    let upgraded = channel.http.borrow_mut().upgrade("websocket", &mut lines);
    let upgraded = match upgraded {
        Err(ReplyError::Ended) => return Err(ClientLeftError::new_err(CLIENT_LEFT)),
        upgraded => upgraded.map_err(reply_error)?,
    };
    channel.status.set(101);
    log_access(py, reactor, channel);
    channel.http.borrow_mut().forget_head();
    let now = reactor.now();
    let limits = Arc::clone(&reactor.limits);
    let mut websocket = WebSocket::new(limits, extension, &upgraded.input, &upgraded.output, now);
    if upgraded.peer_ended {
        websocket.receive_end(now);
    }
    if upgraded.draining {
        websocket.drain(now);
    }
    *channel.websocket.borrow_mut() = Some(Box::new(websocket));
    deliver(py, channel)
}

/// Adds what the application says; what the engine has said, or says itself, is left out.
fn add_headers(headers: &mut Vec<(Vec<u8>, Vec<u8>)>, message: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = message.py();
    let mut own: Vec<&[u8]> = vec![
        b"sec-websocket-accept",
        b"sec-websocket-extensions",
        b"upgrade",
        b"connection",
    ];
    if let Some(subprotocol) = given(message, intern!(message.py(), "subprotocol"))? {
        let value = subprotocol.cast::<PyString>()?.to_str()?;
        if !value.is_empty() {
            own.push(b"sec-websocket-protocol");
            headers.push((b"sec-websocket-protocol".to_vec(), value.into()));
        }
    }
    let Some(given) = message.get_item(intern!(py, "headers"))? else {
        return Ok(());
    };
    for header in given.try_iter()? {
        let (name, value) = read_header(&header?)?;
        let is_own = own
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name.as_bytes()));
        if !is_own {
            headers.push((name.as_bytes().to_vec(), value.as_bytes().to_vec()));
        }
    }
    Ok(())
}

/// A value that is there and not None.
fn given<'py>(
    message: &Bound<'py, PyDict>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(message.get_item(name)?.filter(|value| !value.is_none()))
}

/// Sends a part of the response that denies the handshake; true once it is whole.
fn deny_on(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    message: &Bound<'_, PyDict>,
) -> PyResult<bool> {
    let (part, more) = read_part(message)?;
    let head = with_exchange(channel, |exchange| exchange.denial.take()).flatten();
    // What comes after the request may be meant for a connection that was accepted.
    channel.http.borrow_mut().close_after_response();
    match write(py, reactor, channel, head, (part.as_bytes(), more)) {
        Err(ReplyError::Ended) if more => Err(ClientLeftError::new_err(CLIENT_LEFT)),
        Err(ReplyError::Ended) => Ok(true),
        result => result.map(|()| !more).map_err(reply_error),
    }
}

fn send_message(reactor: &Reactor, channel: &Channel, message: &Bound<'_, PyDict>) -> PyResult<()> {
    let put = |kind, data: &[u8]| match channel.websocket() {
        Some(mut websocket) if websocket.is_open() => {
            websocket.send(kind, data, reactor.now());
            Ok(())
        }
        _ => Err(ClientLeftError::new_err(CLIENT_LEFT)),
    };
    if let Some(data) = given(message, intern!(message.py(), "bytes"))? {
        return put(Kind::Binary, read_bytes(data)?.as_bytes());
    }
    let text = given(message, intern!(message.py(), "text"))?
        .ok_or_else(|| PyValueError::new_err("websocket.send needs bytes or text"))?;
    // Characters that UTF-8 does not have raise here.
    put(Kind::Text, text.cast::<PyString>()?.to_str()?.as_bytes())
}

fn close(reactor: &Reactor, channel: &Channel, message: &Bound<'_, PyDict>) -> PyResult<()> {
    let code = match given(message, intern!(message.py(), "code"))? {
        Some(code) => code.extract::<u16>()?,
        None => NORMAL,
    };
    let reason = given(message, intern!(message.py(), "reason"))?;
    let reason = match &reason {
        Some(reason) => reason.cast::<PyString>()?.to_str()?,
        None => "",
    };
    if !is_sendable(code) {
        return Err(PyValueError::new_err(format!(
            "the close code {code} may not be sent: use 1000, 1008 or 1011, or one from 3000 to 4999"
        )));
    }
    if let Some(mut websocket) = channel.websocket() {
        websocket.close(code, reason, reactor.now());
    }
    Ok(())
}

/// Holds the application back while the client takes too little.
fn wait_if_full<'py>(
    py: Python<'py>,
    reactor: &Reactor,
    channel: &Channel,
) -> PyResult<Bound<'py, PyAny>> {
    if channel.output_len() <= reactor.limits.output_high_water {
        return ready(py);
    }
    let wait = Wait::WebSocketRoom(channel.exchange());
    Ok(Bound::new(py, Awaitable::new(wait))?.into_any())
}

/// The future to wait for until the client has taken enough; None where it has.
pub(crate) fn wait_for_room(
    py: Python<'_>,
    exchange: ExchangeId,
) -> PyResult<Option<Bound<'_, PyAny>>> {
    let Some((reactor, channel)) = reactor::find(exchange) else {
        return Err(ClientLeftError::new_err(CLIENT_LEFT));
    };
    if channel.output_len() <= reactor.limits.output_high_water {
        return Ok(None);
    }
    let future = park(py)?;
    with_exchange(&channel, |exchange| {
        exchange.send_waiters.push(future.clone().unbind());
    });
    Ok(Some(future))
}
