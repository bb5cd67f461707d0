//! `send`: the application's response onto the connection.

use super::awaitable::Ready;
use crate::channel::Channel;
use crate::errors::reply_error;
use crate::exchange::{ExchangeId, Stage};
use crate::reactor::{self, Reactor};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::rc::Rc;

/// The `send` callable of one exchange.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Send {
    pub(crate) exchange: ExchangeId,
}

/// A response head that waits for the first part of the body.
pub(crate) struct ResponseHead {
    status: u16,
    headers: Vec<(Py<PyBytes>, Py<PyBytes>)>,
    /// The application states the length itself.
    states_length: bool,
}

#[pymethods]
impl Send {
    /// Whether the answer has begun: no other can be given.
    #[getter]
    fn started(&self) -> bool {
        reactor::find(self.exchange).is_none_or(|(_, channel)| {
            let begun =
                matches!(&*channel.stage.borrow(), Stage::Asgi(asgi) if asgi.head.is_some());
            begun || channel.http.borrow().response_started()
        })
    }

    fn __call__<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // An application that goes on after the client has left is not disturbed.
        let Some((reactor, channel)) = reactor::find(self.exchange) else {
            return ready(py);
        };
        let kind = message.get_item(intern!(py, "type"))?;
        let kind = kind.ok_or_else(|| PyValueError::new_err("an ASGI message needs a type"))?;
        let kind = kind.cast::<PyString>()?;
        match kind.to_str()? {
            "http.response.start" => start(py, &channel, message)?,
            "http.response.body" => return body(py, &reactor, &channel, message),
            other => {
                return Err(PyRuntimeError::new_err(format!(
                    "unexpected ASGI message {other:?}: expected http.response.start or http.response.body"
                )));
            }
        }
        ready(py)
    }
}

/// The one awaitable that never has anything to wait for, nor to give.
fn ready(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static READY: PyOnceLock<Py<Ready>> = PyOnceLock::new();
    let ready = READY.get_or_try_init(py, || Py::new(py, Ready::new(None)))?;
    Ok(ready.bind(py).clone().into_any())
}

fn start(py: Python<'_>, channel: &Channel, message: &Bound<'_, PyDict>) -> PyResult<()> {
    let status = message
        .get_item(intern!(py, "status"))?
        .ok_or_else(|| PyValueError::new_err("http.response.start needs a status"))?
        .extract::<u16>()?;
    let mut head = ResponseHead {
        status,
        headers: Vec::new(),
        states_length: false,
    };
    if let Some(headers) = message.get_item(intern!(py, "headers"))? {
        for header in headers.try_iter()? {
            head.add(&header?)?;
        }
    }
    match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) if asgi.head.is_some() => Err(PyRuntimeError::new_err(
            "http.response.start was sent twice",
        )),
        Stage::Asgi(_) if channel.http.borrow().response_started() => Err(PyRuntimeError::new_err(
            "http.response.start was sent twice",
        )),
        Stage::Asgi(asgi) => {
            asgi.head = Some(head);
            Ok(())
        }
        _ => Ok(()),
    }
}

impl ResponseHead {
    fn add(&mut self, header: &Bound<'_, PyAny>) -> PyResult<()> {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = header.extract()?;
        let (Ok(name), Ok(value)) = (name.cast::<PyBytes>(), value.cast::<PyBytes>()) else {
            return Err(PyTypeError::new_err(
                "response header names and values must be bytes",
            ));
        };
        self.states_length |= name.as_bytes().eq_ignore_ascii_case(b"content-length");
        self.headers
            .push((name.clone().unbind(), value.clone().unbind()));
        Ok(())
    }
}

fn body<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    message: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let part = message.get_item(intern!(py, "body"))?;
    let part = part
        .as_ref()
        .map(|part| part.cast::<PyBytes>())
        .transpose()?;
    let part = part.map_or(&b""[..], |part| part.as_bytes());
    let more = match message.get_item(intern!(py, "more_body"))? {
        Some(more) => more.is_truthy()?,
        None => false,
    };
    let head = match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) => asgi.head.take(),
        _ => None,
    };
    write(py, reactor, channel, head, (part, more))?;
    reactor.write_out(py, channel)?;
    if more && channel.http.borrow().output_len() > reactor.limits.output_high_water {
        return wait_until_sent(py, reactor, channel);
    }
    ready(py)
}

/// Puts the head, if it is still to be sent, and a part of the body into the output.
fn write(
    py: Python<'_>,
    reactor: &Reactor,
    channel: &Channel,
    head: Option<ResponseHead>,
    (part, more): (&[u8], bool),
) -> PyResult<()> {
    let mut http = channel.http.borrow_mut();
    if let Some(head) = head {
        channel.status.set(head.status);
        // A body that is whole already needs no chunks.
        let length = (!more && !head.states_length).then_some(part.len() as u64);
        let mut headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_bytes(py), value.as_bytes(py)));
        http.start_response(head.status, &mut headers, length, reactor.now())
            .map_err(reply_error)?;
    }
    http.send_body(part, more, reactor.now())
        .map_err(reply_error)
}

fn wait_until_sent<'py>(
    py: Python<'py>,
    reactor: &Reactor,
    channel: &Channel,
) -> PyResult<Bound<'py, PyAny>> {
    let future = reactor.tasks.future(py)?;
    match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) if !asgi.disconnected => asgi.send_waiter = Some(future.clone().unbind()),
        _ => return ready(py),
    }
    Ok(future)
}

/// Lets a waiting `send()` go on once the client has taken enough, or has gone.
pub(crate) fn relieve(py: Python<'_>, channel: &Channel) -> PyResult<()> {
    let waiter = match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) => asgi.send_waiter.take(),
        _ => None,
    };
    waiter.map_or(Ok(()), |waiter| Reactor::resolve(py, &waiter, None))
}
