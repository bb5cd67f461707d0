//! `receive`: parts of the request body, then the client's departure.

use super::awaitable::{Awaitable, Wait, wake};
use super::{AsgiExchange, websocket};
use crate::channel::Channel;
use crate::exchange::{ExchangeId, Stage};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use sixlane_engine::http1::Connection;

/// The `receive` callable of one exchange.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Receive {
    pub(crate) exchange: ExchangeId,
}

#[pymethods]
impl Receive {
    fn __call__(&self) -> Awaitable {
        Awaitable::new(Wait::Message(self.exchange))
    }
}

/// Wakes whoever waits in `receive()`, if there is a message to give.
pub(crate) fn deliver(py: Python<'_>, channel: &Channel) -> PyResult<()> {
    let waiters = match &mut *channel.stage.borrow_mut() {
        Stage::WebSocket(exchange) if websocket::has_message(channel) => {
            let waiters = std::mem::take(&mut exchange.receive_waiters);
            waiters.into_iter().map(|waiter| waiter.future).collect()
        }
        stage => match stage.asgi() {
            Some(asgi)
                if !asgi.receive_waiters.is_empty()
                    && has_message(asgi, &channel.http.borrow()) =>
            {
                std::mem::take(&mut asgi.receive_waiters)
            }
            _ => return Ok(()),
        },
    };
    wake(py, waiters)
}

fn has_message(asgi: &AsgiExchange, http: &Connection) -> bool {
    if asgi.body_given {
        is_over(asgi, http)
    } else {
        asgi.collected
            || asgi.body_ended
            || asgi.disconnected
            || http.response_finished()
            || !http.body().is_empty()
    }
}

/// Whether the application, which has the whole body, is to learn that nobody waits for more of its answer.
///
/// A client that has only ended its side cannot be told from one that has gone; it still gets the answer.
fn is_over(asgi: &AsgiExchange, http: &Connection) -> bool {
    asgi.disconnected || http.peer_ended() || http.response_finished()
}

/// The next message that is there to give, without waiting; None for the channel: the exchange is over.
pub(super) fn next_message<'py>(
    py: Python<'py>,
    channel: Option<&Channel>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Some(channel) = channel else {
        return disconnect(py).map(Some);
    };
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
        asgi.body_given = asgi.body_ended;
        if asgi.body_ended || !part.is_empty() {
            return request(py, &part, !asgi.body_ended).map(Some);
        }
        if !asgi.disconnected && !http.response_finished() {
            return Ok(None);
        }
    }
    if is_over(asgi, &http) {
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
