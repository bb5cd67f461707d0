//! Arguments out of a urlencoded form, which a planned call takes whole.
//!
//! Only what certainly gives the values that the solver would find is decoded here: everything else is parsed as it
//! comes, by the solver.

use crate::decode::RequestParts;
use crate::plan::{Argument, Form, FormBounds, Member};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use sixlane_engine::params::{Lookup, query};

const URLENCODED: &[u8] = b"application/x-www-form-urlencoded";

impl FormBounds {
    /// Whether a form of this type and length is read whole, rather than parsed as it comes.
    pub(crate) fn reads_whole(&self, content_type: Option<&[u8]>, length: Option<u64>) -> bool {
        let is_urlencoded = content_type
            .and_then(|text| text.strip_prefix(URLENCODED))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b";"));
        is_urlencoded && length.is_some_and(|length| length <= self.whole_bytes)
    }

    /// Whether the form has no more fields than the limit of its parser.
    pub(crate) fn admits(&self, form: &[u8]) -> bool {
        query::pairs(form).count() <= self.fields
    }
}

/// The only value that a scalar may get: the last one of its name, unless it is empty.
pub(crate) fn last<'f>(form: &'f [u8], name: &str) -> Lookup<'f> {
    match query::last(form, name) {
        Lookup::Text(text) if text.is_empty() => Lookup::Missing,
        found => found,
    }
}

/// What a form model is validated from: its fields, and what else came, a repeated name as a list.
pub(crate) fn group<'py>(
    py: Python<'py>,
    parts: &impl RequestParts,
    argument: &Argument,
) -> Option<Bound<'py, PyDict>> {
    let form = parts.body()?;
    let values = PyDict::new(py);
    for member in &argument.members {
        if let Some(value) = member_value(py, form, member)? {
            values.set_item(&member.alias, value).ok()?;
        }
    }
    let others = PyDict::new(py);
    for pair in query::pairs(form) {
        let name = pair.name()?;
        if argument.members.iter().any(|member| *member.name == *name) {
            continue;
        }
        add(
            &others,
            &name,
            &PyString::new(py, &pair.value()?).into_any(),
        )
        .ok()?;
    }
    values.update(others.as_mapping()).ok()?;
    Some(values)
}

/// A field of a model, where the form has it; None outside where only the solver can tell.
fn member_value<'py>(
    py: Python<'py>,
    form: &[u8],
    member: &Member,
) -> Option<Option<Bound<'py, PyAny>>> {
    if member.form == Form::List {
        let all = PyList::empty(py);
        for text in query::all(form, &member.name) {
            all.append(PyString::new(py, &text?)).ok()?;
        }
        return Some((!all.is_empty()).then(|| all.into_any()));
    }
    match last(form, &member.name) {
        Lookup::Text(text) => Some(Some(PyString::new(py, &text).into_any())),
        Lookup::Missing => Some(None),
        Lookup::AskPython => None,
    }
}

/// Adds a value to those of a name.
fn add(values: &Bound<'_, PyDict>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    match values.get_item(name)? {
        None => values.set_item(name, value),
        Some(before) => match before.cast::<PyList>() {
            Ok(list) => list.append(value),
            Err(_) => values.set_item(name, PyList::new(values.py(), [&before, value])?),
        },
    }
}
