//! Percent-encoding of paths and queries, as Python's `urllib.parse.unquote` undoes it.

use std::borrow::Cow;
use std::str;

use crate::scan;

/// Decode a path or a part of one. An incomplete or wrong sequence such as `%4` or `%zz` stays
/// as it is.
///
/// `None` asks Python: the decoded bytes are not UTF-8 (Python puts in U+FFFD), or the text holds
/// bytes beyond ASCII that are not encoded.
pub fn decode(text: &[u8]) -> Option<Cow<'_, str>> {
    match scan::find(b'%', text) {
        None => ascii(text),
        Some(_) => decoded(text, Plus::Literal),
    }
}

/// Decode a name or a value of a query: as [`decode`], and `+` stands for a space.
pub fn decode_query(text: &[u8]) -> Option<Cow<'_, str>> {
    match scan::find_either(b'%', b'+', text) {
        None => ascii(text),
        Some(_) => decoded(text, Plus::Space),
    }
}

/// What a `+` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    Literal,
    Space,
}

/// Text that has nothing to decode.
fn ascii(text: &[u8]) -> Option<Cow<'_, str>> {
    let text = str::from_utf8(text).ok()?;
    text.is_ascii().then_some(Cow::Borrowed(text))
}

fn decoded(text: &[u8], plus: Plus) -> Option<Cow<'_, str>> {
    if !text.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(Bytes { rest: text, plus });
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// The decoded bytes of a text, one by one.
#[derive(Debug, Clone)]
pub(super) struct Bytes<'t> {
    pub(super) rest: &'t [u8],
    pub(super) plus: Plus,
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        match first {
            b'%' => {
                let Some(byte) = encoded_byte(rest) else {
                    return Some(b'%');
                };
                self.rest = rest.get(2..).unwrap_or_default();
                Some(byte)
            }
            b'+' if self.plus == Plus::Space => Some(b' '),
            byte => Some(*byte),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len() / 3, Some(self.rest.len()))
    }
}

/// The byte that the two hexadecimal digits at the beginning of `text` give.
fn encoded_byte(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = text else {
        return None;
    };
    Some(digit(*high)? << 4 | digit(*low)?)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_decoded_and_broken_ones_kept() {
        let rows = [
            ("", ""),
            ("/a/b", "/a/b"),
            ("/a%20b", "/a b"),
            ("/caf%C3%a9", "/café"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("%%41", "%A"),
            ("%2541", "%41"),
            ("a+b", "a+b"),
            ("%00", "\0"),
        ];
        for (text, expected) in rows {
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_plus_is_a_space_in_queries_only() {
        assert_eq!(decode_query(b"a+b%2B").as_deref(), Some("a b+"));
        assert_eq!(decode_query(b"%+41").as_deref(), Some("% 41"));
        assert_eq!(decode_query(b"%4+1").as_deref(), Some("%4 1"));
    }

    #[test]
    fn text_that_is_not_utf8_is_left_to_python() {
        for text in [&b"%ff"[..], b"%C3", b"%C3x%A9", "é".as_bytes(), b"\xff%41"] {
            assert_eq!(decode(text), None, "{text:?}");
            assert_eq!(decode_query(text), None, "{text:?}");
        }
    }

    #[test]
    fn text_without_sequences_is_borrowed() {
        assert!(matches!(decode(b"/plain+path"), Some(Cow::Borrowed(_))));
        assert!(matches!(decode_query(b"plain"), Some(Cow::Borrowed(_))));
    }
}
