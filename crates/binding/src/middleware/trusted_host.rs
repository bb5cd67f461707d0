//! `TrustedHostMiddleware`: which hosts are certainly trusted.

use pyo3::prelude::*;
use sixlane_engine::http1::Head;

pub(super) struct TrustedHost {
    /// Names in lower case, and ends of names that begin with a dot.
    names: Vec<String>,
    ends: Vec<String>,
}

impl TrustedHost {
    pub(super) fn read(layer: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            names: layer.getattr("names")?.extract()?,
            ends: layer.getattr("ends")?.extract()?,
        })
    }

    /// A host that is a plain name, or IPv4 address, and trusted; Python looks at all others.
    pub(super) fn passes(&self, head: &Head<'_>) -> bool {
        let Some(name) = head.header(b"host").and_then(plain_name) else {
            return false;
        };
        let is_end = |end: &String| {
            name.len()
                .checked_sub(end.len())
                .and_then(|start| name.get(start..))
                .is_some_and(|rest| rest.eq_ignore_ascii_case(end.as_bytes()))
        };
        let mut names = self.names.iter();
        names.any(|each| name.eq_ignore_ascii_case(each.as_bytes())) || self.ends.iter().any(is_end)
    }
}

/// The name before the port, where nothing about the value is unusual (RFC 9110 section 7.2).
fn plain_name(value: &[u8]) -> Option<&[u8]> {
    let (name, port) = match value.iter().position(|&byte| byte == b':') {
        Some(colon) => (value.get(..colon)?, value.get(colon + 1..)?),
        None => (value, &b"0"[..]),
    };
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let is_number = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    (!name.is_empty() && name.iter().all(is_plain) && is_number).then_some(name)
}
