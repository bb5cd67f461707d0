//! Cookies by name, as Starlette's `cookie_parser` reads them.

use memchr::memchr;

use super::Lookup;
use super::header::latin1;

/// The value that one `cookie` header has for a name; the last one counts.
///
/// Asks Python for quoted values and for names beyond ASCII.
///
/// # Source
/// Starlette 1.10, `requests.cookie_parser`: pieces end at `;`, a piece without `=` is a value
/// without name, space around both is dropped, quoted values go through `http.cookies._unquote`.
pub fn get<'r>(header: &'r [u8], name: &str) -> Lookup<'r> {
    if !name.is_ascii() {
        return Lookup::AskPython;
    }
    let pieces = header.split(|byte| *byte == b';').map(piece);
    let mut named = pieces.filter(|(known, value)| {
        *known == name.as_bytes() && !(known.is_empty() && value.is_empty())
    });
    match named.next_back() {
        None => Lookup::Missing,
        Some((_, value)) if value.first() == Some(&b'"') => Lookup::AskPython,
        Some((_, value)) => Lookup::Text(latin1(value)),
    }
}

/// The value that several `cookie` headers have for a name; the last header that has it counts.
pub fn get_from<'r>(headers: impl IntoIterator<Item = &'r [u8]>, name: &str) -> Lookup<'r> {
    let values = headers.into_iter().map(|header| get(header, name));
    let present = values.filter(|value| *value != Lookup::Missing);
    present.last().unwrap_or(Lookup::Missing)
}

fn piece(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr(b'=', text) {
        Some(place) => {
            let (name, rest) = text.split_at(place);
            (trim(name), trim(rest.get(1..).unwrap_or_default()))
        }
        None => (b"", trim(text)),
    }
}

/// Drop what Python's `str.strip` drops from Latin-1 text.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | 0x1C..=0x1F | b' ' | 0x85 | 0xA0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_name() {
        let header = b"a=1; b = 2 ;a=3;c=x=y; lone; d=; e=t\xe9\xa0";
        let rows = [
            ("a", "3"),
            ("b", "2"),
            ("c", "x=y"),
            ("", "lone"),
            ("d", ""),
            ("e", "té"),
        ];
        for (name, expected) in rows {
            assert_eq!(get(header, name), Lookup::Text(expected.into()), "{name}");
        }
        assert_eq!(get(header, "lone"), Lookup::Missing);
        assert_eq!(get(b";;", ""), Lookup::Missing);
    }

    #[test]
    fn quoted_values_are_left_to_python() {
        assert_eq!(get(b"a=\"x\\073\"; b=\"", "a"), Lookup::AskPython);
        assert_eq!(get(b"a=\"x\"; b=\"", "b"), Lookup::AskPython);
        assert_eq!(get(b"a=x\"", "a"), Lookup::Text("x\"".into()));
        assert_eq!(get(b"a=1", "é"), Lookup::AskPython);
    }

    #[test]
    fn the_last_header_that_has_the_name_counts() {
        let headers = [&b"a=1; b=2"[..], b"a=3", b"c=4"];
        assert_eq!(get_from(headers, "a"), Lookup::Text("3".into()));
        assert_eq!(get_from(headers, "b"), Lookup::Text("2".into()));
        assert_eq!(get_from(headers, "d"), Lookup::Missing);
    }
}
