//! The request path: head, route, arguments, call, reply; top to bottom.

use crate::answer::{call_asgi, drive, finish, respond, run_asgi};
use crate::asgi::{self, AsgiExchange};
use crate::channel::Channel;
use crate::decode::{self, RequestParts};
use crate::exchange::{Completion, Matched, Next, Stage};
use crate::plan::{CallKind, Plan};
use crate::raw::{self, Context};
use crate::reactor::Reactor;
use crate::threads::Job;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use sixlane_engine::error::ErrorKind;
use sixlane_engine::http1::{Connection, Event, Framing, Head};
use sixlane_engine::params::percent;
use sixlane_engine::router::Found;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;

/// Requests of one connection in a row, before others get their turn.
const REQUESTS_PER_TURN: usize = 32;

/// What refuses a request whose values do not fit (RFC 9110 section 15.5.21).
const UNPROCESSABLE: u16 = 422;

/// Step 1: takes the connection's events one by one. True when more may be ready.
pub(crate) fn run_events(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
) -> PyResult<bool> {
    for _ in 0..REQUESTS_PER_TURN {
        if channel.websocket().is_some() {
            asgi::resume(py, reactor, channel)?;
            return Ok(false);
        }
        let _ = settle(py, reactor, channel)?;
        let event = channel.http.borrow_mut().next_event(reactor.now());
        match event {
            Event::Head => begin(py, reactor, channel)?,
            Event::Body => collected(py, reactor, channel)?,
            // Given on with what else has come, so that a body that is there is one message.
            Event::BodyChunk => {}
            Event::BodyEnd => {
                if let Stage::Asgi(asgi) = &mut *channel.stage.borrow_mut() {
                    asgi.body_ended = true;
                }
                start_asgi(py, reactor, channel)?;
                asgi::deliver(py, channel)?;
            }
            Event::Disconnected => {
                if let Some(asgi) = channel.stage.borrow_mut().asgi() {
                    asgi.disconnected = true;
                }
                asgi::deliver(py, channel)?;
                asgi::relieve(py, channel)?;
            }
            Event::NeedInput => {
                log_refusal(py, reactor, channel);
                start_asgi(py, reactor, channel)?;
                asgi::deliver(py, channel)?;
                if !channel.http.borrow().response_finished()
                    || matches!(*channel.stage.borrow(), Stage::Idle)
                {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

/// Ends the exchange whose answer is complete; true if there was one.
pub(crate) fn settle(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
) -> PyResult<bool> {
    if matches!(*channel.stage.borrow(), Stage::Idle)
        || !channel.http.borrow().response_finished()
        || channel.websocket().is_some()
    {
        return Ok(false);
    }
    log_access(py, reactor, channel);
    let is_refused = channel.http.borrow().error().is_some();
    channel.refusal_logged.set(is_refused);
    // A `receive()` that still waits learns that the exchange is over.
    asgi::deliver(py, channel)?;
    asgi::relieve(py, channel)?;
    *channel.stage.borrow_mut() = Stage::Idle;
    *channel.scope.borrow_mut() = None;
    channel.serial.set(0);
    Ok(true)
}

/// Writes the line of the current exchange into the access log. A log that fails costs no answer.
pub(crate) fn log_access(py: Python<'_>, reactor: &Reactor, channel: &Channel) {
    let Some(log) = &reactor.hooks.log_access else {
        return;
    };
    let line = {
        let http = channel.http.borrow();
        loggable_line(py, reactor, channel, &http)
    };
    if let Err(error) = line.and_then(|line| log.bind(py).call1(line)) {
        reactor.hooks.log_error(py, "The access log failed", error);
    }
}

/// `(client, method, target, version, status)` of the current exchange. A log handler may use the
/// connection, so nothing of it is borrowed by then.
fn loggable_line<'py>(
    py: Python<'py>,
    reactor: &Reactor,
    channel: &Channel,
    http: &Connection,
) -> PyResult<Bound<'py, PyTuple>> {
    let head = http.head();
    let mut target = reactor.scopes.root_path().to_owned();
    push_loggable(&mut target, head.raw_path());
    if !head.query().is_empty() {
        target.push('?');
        push_loggable(&mut target, head.query());
    }
    let version = if head.version_minor() == 0 {
        "1.0"
    } else {
        "1.1"
    };
    // Where the application has not answered, the engine has, with a refusal.
    let status = match channel.status.get() {
        0 => http.error().map_or(0, ErrorKind::status),
        status => status,
    };
    let client = reactor.scopes.loggable_client(py, channel, &head)?;
    (client, head.method(), target, version, status).into_pyobject(py)
}

/// Notes a request whose head the engine has refused, once: there is no exchange that could be logged.
fn log_refusal(py: Python<'_>, reactor: &Reactor, channel: &Channel) {
    let Some(kind) = channel.http.borrow().error() else {
        return;
    };
    let Some(log) = &reactor.hooks.log_refusal else {
        return;
    };
    if !matches!(*channel.stage.borrow(), Stage::Idle) || channel.refusal_logged.replace(true) {
        return;
    }
    let line = (channel.loggable_client(), kind.status(), kind.detail());
    if let Err(error) = log.bind(py).call1(line) {
        reactor
            .hooks
            .log_error(py, "The log of refused requests failed", error);
    }
}

/// Writes the line of an answer that has begun and will not come to its end, once.
pub(crate) fn log_cut(py: Python<'_>, reactor: &Reactor, channel: &Channel) {
    let is_cut = {
        let http = channel.http.borrow();
        http.response_started() && !http.response_finished()
    };
    if is_cut && channel.stage.borrow_mut().asgi().is_some() && !channel.cut_logged.replace(true) {
        log_access(py, reactor, channel);
    }
}

/// Adds what a client has sent as a log can hold it: what would end the line's quotes, or is no ASCII, is
/// written percent-encoded.
pub(crate) fn push_loggable(line: &mut String, part: &[u8]) {
    for &byte in part {
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\') {
            line.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(line, "%{byte:02X}");
        }
    }
}

/// Step 2: finds the route of a request whose head has arrived.
fn begin(py: Python<'_>, reactor: &Rc<Reactor>, channel: &Rc<Channel>) -> PyResult<()> {
    channel.serial.set(reactor.next_serial());
    channel.status.set(0);
    channel.cut_logged.set(false);
    channel.part_sent.set(None);
    channel.shares_writes.set(false);
    if asgi::is_handshake(&channel.http.borrow().head()) {
        return asgi::begin_websocket(py, reactor, channel);
    }
    let (routed, has_body) = {
        let http = channel.http.borrow();
        (
            find_route(reactor, &http.head()),
            http.head().framing() != Framing::None,
        )
    };
    let matched = routed
        .matched
        .filter(|matched| takes_planned_way(&matched.plan, channel, has_body));
    // What middleware may answer or turn away goes through it.
    let matched = matched.filter(|matched| {
        let middleware = matched.plan.middleware.as_ref();
        middleware.is_none_or(|layers| layers.passes(py, &channel.http.borrow().head(), channel))
    });
    let Some(matched) = matched else {
        *channel.stage.borrow_mut() = Stage::Asgi(Box::default());
        // The application refuses by itself what is too large, through its middleware; it comes in parts.
        let limit = if routed.is_bounded {
            u64::MAX
        } else {
            reactor.limits.body_bytes
        };
        channel.http.borrow_mut().stream_body(limit, reactor.now());
        return Ok(());
    };
    let limit = matched.plan.body_limit.min(reactor.limits.body_bytes);
    if matched.plan.reads_body {
        *channel.stage.borrow_mut() = Stage::Collecting(matched);
        channel.http.borrow_mut().buffer_body(limit, reactor.now());
        return Ok(());
    }
    if has_body {
        // Nobody reads it: it is drained, or the connection closed, after the answer.
        channel.http.borrow_mut().stream_body(limit, reactor.now());
        if channel.http.borrow().error().is_some() {
            // Too large: the engine has answered.
            *channel.stage.borrow_mut() = Stage::Collecting(matched);
            return Ok(());
        }
    } else {
        channel.http.borrow_mut().buffer_body(0, reactor.now());
    }
    call(py, reactor, channel, matched, !has_body)
}

/// Whether the body comes as the plan needs it. One that the handler reads by itself, or that is parsed as it comes,
/// comes in parts, which only ASGI can give.
fn takes_planned_way(plan: &Plan, channel: &Channel, has_body: bool) -> bool {
    let Some(form) = &plan.form else {
        return plan.reads_body || !plan.takes_request || !has_body;
    };
    let http = channel.http.borrow();
    let head = http.head();
    let length = match head.framing() {
        Framing::Length(length) => Some(length),
        Framing::None | Framing::Chunked => None,
    };
    let content_type = head.header(b"content-type");
    form.reads_whole(content_type, length) || form.reads_upload(content_type, length)
}

/// What the table says about a request.
#[derive(Default)]
struct Routed {
    /// The route that the engine can serve by itself.
    matched: Option<Matched>,
    /// The route, whoever serves it, bounds its bodies.
    is_bounded: bool,
}

fn find_route(reactor: &Reactor, head: &Head<'_>) -> Routed {
    let table = Arc::clone(&reactor.table.borrow());
    let raw = head.raw_path();
    let path = if raw.contains(&b'%') {
        let Some(path) = percent::decode(raw) else {
            return Routed::default();
        };
        Some(path.into_owned().into_boxed_str())
    } else {
        None
    };
    let decoded = path.as_deref().map_or(raw, str::as_bytes);
    let mut ranges = reactor.ranges.take();
    match table.router.find(decoded, head.method(), 0, &mut ranges) {
        Found::Route(index) => Routed {
            is_bounded: table.is_bounded(index),
            matched: table
                .routes
                .get(index)
                .and_then(Clone::clone)
                .map(|plan| Matched { plan, ranges, path }),
        },
        Found::Opaque(_) | Found::MethodNotAllowed(_) | Found::NotFound => {
            reactor.ranges.replace(ranges);
            Routed::default()
        }
    }
}

/// Step 2b: the body of a planned call is complete.
fn collected(py: Python<'_>, reactor: &Rc<Reactor>, channel: &Rc<Channel>) -> PyResult<()> {
    let stage = std::mem::replace(&mut *channel.stage.borrow_mut(), Stage::Idle);
    match stage {
        Stage::Collecting(matched) => call(py, reactor, channel, matched, true),
        stage => {
            *channel.stage.borrow_mut() = stage;
            Ok(())
        }
    }
}

/// Step 3: decodes the arguments and makes the call; what does not decode is solved in Python.
fn call(
    py: Python<'_>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    matched: Matched,
    collected: bool,
) -> PyResult<()> {
    let plan = Arc::clone(&matched.plan);
    *channel.stage.borrow_mut() = Stage::Calling {
        plan: Arc::clone(&plan),
        collected,
        asgi: None,
        files: Vec::new(),
    };
    let decoded = decode_arguments(py, reactor, channel, &matched);
    if decoded.is_none() && refuse(py, reactor, channel, &matched) {
        reactor.ranges.replace(matched.ranges);
        return Ok(());
    }
    reactor.ranges.replace(matched.ranges);
    let Some(arguments) = decoded else {
        return match run_asgi(py, reactor, channel, plan.solve.bind(py), None)? {
            Next::Answered => Ok(()),
            Next::Run(coroutine, completion) => drive(py, reactor, channel, coroutine, completion),
        };
    };
    if let Stage::Calling { files, .. } = &mut *channel.stage.borrow_mut() {
        *files = arguments.files;
    }
    let completion = Completion::Plan(channel.exchange());
    let fail = |error| match finish(py, reactor, channel, completion, Err(error))? {
        Next::Answered => Ok(()),
        Next::Run(coroutine, completion) => drive(py, reactor, channel, coroutine, completion),
    };
    let arguments = match plan.judge(py, arguments.values) {
        Ok(arguments) => arguments,
        Err(error) => return fail(error),
    };
    if plan.kind == CallKind::Thread {
        let context = Context::copy_current(py)?.into_object(py);
        let mut job = Vec::with_capacity(arguments.len() + 2);
        job.push(context);
        job.push(plan.call.bind(py).clone());
        job.extend(arguments);
        let job = Job {
            call: PyTuple::new(py, job)?.unbind(),
            completion,
            queued: reactor.now(),
        };
        reactor.threads.borrow_mut().submit(job);
        return Ok(());
    }
    match raw::call(plan.call.bind(py), &arguments) {
        Ok(coroutine) => drive(py, reactor, channel, coroutine, completion),
        Err(error) => fail(error),
    }
}

fn decode_arguments<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    matched: &Matched,
) -> Option<decode::Arguments<'py>> {
    let http = channel.http.borrow();
    let parts = EngineParts::of(reactor, channel, &http, matched);
    decode::arguments(py, &parts, &matched.plan, &matched.ranges)
}

/// Answers 422 where the values that came are all it takes to tell; else the solver goes on.
fn refuse(py: Python<'_>, reactor: &Rc<Reactor>, channel: &Rc<Channel>, matched: &Matched) -> bool {
    let Some(refuse) = &matched.plan.refuse else {
        return false;
    };
    let values = {
        let http = channel.http.borrow();
        let parts = EngineParts::of(reactor, channel, &http, matched);
        decode::raw_values(py, &parts, &matched.plan, &matched.ranges)
    };
    // Whatever it raises, the solver raises too, where the exception handlers see it.
    let refused = values.and_then(|values| refuse.bind(py).call1((values,)).ok());
    let Some(body) = refused.and_then(|body| body.cast_into::<PyBytes>().ok()) else {
        return false;
    };
    respond(
        reactor,
        channel,
        &matched.plan,
        UNPROCESSABLE,
        body.as_bytes(),
    )
}

/// A request of the engine, as the decoder reads it.
struct EngineParts<'a> {
    reactor: &'a Reactor,
    channel: &'a Rc<Channel>,
    head: Head<'a>,
    path: &'a [u8],
    body: Option<&'a [u8]>,
}

impl<'a> EngineParts<'a> {
    fn of(
        reactor: &'a Reactor,
        channel: &'a Rc<Channel>,
        http: &'a Connection,
        matched: &'a Matched,
    ) -> Self {
        let head = http.head();
        let path = matched
            .path
            .as_deref()
            .map_or_else(|| head.raw_path(), str::as_bytes);
        Self {
            reactor,
            channel,
            path,
            body: matched.plan.reads_body.then(|| http.body()),
            head,
        }
    }
}

impl RequestParts for EngineParts<'_> {
    fn path(&self) -> &[u8] {
        self.path
    }

    fn query(&self) -> &[u8] {
        self.head.query()
    }

    fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.head.headers()
    }

    fn body(&self) -> Option<&[u8]> {
        self.body
    }

    fn asgi<'py>(&self, py: Python<'py>) -> Option<[Bound<'py, PyAny>; 3]> {
        if let Stage::Calling {
            asgi, collected, ..
        } = &mut *self.channel.stage.borrow_mut()
        {
            *asgi = Some(Box::new(AsgiExchange::running(*collected)));
        }
        let (scope, receive, send) = self.reactor.asgi_arguments(py, self.channel).ok()?;
        Some([scope, receive, send])
    }
}

/// Calls the ASGI application once the request is there to be served.
fn start_asgi(py: Python<'_>, reactor: &Rc<Reactor>, channel: &Rc<Channel>) -> PyResult<()> {
    match &mut *channel.stage.borrow_mut() {
        Stage::Asgi(asgi) if !asgi.started => asgi.started = true,
        _ => return Ok(()),
    }
    match call_asgi(py, reactor, channel, reactor.hooks.app.bind(py), None)? {
        Next::Answered => Ok(()),
        Next::Run(coroutine, completion) => drive(py, reactor, channel, coroutine, completion),
    }
}
