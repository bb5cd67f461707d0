//! What text a path parameter takes, and the ends it may have.

use memchr::memchr;

use crate::scan;

/// The kinds of path parameters.
///
/// # Source
/// Starlette 1.10, `CONVERTOR_TYPES`; each variant gives the regular expression used there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convertor {
    /// `[^/]+`
    Str,
    /// `.*`, which stops at a newline
    Path,
    /// `[0-9]+`
    Int,
    /// `[0-9]+(\.[0-9]+)?`
    Float,
    /// Thirty-two hexadecimal digits, with or without a hyphen between the usual groups
    Uuid,
}

/// Hexadecimal digits per group of a UUID.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl Convertor {
    /// The convertor that a pattern names after the colon.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "str" => Some(Self::Str),
            "path" => Some(Self::Path),
            "int" => Some(Self::Int),
            "float" => Some(Self::Float),
            "uuid" => Some(Self::Uuid),
            _ => None,
        }
    }

    /// The end of the longest text that can be taken from `start`.
    pub(super) fn longest_end(self, path: &[u8], start: usize) -> Option<usize> {
        let rest = path.get(start..)?;
        let length = match self {
            Self::Str => scan::find(b'/', rest).unwrap_or(rest.len()),
            Self::Path => return Some(start + memchr(b'\n', rest).unwrap_or(rest.len())),
            Self::Int => digits(rest),
            Self::Float => float_length(rest),
            Self::Uuid => uuid_length(rest)?,
        };
        (length > 0).then_some(start + length)
    }

    /// The largest end below `bound` of a text that can be taken from `start`; `bound` is at most
    /// one more than the longest end. This is the order in which a greedy regular expression
    /// gives text back.
    pub(super) fn end_below(self, path: &[u8], start: usize, bound: usize) -> Option<usize> {
        let mut end = bound.checked_sub(1)?;
        match self {
            Self::Str | Self::Path => {
                // Python gives back whole characters, not bytes.
                while path.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
                    end = end.checked_sub(1)?;
                }
            }
            Self::Float => {
                // "12." is no number, so the point goes together with the last decimal.
                if end > start && path.get(end - 1) == Some(&b'.') {
                    end -= 1;
                }
            }
            Self::Int | Self::Uuid => {}
        }
        let lowest = if self == Self::Path { start } else { start + 1 };
        (end >= lowest).then_some(end)
    }

    /// Whether only the longest text can be followed by a literal that begins with `next`, or
    /// by the end of the path where there is no literal.
    pub(super) fn ends_at_once(self, next: Option<u8>) -> bool {
        match (self, next) {
            (Self::Uuid, _) | (_, None) => true,
            (Self::Str, Some(byte)) => byte == b'/',
            (Self::Path, Some(_)) => false,
            (Self::Int, Some(byte)) => !byte.is_ascii_digit(),
            (Self::Float, Some(byte)) => !byte.is_ascii_digit() && byte != b'.',
        }
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn float_length(text: &[u8]) -> usize {
    let whole = digits(text);
    match text.get(whole..) {
        Some([b'.', decimals @ ..]) if whole > 0 => match digits(decimals) {
            0 => whole,
            count => whole + 1 + count,
        },
        _ => whole,
    }
}

fn uuid_length(text: &[u8]) -> Option<usize> {
    let mut length = 0;
    for (place, group) in UUID_GROUPS.into_iter().enumerate() {
        if place > 0 && text.get(length) == Some(&b'-') {
            length += 1;
        }
        let digits = text.get(length..length + group)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        length += group;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ends from the start of a text, in the order in which they are tried.
    fn ends(convertor: Convertor, text: &str) -> Vec<usize> {
        let path = text.as_bytes();
        let mut found = Vec::new();
        let mut bound = convertor
            .longest_end(path, 0)
            .map_or(0, |longest| longest + 1);
        while let Some(end) = convertor.end_below(path, 0, bound) {
            found.push(end);
            bound = end;
        }
        found
    }

    #[test]
    fn ends_come_in_the_order_of_a_greedy_expression() {
        let rows: &[(Convertor, &str, &[usize])] = &[
            (Convertor::Str, "abc/d", &[3, 2, 1]),
            (Convertor::Str, "/abc", &[]),
            (Convertor::Str, "aé", &[3, 1]),
            (Convertor::Str, "é", &[2]),
            (Convertor::Path, "a/b\nc", &[3, 2, 1, 0]),
            (Convertor::Path, "", &[0]),
            (Convertor::Int, "12a", &[2, 1]),
            (Convertor::Int, "-1", &[]),
            (Convertor::Float, "12.34x", &[5, 4, 2, 1]),
            (Convertor::Float, "1.", &[1]),
            (Convertor::Float, ".5", &[]),
        ];
        for (convertor, text, expected) in rows {
            assert_eq!(ends(*convertor, text), *expected, "{convertor:?} {text}");
        }
    }

    #[test]
    fn uuids_have_one_end() {
        let rows = [
            ("00112233445566778899aabbccddeeff!", Some(32)),
            ("00112233-4455-6677-8899-AABBCCDDEEFF", Some(36)),
            ("001122334455-66778899aabbccddeeff", Some(33)),
            ("0011223-34455-6677-8899-aabbccddeeff", None),
            ("00112233--4455-6677-8899-aabbccddeeff", None),
            ("00112233", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let end = Convertor::Uuid.longest_end(text.as_bytes(), 0);
            assert_eq!(end, expected, "{text}");
        }
    }
}
