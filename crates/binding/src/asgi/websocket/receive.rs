//! `receive`: the handshake, the client's messages, then the end of the connection.

use super::super::awaitable::{self, Awaitable, Wait, mark_awaited, wake};
use super::ReceiveWaiter;
use crate::channel::Channel;
use crate::exchange::{ExchangeId, Stage};
use crate::raw::Step;
use crate::reactor::{self, Reactor};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString};
use sixlane_engine::ws::{Kind, Message};
use std::rc::Rc;

/// No close frame was there to give another code.
const ABNORMAL: u16 = 1006;

/// As many who wait for messages are looked through for those who do not any more.
const MANY_WAITERS: usize = 8;

/// The `receive` callable of a WebSocket connection: a method, for which the interpreter makes no tuple.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct WebSocketReceive {
    pub(super) exchange: ExchangeId,
}

#[pymethods]
impl WebSocketReceive {
    fn receive(&self) -> Awaitable {
        Awaitable::new(Wait::WebSocketMessage(self.exchange))
    }
}

/// Has whoever waits in `receive()` go on, if there is a message to give: the application itself at
/// once, its other tasks in the loop's next turn. Only called where no task runs.
pub(crate) fn resume(py: Python<'_>, reactor: &Reactor, channel: &Channel) -> PyResult<()> {
    let waiters = match &mut *channel.stage.borrow_mut() {
        Stage::WebSocket(exchange)
            if !exchange.receive_waiters.is_empty() && has_message(channel) =>
        {
            std::mem::take(&mut exchange.receive_waiters)
        }
        _ => return Ok(()),
    };
    let mut outcome = Ok(());
    for ReceiveWaiter { future, runner } in waiters {
        let future = future.bind(py);
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            continue;
        }
        let resumed = match runner {
            Some(runner) => {
                set_resumed(channel, Some(future.clone().unbind()));
                let resume = || reactor.tasks.resume(py, &runner, future);
                let resumed = reactor.clock.outside_turn(resume);
                set_resumed(channel, None);
                // All are woken, whatever becomes of one.
                resumed.unwrap_or_else(|error| {
                    outcome = Err(error);
                    false
                })
            }
            None => false,
        };
        if !resumed {
            wake(py, [future.clone().unbind()])?;
        }
    }
    outcome
}

fn set_resumed(channel: &Channel, future: Option<Py<PyAny>>) {
    if let Some(exchange) = channel.stage.borrow_mut().websocket() {
        exchange.resumed = future;
    }
}

/// The future to wait for: once more that of the one who goes on at once, as its task still waits
/// for it, unless it was cancelled, or another task asks.
fn park<'py>(py: Python<'py>, reactor: &Reactor, channel: &Channel) -> PyResult<Bound<'py, PyAny>> {
    let runner = reactor.tasks.runner(py)?;
    let resumed = match (channel.stage.borrow_mut().websocket(), &runner) {
        (Some(exchange), Some(_)) => exchange.resumed.take(),
        _ => None,
    };
    let future = match resumed {
        Some(future)
            if !future
                .call_method0(py, intern!(py, "done"))?
                .is_truthy(py)? =>
        {
            let future = future.into_bound(py);
            // Its own task still waits for it; another one may take it, where a coroutine is driven by hand.
            mark_awaited(&future, true)?;
            future
        }
        _ => awaitable::park(py)?,
    };
    if let Some(exchange) = channel.stage.borrow_mut().websocket() {
        drop_cancelled(py, &mut exchange.receive_waiters)?;
        exchange.receive_waiters.push(ReceiveWaiter {
            future: future.clone().unbind(),
            runner,
        });
    }
    Ok(future)
}

/// Whether there is a message for an application that waits.
pub(crate) fn has_message(channel: &Channel) -> bool {
    match channel.websocket() {
        Some(websocket) => websocket.has_message() || websocket.ended().is_some(),
        None => is_lost(channel),
    }
}

/// Whether the client has gone, or got another answer, before the connection was accepted.
fn is_lost(channel: &Channel) -> bool {
    let http = channel.http.borrow();
    channel.is_closed() || http.peer_ended() || http.response_finished()
}

/// Forgets those who have given up, whenever there may be many.
fn drop_cancelled(py: Python<'_>, waiters: &mut Vec<ReceiveWaiter>) -> PyResult<()> {
    if waiters.len() < MANY_WAITERS || !waiters.len().is_power_of_two() {
        return Ok(());
    }
    for waiter in std::mem::take(waiters) {
        let done = waiter.future.call_method0(py, intern!(py, "done"))?;
        if !done.is_truthy(py)? {
            waiters.push(waiter);
        }
    }
    Ok(())
}

/// The next message, or the future to wait for.
pub(crate) fn receive(py: Python<'_>, exchange: ExchangeId) -> PyResult<Step<'_>> {
    let Some((reactor, channel)) = reactor::find_hosted(exchange) else {
        return Ok(given(disconnect(py, ABNORMAL, "")?));
    };
    if let Some(exchange) = channel.stage.borrow_mut().websocket()
        && !std::mem::replace(&mut exchange.connected, true)
    {
        return Ok(given(event(py, intern!(py, "websocket.connect"))?));
    }
    let message = match channel.websocket() {
        Some(mut websocket) => websocket.take_message(|| reactor.now()),
        None => None,
    };
    if let Some(message) = message {
        // There may be room for more, and an answer to what came between the messages.
        if channel.has_unread_input() || channel.output_len() > 0 {
            reactor.write_out(py, &channel)?;
        }
        return Ok(given(received(py, &message)?));
    }
    if let Some(message) = last_message(py, &channel)? {
        return Ok(given(message));
    }
    park(py, &reactor, &channel).map(Step::Suspended)
}

fn given(message: Bound<'_, PyDict>) -> Step<'_> {
    Step::Returned(message.into_any())
}

fn received<'py>(py: Python<'py>, message: &Message) -> PyResult<Bound<'py, PyDict>> {
    // To copy a dictionary and replace a value costs less than to fill one.
    static TEXT: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    static BINARY: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let (template, key, data) = match message.kind {
        Kind::Text => {
            let text = PyString::from_bytes(py, &message.data)?.into_any();
            (&TEXT, intern!(py, "text"), text)
        }
        Kind::Binary => {
            let bytes = PyBytes::new(py, &message.data).into_any();
            (&BINARY, intern!(py, "bytes"), bytes)
        }
    };
    let template = template.get_or_try_init(py, || {
        let template = event(py, intern!(py, "websocket.receive"))?;
        template.set_item(key, py.None())?;
        PyResult::Ok(template.unbind())
    })?;
    let dictionary = template.bind(py).copy()?;
    dictionary.set_item(key, data)?;
    Ok(dictionary)
}

/// The message that says how the connection ended, if it has.
fn last_message<'py>(
    py: Python<'py>,
    channel: &Rc<Channel>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    match channel.websocket() {
        Some(websocket) => websocket
            .ended()
            .map(|close| disconnect(py, close.code, &close.reason))
            .transpose(),
        None if is_lost(channel) => disconnect(py, ABNORMAL, "").map(Some),
        None => Ok(None),
    }
}

fn disconnect<'py>(py: Python<'py>, code: u16, reason: &str) -> PyResult<Bound<'py, PyDict>> {
    let message = event(py, intern!(py, "websocket.disconnect"))?;
    message.set_item(intern!(py, "code"), code)?;
    message.set_item(intern!(py, "reason"), reason)?;
    Ok(message)
}

fn event<'py>(py: Python<'py>, kind: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyDict>> {
    let message = PyDict::new(py);
    message.set_item(intern!(py, "type"), kind)?;
    Ok(message)
}
