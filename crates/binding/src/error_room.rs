//! How much room the errors of a value could take that does not fit its type.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

/// What an error takes beside the way to it, in bytes. Pydantic's own structure is of about this size.
const ERROR_BYTES: usize = 256;
/// What an index or a name on the way to an error takes, beside the characters of the name.
const STEP_BYTES: usize = 48;

/// Whether errors could take more than so many bytes: `per_item` for each item of a list, and for each object or list in
/// an object, `per_entry` for any other entry of one, each with the way to it. Ends as soon as that is known.
#[pyfunction]
pub(crate) fn may_make_errors(
    value: &Bound<'_, PyAny>,
    per_item: usize,
    per_entry: usize,
    most_bytes: usize,
) -> bool {
    let mut bytes = 0_usize;
    // With the room that the way to each takes.
    let mut open = vec![(value.clone(), 0_usize)];
    while let Some((value, way)) = open.pop() {
        let mut add = |errors: usize, way: usize| {
            bytes = bytes.saturating_add(errors.saturating_mul(ERROR_BYTES.saturating_add(way)));
        };
        if let Ok(items) = value.cast_exact::<PyList>() {
            let way = way.saturating_add(STEP_BYTES);
            for item in items {
                add(per_item, way);
                if is_open(&item) {
                    open.push((item, way));
                }
            }
        } else if let Ok(entries) = value.cast_exact::<PyDict>() {
            for (name, item) in entries {
                let way = way.saturating_add(STEP_BYTES).saturating_add(length(&name));
                if is_open(&item) {
                    add(per_item, way);
                    open.push((item, way));
                } else {
                    add(per_entry, way);
                }
            }
        }
        if bytes > most_bytes {
            return true;
        }
    }
    false
}

fn is_open(value: &Bound<'_, PyAny>) -> bool {
    value.is_exact_instance_of::<PyList>() || value.is_exact_instance_of::<PyDict>()
}

/// A name's length in characters; other keys, which JSON does not have, take no room of note.
fn length(name: &Bound<'_, PyAny>) -> usize {
    name.cast::<PyString>()
        .map_or(0, |name| name.len().unwrap_or_default())
}
