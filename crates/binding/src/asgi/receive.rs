//! `receive`: parts of the request body, then the client's departure.

use super::awaitable::Ready;
use crate::channel::Channel;
use crate::exchange::ExchangeId;
use crate::reactor::{self, Reactor};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// The `receive` callable of one exchange.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Receive {
    pub(crate) exchange: ExchangeId,
}

#[pymethods]
impl Receive {
    fn __call__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Some((reactor, channel)) = reactor::find(self.exchange) else {
            return ready(py, disconnect(py)?);
        };
        if let Some(message) = next_message(py, &channel)? {
            return ready(py, message);
        }
        let future = reactor.tasks.future(py)?;
        if let Some(asgi) = channel.stage.borrow_mut().asgi() {
            asgi.receive_waiter = Some(future.clone().unbind());
        }
        channel.http.borrow_mut().body_wanted(reactor.now());
        reactor.write_out(py, &channel)?;
        Ok(future)
    }
}

fn ready<'py>(py: Python<'py>, message: Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
    Ok(Bound::new(py, Ready::new(Some(message.into_any().unbind())))?.into_any())
}

/// Gives the waiting `receive()`, if there is one, the message that has become available.
pub(crate) fn deliver(py: Python<'_>, channel: &Channel) -> PyResult<()> {
    let mut stage = channel.stage.borrow_mut();
    let waits = stage
        .asgi()
        .is_some_and(|asgi| asgi.receive_waiter.is_some());
    drop(stage);
    if !waits {
        return Ok(());
    }
    let Some(message) = next_message(py, channel)? else {
        return Ok(());
    };
    let waiter = channel
        .stage
        .borrow_mut()
        .asgi()
        .and_then(|asgi| asgi.receive_waiter.take());
    waiter.map_or(Ok(()), |waiter| {
        Reactor::resolve(py, &waiter, Some(message.into_any()))
    })
}

/// The next message that is there to give, without waiting.
fn next_message<'py>(py: Python<'py>, channel: &Channel) -> PyResult<Option<Bound<'py, PyDict>>> {
    let mut stage = channel.stage.borrow_mut();
    let Some(asgi) = stage.asgi() else {
        return disconnect(py).map(Some);
    };
    let mut http = channel.http.borrow_mut();
    if !asgi.body_given {
        if asgi.collected {
            asgi.body_given = true;
            return request(py, http.body(), false).map(Some);
        }
        let part = http.take_body();
        if asgi.body_ended {
            asgi.body_given = true;
        }
        if asgi.body_ended || !part.is_empty() {
            return request(py, &part, !asgi.body_ended).map(Some);
        }
    }
    if asgi.disconnected || http.response_finished() {
        return disconnect(py).map(Some);
    }
    Ok(None)
}

fn request<'py>(py: Python<'py>, body: &[u8], more: bool) -> PyResult<Bound<'py, PyDict>> {
    let message = PyDict::new(py);
    message.set_item(intern!(py, "type"), intern!(py, "http.request"))?;
    message.set_item(intern!(py, "body"), PyBytes::new(py, body))?;
    message.set_item(intern!(py, "more_body"), more)?;
    Ok(message)
}

fn disconnect(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let message = PyDict::new(py);
    message.set_item(intern!(py, "type"), intern!(py, "http.disconnect"))?;
    Ok(message)
}
