//! `send`: the application's response onto the connection.

use super::awaitable::{Awaitable, CLIENT_LEFT, Wait, wake};
use crate::channel::Channel;
use crate::errors::{ClientLeftError, reply_error};
use crate::exchange::{ExchangeId, Stage};
use crate::reactor::{self, Reactor};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyMemoryView, PyString, PyTuple};
use sixlane_engine::http1::ReplyError;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The `send` callable of one exchange.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Send {
    exchange: ExchangeId,
    /// The application has begun its answer through this object.
    begun: AtomicBool,
    /// Parts that were sent to nobody.
    futile: AtomicU32,
}

/// Parts that an application may send to nobody before it is stopped: those of Starlette learn from `receive` that
/// their client has left, and end what they do as they always do.
const FUTILE_PARTS: u32 = 100;

/// How many of those take no turn of the loop.
const PARTS_AT_ONCE: u32 = 50;

impl Send {
    pub(crate) const fn new(exchange: ExchangeId) -> Self {
        Self {
            exchange,
            begun: AtomicBool::new(false),
            futile: AtomicU32::new(0),
        }
    }
}

/// A response head that waits for the first part of the body.
pub(crate) struct ResponseHead {
    status: u16,
    headers: Vec<(Py<PyBytes>, Py<PyBytes>)>,
    /// The application states the length itself.
    states_length: bool,
    /// The parts of the body may share a write; Sixlane's own streams of events say so.
    shares_writes: bool,
}

#[pymethods]
impl Send {
    /// Whether the application has begun its answer: no other can be given. Where the engine has
    /// refused the request, or the client has left, one can; it goes nowhere.
    #[getter]
    fn started(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
            || reactor::find(self.exchange).is_some_and(|(_, channel)| {
                let begun =
                    matches!(&*channel.stage.borrow(), Stage::Asgi(asgi) if asgi.head.is_some());
                begun || channel.status.get() != 0
            })
    }

    fn __call__<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kind = message.get_item(intern!(py, "type"))?;
        let kind = kind.ok_or_else(|| PyValueError::new_err("an ASGI message needs a type"))?;
        let kind = kind.cast::<PyString>()?;
        let begins = kind.to_str()? == "http.response.start";
        let Some((reactor, channel)) = reactor::find(self.exchange) else {
            self.begun.fetch_or(begins, Ordering::Relaxed);
            let (_, more) = read_part(message)?;
            return self.after_the_end(py, more);
        };
        match kind.to_str()? {
            "http.response.start" => {
                start(&channel, message)?;
                self.begun.store(true, Ordering::Relaxed);
                reactor.note_head(py, self.exchange)?;
            }
            "http.response.body" => return self.body(py, &reactor, &channel, message),
            other => {
                return Err(PyRuntimeError::new_err(format!(
                    "unexpected ASGI message {other:?}: expected http.response.start or http.response.body"
                )));
            }
        }
        ready(py)
    }
}

impl Send {
    fn body<'py>(
        &self,
        py: Python<'py>,
        reactor: &Rc<Reactor>,
        channel: &Rc<Channel>,
        message: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (part, more) = read_part(message)?;
        let head = match &mut *channel.stage.borrow_mut() {
            Stage::Asgi(asgi) => asgi.head.take(),
            _ => None,
        };
        match write(py, reactor, channel, head, (part.as_bytes(), more)) {
            // The engine has ended the exchange, for a broken body or a client that does not read.
            Err(ReplyError::Ended) => return self.after_the_end(py, more),
            // `receive` has told the application of its client's leaving, and it has stopped there.
            Err(ReplyError::TooShort) if channel.http.borrow().peer_ended() => return ready(py),
            result => result.map_err(reply_error)?,
        }
        reactor.write_out(py, channel)?;
        if more && channel.http.borrow().output_len() > reactor.limits.output_high_water {
            let wait = Wait::Room(channel.exchange());
            return Ok(Bound::new(py, Awaitable::new(wait))?.into_any());
        }
        ready(py)
    }

    /// Nobody is there to read. An application that is about to end is let go on to what it does afterwards; one that
    /// goes on sending gets time to learn of the departure by `receive` (ASGI 2.3), and is stopped if it does not
    /// (ASGI 2.4: an OSError).
    fn after_the_end<'py>(&self, py: Python<'py>, more: bool) -> PyResult<Bound<'py, PyAny>> {
        if !more {
            return ready(py);
        }
        let futile = self.futile.fetch_add(1, Ordering::Relaxed);
        // One that waits for something itself is cancelled there, where its generator sees it.
        if futile < PARTS_AT_ONCE {
            return ready(py);
        }
        if futile < FUTILE_PARTS {
            let turn = Awaitable::new(Wait::Turn(AtomicBool::new(false)));
            return Ok(Bound::new(py, turn)?.into_any());
        }
        Err(ClientLeftError::new_err(CLIENT_LEFT))
    }
}

/// The one awaitable that never has anything to wait for, nor to give.
pub(super) fn ready(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static READY: PyOnceLock<Py<Awaitable>> = PyOnceLock::new();
    let ready = READY.get_or_try_init(py, || Py::new(py, Awaitable::new(Wait::Nothing)))?;
    Ok(ready.bind(py).clone().into_any())
}

fn start(channel: &Channel, message: &Bound<'_, PyDict>) -> PyResult<()> {
    let head = ResponseHead::read(message)?;
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
    /// Reads the message that begins an answer.
    pub(super) fn read(message: &Bound<'_, PyDict>) -> PyResult<Self> {
        let py = message.py();
        let status = message
            .get_item(intern!(py, "status"))?
            .ok_or_else(|| PyValueError::new_err("http.response.start needs a status"))?
            .extract::<u16>()?;
        let mut head = Self {
            status,
            headers: Vec::new(),
            states_length: false,
            shares_writes: message.contains(intern!(py, "sixlane.shares_writes"))?,
        };
        if let Some(headers) = message.get_item(intern!(py, "headers"))? {
            for header in headers.try_iter()? {
                head.add(&header?)?;
            }
        }
        Ok(head)
    }

    fn add(&mut self, header: &Bound<'_, PyAny>) -> PyResult<()> {
        let (name, value) = read_header(header)?;
        self.states_length |= name.as_bytes().eq_ignore_ascii_case(b"content-length");
        self.headers.push((name.unbind(), value.unbind()));
        Ok(())
    }
}

/// A name and a value; like uvicorn, takes whatever bytes can be made of.
pub(super) fn read_header<'py>(
    header: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let (name, value) = read_pair(header)?;
    match (read_bytes(name), read_bytes(value)) {
        (Ok(name), Ok(value)) => Ok((name, value)),
        _ => Err(PyTypeError::new_err(
            "response header names and values must be bytes",
        )),
    }
}

/// The two members of a header, which ASGI lets be any iterable.
pub(crate) fn read_pair<'py>(
    header: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    if header.is_instance_of::<PyTuple>() {
        return header.extract();
    }
    let members: Vec<Bound<'py, PyAny>> = header.try_iter()?.collect::<PyResult<_>>()?;
    <[Bound<'py, PyAny>; 2]>::try_from(members)
        .map(|[name, value]| (name, value))
        .map_err(|_| PyValueError::new_err("a header must be a pair of name and value"))
}

/// Bytes, or what can be taken for them.
pub(super) fn read_bytes(data: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyBytes>> {
    let py = data.py();
    if data.is_instance_of::<PyBytes>() {
        return Ok(data.cast_into()?);
    }
    if data.is_instance_of::<PyByteArray>() || data.is_instance_of::<PyMemoryView>() {
        return Ok(py.get_type::<PyBytes>().call1((data,))?.cast_into()?);
    }
    Err(PyTypeError::new_err("what is sent must be bytes"))
}

/// A part of the body, and whether more follows.
pub(super) fn read_part<'py>(
    message: &Bound<'py, PyDict>,
) -> PyResult<(Bound<'py, PyBytes>, bool)> {
    let py = message.py();
    let part = match message.get_item(intern!(py, "body"))? {
        None => PyBytes::new(py, b""),
        Some(part) => read_bytes(part)?,
    };
    let more = match message.get_item(intern!(py, "more_body"))? {
        Some(more) => more.is_truthy()?,
        None => false,
    };
    Ok((part, more))
}

/// Sends the head of an answer whose body is long in coming, framed for a body of any length.
pub(crate) fn send_head(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
) -> PyResult<()> {
    let head = match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) => asgi.head.take(),
        _ => None,
    };
    if head.is_none() {
        return Ok(());
    }
    match write(py, reactor, channel, head, (b"", true)) {
        Err(ReplyError::Ended) => return Ok(()),
        result => result.map_err(reply_error)?,
    }
    let written = reactor.write_out(py, channel);
    // A head is no part: the first one goes out at once.
    channel.part_sent.set(None);
    written
}

/// Puts the head, if it is still to be sent, and a part of the body into the output.
pub(super) fn write(
    py: Python<'_>,
    reactor: &Reactor,
    channel: &Channel,
    head: Option<ResponseHead>,
    (part, more): (&[u8], bool),
) -> Result<(), ReplyError> {
    let mut http = channel.http.borrow_mut();
    if let Some(head) = head {
        channel.status.set(head.status);
        channel.shares_writes.set(head.shares_writes);
        if !more {
            http.body_unwanted();
        }
        // A body that is whole already needs no chunks.
        let length = (!more && !head.states_length).then_some(part.len() as u64);
        let mut headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_bytes(py), value.as_bytes(py)));
        http.start_response(head.status, &mut headers, length, reactor.now())?;
    }
    http.send_body(part, more, reactor.now())
}

/// Lets every waiting `send()` go on once the client has taken enough, or has gone.
pub(crate) fn relieve(py: Python<'_>, channel: &Channel) -> PyResult<()> {
    let waiters = match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) => std::mem::take(&mut asgi.send_waiters),
        Stage::WebSocket(exchange) => std::mem::take(&mut exchange.send_waiters),
        _ => return Ok(()),
    };
    wake(py, waiters)
}
