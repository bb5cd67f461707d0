//! What `receive()` and `send()` return: awaitables that wait only where they have to.
//!
//! They have the methods of a coroutine, so that `asyncio.create_task` takes them as it takes the coroutines of other
//! servers.

use super::receive::next_message;
use super::websocket;
use crate::exchange::ExchangeId;
use crate::raw::{self, Awaited, Step};
use crate::reactor;
use pyo3::exceptions::PyStopIteration;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyTraceback, PyTuple, PyType};
use std::sync::atomic::{AtomicBool, Ordering};

/// What there is to wait for.
pub(super) enum Wait {
    /// Nothing: what was to be sent is sent.
    Nothing,
    /// A turn of the event loop, unless it has been waited for: others are to run.
    Turn(AtomicBool),
    /// The next message for the application.
    Message(ExchangeId),
    /// The client's reading, so that a streamed answer does not heap up.
    Room(ExchangeId),
    /// The next message of a WebSocket connection.
    WebSocketMessage(ExchangeId),
    /// The reading of a WebSocket client.
    WebSocketRoom(ExchangeId),
}

/// One `receive()` or `send()`.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Awaitable {
    wait: Wait,
}

impl Awaitable {
    pub(super) const fn new(wait: Wait) -> Self {
        Self { wait }
    }

    /// Waits for a future, or gives what there is: the message, or None where `send()` is done.
    fn go_on<'py>(&self, py: Python<'py>) -> PyResult<Step<'py>> {
        let nothing = || py.None().into_bound(py);
        let room = |future: Option<Bound<'py, PyAny>>| {
            future.map_or_else(|| Step::Returned(nothing()), Step::Suspended)
        };
        match self.wait {
            Wait::Nothing => Ok(Step::Returned(nothing())),
            Wait::Turn(ref waited) if waited.swap(true, Ordering::Relaxed) => {
                Ok(Step::Returned(nothing()))
            }
            Wait::Turn(_) => Ok(Step::Suspended(nothing())),
            Wait::Message(exchange) => receive(py, exchange),
            Wait::Room(exchange) => wait_for_room(py, exchange).map(room),
            Wait::WebSocketMessage(exchange) => websocket::receive(py, exchange),
            Wait::WebSocketRoom(exchange) => websocket::wait_for_room(py, exchange).map(room),
        }
    }
}

impl Awaited for Awaitable {
    fn step<'py>(&self, py: Python<'py>) -> Step<'py> {
        self.go_on(py).unwrap_or_else(Step::Raised)
    }
}

/// Has `await` take messages without an exception for each, where the interpreter can.
pub(crate) fn prepare(py: Python<'_>) {
    raw::await_directly::<Awaitable>(py);
}

fn receive(py: Python<'_>, exchange: ExchangeId) -> PyResult<Step<'_>> {
    let found = reactor::find(exchange);
    let channel = found.as_ref().map(|(_, channel)| &**channel);
    if let Some(message) = next_message(py, channel)? {
        return Ok(Step::Returned(message.into_any()));
    }
    let future = park(py)?;
    if let Some((reactor, channel)) = found {
        if let Some(asgi) = channel.stage.borrow_mut().asgi() {
            asgi.receive_waiters.push(future.clone().unbind());
        }
        channel.http.borrow_mut().body_wanted(reactor.now());
        reactor.write_out(py, &channel)?;
    }
    Ok(Step::Suspended(future))
}

/// A future for an application to wait on.
pub(super) fn park(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let future = reactor::current()?.tasks.future(py)?;
    mark_awaited(&future, true)?;
    Ok(future)
}

/// Sets the flag that a future's own `__await__` sets, so that a task accepts it, or takes it back.
pub(crate) fn mark_awaited(future: &Bound<'_, PyAny>, awaited: bool) -> PyResult<()> {
    future.setattr(intern!(future.py(), "_asyncio_future_blocking"), awaited)
}

/// Lets those go on who wait for these futures, unless they were cancelled meanwhile.
pub(super) fn wake(py: Python<'_>, waiters: impl IntoIterator<Item = Py<PyAny>>) -> PyResult<()> {
    for waiter in waiters {
        let waiter = waiter.bind(py);
        if !waiter.call_method0(intern!(py, "done"))?.is_truthy()? {
            waiter.call_method1(intern!(py, "set_result"), (py.None(),))?;
        }
    }
    Ok(())
}

fn wait_for_room(py: Python<'_>, exchange: ExchangeId) -> PyResult<Option<Bound<'_, PyAny>>> {
    // Where the client has left, `send` tells of it in time.
    let Some((reactor, channel)) = reactor::find(exchange) else {
        return Ok(None);
    };
    if channel.http.borrow().output_len() <= reactor.limits.output_high_water {
        return Ok(None);
    }
    match channel.stage.borrow_mut().asgi() {
        Some(asgi) if !asgi.disconnected => {
            let future = park(py)?;
            asgi.send_waiters.push(future.clone().unbind());
            Ok(Some(future))
        }
        _ => Ok(None),
    }
}

/// The exception that `throw(class, value)` is for, as coroutines take it: CPython 3.11 passes both on.
fn thrown(error: Bound<'_, PyAny>, value: Option<Bound<'_, PyAny>>) -> PyResult<PyErr> {
    let value = value.filter(|value| !value.is_none());
    let (Ok(class), Some(value)) = (error.cast::<PyType>(), value) else {
        return Ok(PyErr::from_value(error));
    };
    let raised = if value.is_instance(class)? {
        value
    } else if let Ok(arguments) = value.cast::<PyTuple>() {
        class.call1(arguments)?
    } else {
        class.call1((value,))?
    };
    Ok(PyErr::from_value(raised))
}

pub(super) const CLIENT_LEFT: &str = "the client left before it had the whole response";

#[pymethods]
impl Awaitable {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.go_on(py)? {
            Step::Suspended(future) => Ok(future),
            // A one-tuple keeps the message from being taken for several arguments.
            Step::Returned(value) => Err(PyStopIteration::new_err((value.unbind(),))),
            Step::Raised(error) => Err(error),
        }
    }

    /// As `__next__`; a task only ever sends None.
    fn send<'py>(&self, py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let _ = value;
        self.__next__(py)
    }

    /// Nothing is lost where a waiting task is cancelled: a message is taken in the step that returns it.
    #[expect(clippy::unused_self, reason = "the coroutine's protocol")]
    #[pyo3(signature = (error, value = None, traceback = None))]
    fn throw(
        &self,
        error: Bound<'_, PyAny>,
        value: Option<Bound<'_, PyAny>>,
        traceback: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let error = thrown(error, value)?;
        if let Some(traceback) = traceback.filter(|traceback| !traceback.is_none()) {
            let traceback = traceback.cast_into::<PyTraceback>()?;
            error.set_traceback(traceback.py(), Some(traceback));
        }
        Err(error)
    }

    #[expect(clippy::unused_self, reason = "the coroutine's protocol")]
    fn close(&self) {}
}
