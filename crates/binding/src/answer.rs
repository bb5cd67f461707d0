//! The way back: what a handler or an application came to, onto the wire.

use crate::asgi::{self, AsgiExchange};
use crate::channel::Channel;
use crate::dispatch::log_cut;
use crate::exchange::{Completion, Next, Stage};
use crate::json;
use crate::plan::{CallKind, Plan};
use crate::raw::{self, Context};
use crate::reactor::Reactor;
use crate::upload;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyType};
use std::rc::Rc;
use std::sync::Arc;

/// Runs a coroutine, and those that follow from its result, until one suspends or all is answered.
/// All run in one context, so that an exception handler sees what the handler has set.
pub(crate) fn drive<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    mut coroutine: Bound<'py, PyAny>,
    mut completion: Completion,
) -> PyResult<()> {
    let mut context = Context::copy_current(py)?;
    loop {
        let checked = match (&*channel.stage.borrow(), completion) {
            (Stage::Calling { plan, .. }, Completion::Plan(_)) => plan.kind != CallKind::Direct,
            _ => true,
        };
        let start = || {
            reactor
                .tasks
                .start(&coroutine, completion, checked, context)
        };
        let started = reactor.clock.outside_turn(start)?;
        let Some((outcome, same)) = started else {
            return Ok(());
        };
        context = same;
        match finish(py, reactor, channel, completion, outcome)? {
            Next::Answered => return Ok(()),
            Next::Run(next, with) => (coroutine, completion) = (next, with),
        }
    }
}

/// Step 4: uses what the handler, or an ASGI application, came to.
pub(crate) fn finish<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    completion: Completion,
    outcome: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Next<'py>> {
    if matches!(completion, Completion::Asgi(_)) {
        return finish_asgi(py, reactor, channel, outcome);
    }
    let plan = match &*channel.stage.borrow() {
        Stage::Calling { plan, .. } => Arc::clone(plan),
        _ => return Ok(Next::Answered),
    };
    match outcome {
        Ok(value) => reply(py, reactor, channel, &plan, value),
        Err(error) => fail(py, reactor, channel, &plan, error),
    }
}

/// Has the exception handlers answer for a planned call whose client has left.
pub(crate) fn fail_departed<'py>(
    py: Python<'py>,
    reactor: &Reactor,
    channel: &Rc<Channel>,
    error: PyErr,
) -> PyResult<Next<'py>> {
    let exchange = channel.exchange();
    let plan = match &*channel.stage.borrow() {
        Stage::Calling { plan, .. } => Arc::clone(plan),
        _ => return Ok(Next::Answered),
    };
    let error = error.into_value(py).into_bound(py).into_any();
    hand_files_over(py, reactor, channel)?;
    let (scope, receive, send) = reactor.asgi_arguments(py, channel)?;
    let coroutine = raw::call(plan.fail.bind(py), &[error, scope, receive, send])?;
    Ok(Next::Run(coroutine, Completion::Asgi(exchange)))
}

/// Step 5: encodes the value and answers; what the native encoder declines is rendered in Python.
fn reply<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    plan: &Plan,
    value: Bound<'py, PyAny>,
) -> PyResult<Next<'py>> {
    // Taken out, not borrowed: an encoder runs the user's code.
    let mut body = reactor.reply.take();
    body.clear();
    let scope = || asgi::scope_of(py, &reactor.scopes, channel);
    let encoded = encode(py, plan, &value, scope, &mut body);
    let mut changed_body = None;
    if matches!(encoded, Ok(Encoded::Written))
        && !respond(reactor, channel, plan, plan.reply.status, &body)
    {
        changed_body = Some(PyBytes::new(py, &body).into_any());
    }
    reactor.reply.replace(body);
    match encoded? {
        Encoded::Written => {
            close_files(py, channel)?;
            match (&plan.reply.send, changed_body) {
                (Some(send), Some(body)) => {
                    run_asgi(py, reactor, channel, send.bind(py), Some(body))
                }
                _ => Ok(Next::Answered),
            }
        }
        Encoded::Declined => {
            let render = plan.reply.render.bind(py);
            run_asgi(py, reactor, channel, render, Some(value))
        }
        Encoded::Refused(error) => fail(py, reactor, channel, plan, error),
    }
}

/// Closes the files that a planned call was given.
pub(crate) fn close_files(py: Python<'_>, channel: &Channel) -> PyResult<()> {
    for file in take_files(channel) {
        upload::close(file.bind(py))?;
    }
    Ok(())
}

/// Leaves the files that a planned call was given to the coroutine that answers for it.
fn hand_files_over(py: Python<'_>, reactor: &Reactor, channel: &Channel) -> PyResult<()> {
    let files = take_files(channel);
    if files.is_empty() {
        return Ok(());
    }
    asgi::scope_of(py, &reactor.scopes, channel)?.set_item(intern!(py, "sixlane.files"), files)
}

fn take_files(channel: &Channel) -> Vec<Py<PyAny>> {
    match &mut *channel.stage.borrow_mut() {
        Stage::Calling { files, .. } => std::mem::take(files),
        _ => Vec::new(),
    }
}

/// Answers with JSON, with what middleware adds; false where that changes the body, in Python.
pub(crate) fn respond(
    reactor: &Reactor,
    channel: &Channel,
    plan: &Plan,
    status: u16,
    body: &[u8],
) -> bool {
    let mut http = channel.http.borrow_mut();
    let Some(middleware) = &plan.middleware else {
        channel.status.set(status);
        http.respond(status, &plan.reply.headers, body, reactor.now());
        return true;
    };
    let mut headers = reactor.reply_headers.take();
    headers.clear();
    headers.extend_from_slice(&plan.reply.headers);
    let unchanged = middleware.add_headers(&http.head(), status, body.len(), &mut headers);
    if unchanged {
        channel.status.set(status);
        http.respond(status, &headers, body, reactor.now());
    }
    reactor.reply_headers.replace(headers);
    unchanged
}

/// Has the exception handlers answer for an error of the call, or of its value.
fn fail<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    plan: &Plan,
    error: PyErr,
) -> PyResult<Next<'py>> {
    let error = error.into_value(py).into_bound(py).into_any();
    run_asgi(py, reactor, channel, plan.fail.bind(py), Some(error))
}

/// What encoding a value came to.
pub(crate) enum Encoded {
    /// The body is there.
    Written,
    /// The renderer is to make the answer; the value is as it was.
    Declined,
    /// This error is the answer. The value may be used up: an iterator is read only once.
    Refused(PyErr),
}

pub(crate) fn encode<'py>(
    py: Python<'py>,
    plan: &Plan,
    value: &Bound<'py, PyAny>,
    scope: impl FnOnce() -> PyResult<Bound<'py, PyDict>>,
    body: &mut Vec<u8>,
) -> PyResult<Encoded> {
    let Some(encode) = &plan.reply.encode else {
        let written = json::write(body, value, json::Style::Answer);
        return Ok(if written {
            Encoded::Written
        } else {
            Encoded::Declined
        });
    };
    let validated = match &plan.reply.validate {
        None => value.clone(),
        // It may have all that the model asks of an object, and is the answer by itself.
        Some(_) if is_response(value)? => return Ok(Encoded::Declined),
        Some(validate) => match validate.bind(py).call1((value,)) {
            Ok(validated) => validated,
            Err(error) => return refuse(py, plan, error, value, scope()?, body),
        },
    };
    let encoded = match encode.bind(py).call1((&validated,)) {
        Ok(encoded) => encoded,
        Err(_) if plan.reply.validate.is_none() => return Ok(Encoded::Declined),
        Err(error) => return refuse(py, plan, error, &validated, scope()?, body),
    };
    match encoded.cast::<PyBytes>() {
        Ok(bytes) => {
            body.extend_from_slice(bytes.as_bytes());
            Ok(Encoded::Written)
        }
        Err(_) => Ok(Encoded::Declined),
    }
}

fn is_response(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static RESPONSE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let response = RESPONSE.import(value.py(), "starlette.responses", "Response")?;
    value.is_instance(response)
}

/// Asks what becomes of a value that the response model does not take, or of a validated one that
/// its encoder cannot write: a body after all, the renderer, or an error.
fn refuse<'py>(
    py: Python<'py>,
    plan: &Plan,
    error: PyErr,
    value: &Bound<'py, PyAny>,
    scope: Bound<'py, PyDict>,
    body: &mut Vec<u8>,
) -> PyResult<Encoded> {
    let error = error.into_value(py);
    let refusal = plan.reply.refuse.bind(py).call1((error, value, scope))?;
    if let Ok(bytes) = refusal.cast::<PyBytes>() {
        body.extend_from_slice(bytes.as_bytes());
        return Ok(Encoded::Written);
    }
    Ok(if refusal.is_none() {
        Encoded::Declined
    } else {
        Encoded::Refused(PyErr::from_value(refusal))
    })
}

/// Has one of a plan's ASGI-shaped coroutines serve the exchange of a planned call.
pub(crate) fn run_asgi<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    application: &Bound<'py, PyAny>,
    first: Option<Bound<'py, PyAny>>,
) -> PyResult<Next<'py>> {
    let collected = matches!(
        &*channel.stage.borrow(),
        Stage::Calling {
            collected: true,
            ..
        }
    );
    hand_files_over(py, reactor, channel)?;
    let exchange = AsgiExchange::running(collected);
    *channel.stage.borrow_mut() = Stage::Asgi(Box::new(exchange));
    call_asgi(py, reactor, channel, application, first)
}

pub(crate) fn call_asgi<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    application: &Bound<'py, PyAny>,
    first: Option<Bound<'py, PyAny>>,
) -> PyResult<Next<'py>> {
    let (scope, receive, send) = reactor.asgi_arguments(py, channel)?;
    let coroutine = match first {
        Some(first) => raw::call(application, &[first, scope, receive, send]),
        None => raw::call(application, &[scope, receive, send]),
    };
    match coroutine {
        Ok(coroutine) => Ok(Next::Run(coroutine, Completion::Asgi(channel.exchange()))),
        Err(error) => finish_asgi(py, reactor, channel, Err(error)),
    }
}

/// Makes sure that the exchange gets an answer, whatever the application did.
fn finish_asgi<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    outcome: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Next<'py>> {
    if channel.hosts_websocket() {
        asgi::finish_websocket(py, reactor, channel, outcome)?;
        return Ok(Next::Answered);
    }
    let started = channel.http.borrow().response_started();
    let finished = channel.http.borrow().response_finished();
    // `receive` has told the application that its client is leaving: it may stop there.
    let may_stop = channel.http.borrow().peer_ended();
    let failed = outcome.is_err();
    match outcome {
        Err(error) => reactor
            .hooks
            .log_error(py, "Exception in ASGI application", error),
        Ok(_) if !finished && !may_stop => {
            let error = PyRuntimeError::new_err(
                "the ASGI application returned without finishing its response",
            );
            reactor.hooks.log_error(py, "Incomplete answer", error);
        }
        Ok(_) => {}
    }
    let nobody_reads = may_stop && !failed;
    // A head that waits for the body is the answer, as with servers that send it at once; one that
    // cannot be sent leaves room for another.
    let started = started || {
        if !nobody_reads {
            let _ = asgi::send_head(py, reactor, channel);
        }
        channel.http.borrow().response_started()
    };
    if !started && nobody_reads {
        // Nobody would read the answer, and the access log is to count no error.
        channel.http.borrow_mut().abort(reactor.now());
    } else if !started {
        channel.status.set(500);
        let headers = b"content-type: text/plain; charset=utf-8\r\n";
        channel
            .http
            .borrow_mut()
            .respond(500, headers, b"Internal Server Error", reactor.now());
    } else if !finished {
        log_cut(py, reactor, channel);
        // What was sent before goes out, also where the end is a reset.
        let _ = channel.write(&reactor.clock);
        channel.http.borrow_mut().abort(reactor.now());
    }
    Ok(Next::Answered)
}
