//! A planned call's arguments from the request, where they decode cleanly.

use crate::form;
use crate::plan::{Argument, Form, Plan, Source};
use crate::upload::Upload;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyList, PyString};
use sixlane_engine::multipart;
use sixlane_engine::params::{Lookup, coerce, cookie, header, number, query};
use sixlane_engine::router::ParamRanges;
use std::borrow::Cow;

/// Beyond this many bytes a body's mistakes could make more errors than there is room for.
const LARGE_BODY_BYTES: usize = 16 * 1024;

/// What arguments are read from, whichever entrance the request came by.
pub(crate) trait RequestParts {
    /// The percent-decoded path, which the route's ranges refer to.
    fn path(&self) -> &[u8];
    /// The query without its question mark.
    fn query(&self) -> &[u8];
    /// Names in lower case, and values.
    fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])>;
    /// The whole body; None where it was not collected.
    fn body(&self) -> Option<&[u8]>;
    /// The ASGI arguments that a `Request` is made of.
    fn asgi<'py>(&self, py: Python<'py>) -> Option<[Bound<'py, PyAny>; 3]>;
}

/// What a planned call is given.
pub(crate) struct Arguments<'py> {
    pub(crate) values: Vec<Bound<'py, PyAny>>,
    /// The files among them, to be closed when the request is over.
    pub(crate) files: Vec<Py<PyAny>>,
}

/// Decodes all arguments; None where anything is missing, invalid or unusual: the solver decides.
pub(crate) fn arguments<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    plan: &Plan,
    ranges: &ParamRanges,
) -> Option<Arguments<'py>> {
    if plan.overrides.apply(py) {
        return None;
    }
    let upload = match &plan.form {
        Some(form) => match named(parts, b"content-type")
            .next()
            .and_then(multipart::plain_boundary)
        {
            Some(boundary) => Some(Upload::read(py, parts.body()?, boundary, form)?),
            None if form.admits(parts.body()?) => None,
            None => return None,
        },
        None => None,
    };
    let mut values = Vec::with_capacity(plan.arguments.len());
    for argument in &plan.arguments {
        values.push(match (argument.source, &upload) {
            (Source::Form, Some(upload)) => upload.argument(py, argument)?,
            (Source::Request, _) => request(py, parts, argument)?,
            (Source::Body, _) => body(py, parts, argument)?,
            _ if argument.form == Form::List => list(py, parts, argument)?,
            _ if argument.form == Form::Model => {
                let group = form::group(py, parts, argument)?;
                validated(py, &group.into_any(), argument)?
            }
            _ => parameter(py, parts, ranges, argument)?,
        });
    }
    let files = upload.map_or_else(Vec::new, |mut upload| upload.take_files());
    Some(Arguments { values, files })
}

/// The values as they came, for the plan's `refuse`: texts, lists of them, the bytes of JSON; Python's `None` where
/// the request has none. None where anything is unusual: the solver decides.
pub(crate) fn raw_values<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    plan: &Plan,
    ranges: &ParamRanges,
) -> Option<Bound<'py, PyList>> {
    let values = PyList::empty(py);
    for argument in &plan.arguments {
        let value = match argument.source {
            Source::Request => None,
            Source::Body => Some(PyBytes::new(py, json_body(parts)?).into_any()),
            _ if argument.form == Form::List => {
                let all = texts(py, parts, argument)?;
                (!all.is_empty()).then(|| all.into_any())
            }
            _ => match lookup(parts, ranges, argument)? {
                Lookup::Text(text) => Some(PyString::new(py, &text).into_any()),
                Lookup::Missing => None,
                Lookup::AskPython => return None,
            },
        };
        values.append(value).ok()?;
    }
    Some(values)
}

fn parameter<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    ranges: &ParamRanges,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    match lookup(parts, ranges, argument)? {
        Lookup::Text(text) => value(py, &text, argument),
        Lookup::Missing => default(py, argument),
        Lookup::AskPython => None,
    }
}

fn lookup<'p>(
    parts: &'p impl RequestParts,
    ranges: &ParamRanges,
    argument: &Argument,
) -> Option<Lookup<'p>> {
    let name = &*argument.name;
    Some(match argument.source {
        Source::Path => {
            let (start, end) = *ranges.as_slice().get(argument.position)?;
            let text = std::str::from_utf8(parts.path().get(start..end)?).ok()?;
            Lookup::Text(Cow::Borrowed(text))
        }
        Source::Query => query::last(parts.query(), name),
        Source::Header => {
            header::first(parts.headers(), name).map_or(Lookup::Missing, Lookup::Text)
        }
        Source::Cookie => cookie::get_from(named(parts, b"cookie"), name),
        Source::Form => form::last(parts.body()?, name),
        Source::Body | Source::Request => Lookup::AskPython,
    })
}

/// The values of all headers of that name.
fn named<'p>(parts: &'p impl RequestParts, name: &'static [u8]) -> impl Iterator<Item = &'p [u8]> {
    parts
        .headers()
        .filter(move |(other, _)| *other == name)
        .map(|(_, value)| value)
}

/// The argument's value where the request has none.
pub(crate) fn default<'py>(py: Python<'py>, argument: &Argument) -> Option<Bound<'py, PyAny>> {
    argument
        .default
        .as_ref()
        .map(|value| value.bind(py).clone())
}

/// The value of a text, natively or by the argument's validator.
pub(crate) fn value<'py>(
    py: Python<'py>,
    text: &str,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    let native = match argument.form {
        Form::Text => Some(PyString::new(py, text).into_any()),
        Form::Integer => coerce::int(text).map(|number| PyInt::new(py, number).into_any()),
        Form::Float => coerce::float(text).map(|number| PyFloat::new(py, number).into_any()),
        Form::Boolean => {
            coerce::boolean(text).map(|flag| PyBool::new(py, flag).to_owned().into_any())
        }
        Form::Validated | Form::List | Form::Model => None,
    };
    match native {
        Some(value) => Some(value),
        None => validated(py, &PyString::new(py, text).into_any(), argument),
    }
}

/// What the argument's validator makes of it; an exception means that the solver is to report it.
pub(crate) fn validated<'py>(
    py: Python<'py>,
    value: &Bound<'py, PyAny>,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    argument.validate.as_ref()?.bind(py).call1((value,)).ok()
}

fn list<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    let values = texts(py, parts, argument)?;
    if values.is_empty() {
        return default(py, argument);
    }
    validated(py, &values.into_any(), argument)
}

/// All values of a name.
fn texts<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    argument: &Argument,
) -> Option<Bound<'py, PyList>> {
    let values = PyList::empty(py);
    match argument.source {
        Source::Query => {
            for text in query::all(parts.query(), &argument.name) {
                values.append(PyString::new(py, &text?)).ok()?;
            }
        }
        Source::Form => {
            for text in query::all(parts.body()?, &argument.name) {
                values.append(PyString::new(py, &text?)).ok()?;
            }
        }
        Source::Header => {
            for text in header::all(parts.headers(), &argument.name) {
                values.append(PyString::new(py, &text)).ok()?;
            }
        }
        _ => return None,
    }
    Some(values)
}

fn body<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    let text = json_body(parts)?;
    if number::may_overflow(text) {
        return None;
    }
    let bytes = PyBytes::new(py, text).into_any();
    match &argument.validate_large {
        Some(validate) if text.len() > LARGE_BODY_BYTES => validate.bind(py).call1((bytes,)).ok(),
        _ => validated(py, &bytes, argument),
    }
}

/// The body's bytes; only JSON that is declared as such takes the native way.
fn json_body(parts: &impl RequestParts) -> Option<&[u8]> {
    let content_type = named(parts, b"content-type").next()?;
    let bytes = parts.body()?;
    (!bytes.is_empty() && is_json(content_type)).then_some(bytes)
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
    parts: &impl RequestParts,
    argument: &Argument,
) -> Option<Bound<'py, PyAny>> {
    let [scope, receive, send] = parts.asgi(py)?;
    argument
        .validate
        .as_ref()?
        .bind(py)
        .call1((scope, receive, send))
        .ok()
}
