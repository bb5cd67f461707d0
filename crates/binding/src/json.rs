//! JSON of plain Python values, byte for byte as `json.dumps` writes it after `jsonable_encoder`.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};

/// Nesting beyond this is left to the Python encoder, which has its own guard.
const DEPTH: usize = 64;

/// How `json.dumps` is called.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    /// As for FastAPI's answers: `ensure_ascii=False, allow_nan=False, separators=(",", ":")`.
    Answer,
    /// As for the values of its streams: `allow_nan=False`.
    StreamItem,
}

impl Style {
    const fn separators(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::Answer => (b",", b":"),
            Self::StreamItem => (b", ", b": "),
        }
    }
}

/// The JSON text of an untyped value that a handler returns; None for what the Python encoder must write.
#[pyfunction]
pub(crate) fn dump_answer<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyBytes>> {
    let mut out = Vec::with_capacity(512);
    write(&mut out, value, Style::Answer).then(|| PyBytes::new(value.py(), &out))
}

/// The JSON text of an untyped value that a handler yields; None for what the Python encoder must write.
#[pyfunction]
pub(crate) fn dump_stream_item<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyBytes>> {
    let mut out = Vec::with_capacity(128);
    write(&mut out, value, Style::StreamItem).then(|| PyBytes::new(value.py(), &out))
}

/// Appends the JSON text of `value`.
///
/// Only exact `dict list str int float bool None` are written; returns false, with `out` in an
/// unspecified state, for anything that the Python encoder must decide: other types, keys that are
/// not text, keys that `jsonable_encoder` drops (`_sa...`), NaN, surrogates, deep nesting.
pub(crate) fn write(out: &mut Vec<u8>, value: &Bound<'_, PyAny>, style: Style) -> bool {
    write_value(out, value, style, DEPTH)
}

fn write_value(out: &mut Vec<u8>, value: &Bound<'_, PyAny>, style: Style, depth: usize) -> bool {
    if let Ok(text) = value.cast_exact::<PyString>() {
        write_text(out, text, style)
    } else if let Ok(items) = value.cast_exact::<PyDict>() {
        depth > 0 && write_object(out, items, style, depth - 1)
    } else if let Ok(number) = value.cast_exact::<PyInt>() {
        write_integer(out, number)
    } else if value.is_none() {
        out.extend_from_slice(b"null");
        true
    } else if let Ok(flag) = value.cast_exact::<PyBool>() {
        out.extend_from_slice(if flag.is_true() { b"true" } else { b"false" });
        true
    } else if let Ok(items) = value.cast_exact::<PyList>() {
        depth > 0 && write_array(out, items, style, depth - 1)
    } else if let Ok(number) = value.cast_exact::<PyFloat>() {
        write_float(out, number)
    } else {
        false
    }
}

fn write_object(out: &mut Vec<u8>, items: &Bound<'_, PyDict>, style: Style, depth: usize) -> bool {
    let (item_separator, key_separator) = style.separators();
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
            out.extend_from_slice(item_separator);
        }
        separator = true;
        if !write_text(out, key, style) {
            return false;
        }
        out.extend_from_slice(key_separator);
        if !write_value(out, &value, style, depth) {
            return false;
        }
    }
    out.push(b'}');
    true
}

fn write_array(out: &mut Vec<u8>, items: &Bound<'_, PyList>, style: Style, depth: usize) -> bool {
    let (item_separator, _) = style.separators();
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(item_separator);
        }
        if !write_value(out, &item, style, depth) {
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

fn write_text(out: &mut Vec<u8>, text: &Bound<'_, PyString>, style: Style) -> bool {
    // A lone surrogate has no UTF-8 form: the Python encoder raises the right error.
    let Ok(text) = text.to_str() else {
        return false;
    };
    out.push(b'"');
    match style {
        Style::Answer => write_escaped(out, text.as_bytes()),
        Style::StreamItem => write_ascii(out, text),
    }
    out.push(b'"');
    true
}

/// Writes text in ASCII alone; beyond it, and for DEL, UTF-16 code units are written.
fn write_ascii(out: &mut Vec<u8>, text: &str) {
    for part in text.split_inclusive(|character: char| !matches!(character, ' '..='~')) {
        match part.char_indices().next_back() {
            Some((at, last)) if !matches!(last, '\0'..='~') => {
                write_escaped(out, &part.as_bytes()[..at]);
                for unit in last.encode_utf16(&mut [0; 2]) {
                    let digits = unit.to_be_bytes();
                    out.extend_from_slice(b"\\u");
                    digits.into_iter().for_each(|byte| write_hex(out, byte));
                }
            }
            _ => write_escaped(out, part.as_bytes()),
        }
    }
}

fn write_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
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
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
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
            write_hex(out, byte);
        }
    }
}

fn write_hex(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(HEX[usize::from(byte >> 4)]);
    out.push(HEX[usize::from(byte & 15)]);
}
