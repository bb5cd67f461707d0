//! Lines that end in CR LF and nothing else.

use crate::error::ErrorKind;

/// How the text of a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// By CR LF.
    Found,
    /// Not yet: more input is needed.
    Missing,
    /// By a CR or LF that stands alone.
    Broken,
}

/// Finds the first CR or LF at or after `from`; returns its place (or the end of input) and what it is.
///
/// A lone LF is refused, not taken as a line end: RFC 9112 section 2.2 allows both, and two parties that choose
/// differently disagree about where a header ends.
#[inline]
pub(super) fn find_line_end(bytes: &[u8], from: usize) -> (usize, LineEnd) {
    let rest = bytes.get(from..).unwrap_or_default();
    let Some(offset) = memchr::memchr2(b'\r', b'\n', rest) else {
        return (bytes.len(), LineEnd::Missing);
    };
    let end = match rest.get(offset..offset + 2) {
        Some(b"\r\n") => LineEnd::Found,
        None if rest.get(offset) == Some(&b'\r') => LineEnd::Missing,
        _ => LineEnd::Broken,
    };
    (from + offset, end)
}

/// The refusal of a CR or LF that stands alone.
pub(super) const BROKEN: ErrorKind = ErrorKind::BadRequest("a line does not end in CR LF");
