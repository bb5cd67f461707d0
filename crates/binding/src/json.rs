//! JSON of plain Python values, byte for byte as `json.dumps` writes it for FastAPI's answers
//! (`ensure_ascii=False, allow_nan=False, separators=(",", ":")`, after `jsonable_encoder`).

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

/// Nesting beyond this is left to the Python encoder, which has its own guard.
const DEPTH: usize = 64;

/// Appends the JSON text of `value`.
///
/// Only exact `dict list str int float bool None` are written; returns false, with `out` in an
/// unspecified state, for anything that the Python encoder must decide: other types, keys that are
/// not text, keys that `jsonable_encoder` drops (`_sa...`), NaN, surrogates, deep nesting.
pub(crate) fn write(out: &mut Vec<u8>, value: &Bound<'_, PyAny>) -> bool {
    write_value(out, value, DEPTH)
}

fn write_value(out: &mut Vec<u8>, value: &Bound<'_, PyAny>, depth: usize) -> bool {
    if let Ok(text) = value.cast_exact::<PyString>() {
        write_text(out, text)
    } else if let Ok(items) = value.cast_exact::<PyDict>() {
        depth > 0 && write_object(out, items, depth - 1)
    } else if let Ok(number) = value.cast_exact::<PyInt>() {
        write_integer(out, number)
    } else if value.is_none() {
        out.extend_from_slice(b"null");
        true
    } else if let Ok(flag) = value.cast_exact::<PyBool>() {
        out.extend_from_slice(if flag.is_true() { b"true" } else { b"false" });
        true
    } else if let Ok(items) = value.cast_exact::<PyList>() {
        depth > 0 && write_array(out, items, depth - 1)
    } else if let Ok(number) = value.cast_exact::<PyFloat>() {
        write_float(out, number)
    } else {
        false
    }
}

fn write_object(out: &mut Vec<u8>, items: &Bound<'_, PyDict>, depth: usize) -> bool {
    out.push(b'{');
    let mut separator = false;
    for (key, value) in items {
        let Ok(key) = key.cast_exact::<PyString>() else {
            return false;
        };
        // jsonable_encoder leaves out SQLAlchemy's private keys.
        if key.to_str().is_ok_and(|text| text.starts_with("_sa")) {
            return false;
        }
        if separator {
            out.push(b',');
        }
        separator = true;
        if !write_text(out, key) {
            return false;
        }
        out.push(b':');
        if !write_value(out, &value, depth) {
            return false;
        }
    }
    out.push(b'}');
    true
}

fn write_array(out: &mut Vec<u8>, items: &Bound<'_, PyList>, depth: usize) -> bool {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if !write_value(out, &item, depth) {
            return false;
        }
    }
    out.push(b']');
    true
}

fn write_integer(out: &mut Vec<u8>, number: &Bound<'_, PyInt>) -> bool {
    let Ok(number) = number.extract::<i64>() else {
        return false;
    };
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    true
}

/// Python's own `repr`, which is what `json.dumps` writes; Rust's shortest form differs from 1e16 on.
fn write_float(out: &mut Vec<u8>, number: &Bound<'_, PyFloat>) -> bool {
    if !number.value().is_finite() {
        return false;
    }
    let Ok(text) = number.repr() else {
        return false;
    };
    let Ok(text) = text.to_str() else {
        return false;
    };
    out.extend_from_slice(text.as_bytes());
    true
}

fn write_text(out: &mut Vec<u8>, text: &Bound<'_, PyString>) -> bool {
    // A lone surrogate has no UTF-8 form: the Python encoder raises the right error.
    let Ok(text) = text.to_str() else {
        return false;
    };
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(bytes.get(copied..index).unwrap_or_default());
        write_escape(out, byte);
        copied = index + 1;
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out.push(b'"');
    true
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0c => out.extend_from_slice(b"\\f"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}
