//! A planned call's arguments from the request, where they decode cleanly.

use crate::channel::Channel;
use crate::exchange::Matched;
use crate::plan::{Argument, Form, Plan, Source};
use crate::reactor::Reactor;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyList, PyString};
use sixlane_engine::http1::Head;
use sixlane_engine::params::{Lookup, coerce, cookie, header, query};
use std::borrow::Cow;
use std::rc::Rc;

/// Decodes all arguments; None where anything is missing, invalid or unusual: the solver decides.
pub(crate) fn arguments<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    matched: &Matched,
) -> Option<Vec<Bound<'py, PyAny>>> {
    let plan: &Plan = &matched.plan;
    let mut values = Vec::with_capacity(plan.arguments.len());
    for argument in &plan.arguments {
        values.push(match argument.source {
            Source::Request => request(py, reactor, channel, argument)?,
            Source::Body => body(py, channel, argument)?,
            _ => {
                let http = channel.http.borrow();
                parameter(py, &http.head(), matched, argument)?
            }
        });
    }
    Some(values)
}

fn parameter<'py>(
    py: Python<'py>,
    head: &Head<'_>,
    matched: &Matched,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    if argument.form == Form::List {
        return list(py, head, argument);
    }
    let found = match argument.source {
        Source::Path => Lookup::Text(Cow::Borrowed(path_parameter(
            head,
            matched,
            argument.position,
        )?)),
        Source::Query => query::last(head.query(), &argument.name),
        Source::Header => match head.header(argument.name.as_bytes()) {
            Some(value) => Lookup::Text(header::latin1(value)),
            None => Lookup::Missing,
        },
        Source::Cookie => {
            let cookies = head
                .headers()
                .filter(|(name, _)| *name == b"cookie")
                .map(|(_, value)| value);
            cookie::get_from(cookies, &argument.name)
        }
        Source::Body | Source::Request => Lookup::AskPython,
    };
    match found {
        Lookup::Text(text) => value(py, &text, argument),
        Lookup::Missing => default(py, argument),
        Lookup::AskPython => None,
    }
}

fn path_parameter<'a>(head: &Head<'a>, matched: &'a Matched, position: usize) -> Option<&'a str> {
    let (start, end) = *matched.ranges.as_slice().get(position)?;
    let path = match &matched.path {
        Some(path) => path.as_bytes(),
        None => head.raw_path(),
    };
    std::str::from_utf8(path.get(start..end)?).ok()
}

fn default<'py>(py: Python<'py>, argument: &Argument) -> Option<Bound<'py, PyAny>> {
    argument
        .default
        .as_ref()
        .map(|value| value.bind(py).clone())
}

fn value<'py>(py: Python<'py>, text: &str, argument: &Argument) -> Option<Bound<'py, PyAny>> {
    let native = match argument.form {
        Form::Text => Some(PyString::new(py, text).into_any()),
        Form::Integer => coerce::int(text).map(|number| PyInt::new(py, number).into_any()),
        Form::Float => coerce::float(text).map(|number| PyFloat::new(py, number).into_any()),
        Form::Boolean => {
            coerce::boolean(text).map(|flag| PyBool::new(py, flag).to_owned().into_any())
        }
        Form::Validated | Form::List => None,
    };
    match native {
        Some(value) => Some(value),
        None => validated(py, &PyString::new(py, text).into_any(), argument),
    }
}

/// What the argument's validator makes of it; an exception means that the solver is to report it.
fn validated<'py>(
    py: Python<'py>,
    value: &Bound<'py, PyAny>,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    argument.validate.as_ref()?.bind(py).call1((value,)).ok()
}

fn list<'py>(py: Python<'py>, head: &Head<'_>, argument: &Argument) -> Option<Bound<'py, PyAny>> {
    let values = PyList::empty(py);
    match argument.source {
        Source::Query => {
            for text in query::all(head.query(), &argument.name) {
                values.append(PyString::new(py, &text?)).ok()?;
            }
        }
        Source::Header => {
            for text in header::all(head.headers(), &argument.name) {
                values.append(PyString::new(py, &text)).ok()?;
            }
        }
        _ => return None,
    }
    if values.is_empty() {
        return default(py, argument);
    }
    validated(py, &values.into_any(), argument)
}

/// The body's value; only JSON that is declared as such takes the native way.
fn body<'py>(py: Python<'py>, channel: &Channel, argument: &Argument) -> Option<Bound<'py, PyAny>> {
    let bytes = {
        let http = channel.http.borrow();
        let content_type = http.head().header(b"content-type")?;
        if http.body().is_empty() || !is_json(content_type) {
            return None;
        }
        PyBytes::new(py, http.body())
    };
    validated(py, &bytes.into_any(), argument)
}

fn is_json(content_type: &[u8]) -> bool {
    const JSON: &[u8] = b"application/json";
    match content_type.split_at_checked(JSON.len()) {
        Some((kind, rest)) => {
            kind.eq_ignore_ascii_case(JSON) && (rest.is_empty() || rest.starts_with(b";"))
        }
        None => false,
    }
}

fn request<'py>(
    py: Python<'py>,
    reactor: &Rc<Reactor>,
    channel: &Rc<Channel>,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    let (scope, receive, send) = reactor.asgi_arguments(py, channel).ok()?;
    argument
        .validate
        .as_ref()?
        .bind(py)
        .call1((scope, receive, send))
        .ok()
}
