//! Cookies by name, as Starlette's `cookie_parser` reads them.

use super::Lookup;
use super::header::latin1;
use crate::scan;

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
    let value = scan::pieces_from_end(b';', header).find_map(|piece| value_named(piece, name));
    match value {
        None => Lookup::Missing,
        Some([b'"', ..]) => Lookup::AskPython,
        Some(value) => Lookup::Text(latin1(value)),
    }
}

/// The value that several `cookie` headers have for a name; the last header that has it counts.
pub fn get_from<'r>(headers: impl IntoIterator<Item = &'r [u8]>, name: &str) -> Lookup<'r> {
    let values = headers.into_iter().map(|header| get(header, name));
    let present = values.filter(|value| *value != Lookup::Missing);
    present.last().unwrap_or(Lookup::Missing)
}

/// The value of a piece if it is named `name`.
fn value_named<'r>(piece: &'r [u8], name: &str) -> Option<&'r [u8]> {
    if !trim_start(piece).starts_with(name.as_bytes()) {
        return None;
    }
    let (known, value) = match scan::find(b'=', piece) {
        Some(place) => {
            let (known, rest) = piece.split_at(place);
            (trim(known), trim(rest.get(1..).unwrap_or_default()))
        }
        None => (&b""[..], trim(piece)),
    };
    let empty = known.is_empty() && value.is_empty();
    (known == name.as_bytes() && !empty).then_some(value)
}

/// Drop what Python's `str.strip` drops from Latin-1 text.
fn trim(text: &[u8]) -> &[u8] {
    let mut text = trim_start(text);
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
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
