//! How much room the errors of a value could take that does not fit its type.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

/// What an error takes beside the names on the way to it, in bytes. Pydantic's own structure is of about this size.
const ERROR_BYTES: usize = 256;

/// Whether errors could take more than so many bytes: `per_item` for each item of a list, `per_entry` for each entry of
/// an object, each with the names on the way to it. Ends as soon as that is known.
#[pyfunction]
pub(crate) fn may_make_errors(
    value: &Bound<'_, PyAny>,
    per_item: usize,
    per_entry: usize,
    most_bytes: usize,
) -> bool {
    let mut bytes = 0_usize;
    // With the length of the names on the way to each.
    let mut open = vec![(value.clone(), 0_usize)];
    while let Some((value, way)) = open.pop() {
        if let Ok(items) = value.cast_exact::<PyList>() {
            for item in items {
                bytes = bytes.saturating_add(per_item.saturating_mul(ERROR_BYTES + way));
                push(&mut open, item, way);
            }
        } else if let Ok(entries) = value.cast_exact::<PyDict>() {
            for (name, item) in entries {
                let way = way.saturating_add(length(&name));
                bytes = bytes.saturating_add(per_entry.saturating_mul(ERROR_BYTES + way));
                push(&mut open, item, way);
            }
        }
        if bytes > most_bytes {
            return true;
        }
    }
    false
}

fn push<'py>(open: &mut Vec<(Bound<'py, PyAny>, usize)>, item: Bound<'py, PyAny>, way: usize) {
    if item.is_exact_instance_of::<PyList>() || item.is_exact_instance_of::<PyDict>() {
        open.push((item, way));
    }
}

/// A name's length in characters; other keys, which JSON does not have, take no room of note.
fn length(name: &Bound<'_, PyAny>) -> usize {
    name.cast::<PyString>()
        .map_or(0, |name| name.len().unwrap_or_default())
}
