//! The query string, as Starlette's `QueryParams` reads it.
//!
//! # Source
//! `urllib.parse.parse_qsl(text, keep_blank_values=True)`: pairs are separated by `&` only, empty
//! ones are left out, a name without `=` has an empty value.

use std::borrow::Cow;

use super::Lookup;
use super::percent::{Bytes, Plus, decode_query};
use crate::scan;

/// One pair, still encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'q> {
    /// Text before the first `=`.
    pub raw_name: &'q [u8],
    /// Text after the first `=`.
    pub raw_value: &'q [u8],
}

impl<'q> Pair<'q> {
    fn new(text: &'q [u8]) -> Self {
        let (raw_name, raw_value) = match scan::find(b'=', text) {
            Some(place) => {
                let (name, rest) = text.split_at(place);
                (name, rest.get(1..).unwrap_or_default())
            }
            None => (text, &[][..]),
        };
        Self {
            raw_name,
            raw_value,
        }
    }

    /// The decoded name; `None` asks Python.
    pub fn name(&self) -> Option<Cow<'q, str>> {
        decode_query(self.raw_name)
    }

    /// The decoded value; `None` asks Python.
    pub fn value(&self) -> Option<Cow<'q, str>> {
        decode_query(self.raw_value)
    }

    /// Whether the decoded name is `name`; `None` asks Python.
    pub fn is_named(&self, name: &str) -> Option<bool> {
        if self.raw_name.is_ascii() {
            let decoded = Bytes {
                rest: self.raw_name,
                plus: Plus::Space,
            };
            // Where the bytes are no UTF-8, Python puts U+FFFD, which only such a name can hold.
            let certain = name.is_ascii() || self.name().is_some();
            return certain.then(|| decoded.eq(name.bytes()));
        }
        // Python reads the bytes as Latin-1, so the name has a character beyond ASCII.
        name.is_ascii().then_some(false)
    }
}

/// The pairs of a query in their order; see [`pairs`].
#[derive(Debug, Clone)]
pub struct Pairs<'q> {
    rest: &'q [u8],
}

/// Go through the pairs of a query string (what follows the `?`).
pub fn pairs(query: &[u8]) -> Pairs<'_> {
    Pairs { rest: query }
}

impl<'q> Iterator for Pairs<'q> {
    type Item = Pair<'q>;

    fn next(&mut self) -> Option<Pair<'q>> {
        while !self.rest.is_empty() {
            let end = scan::find(b'&', self.rest).unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest.get(1..).unwrap_or_default();
            if !text.is_empty() {
                return Some(Pair::new(text));
            }
        }
        None
    }
}

/// The last value of a name, which is the one that a scalar parameter gets.
pub fn last<'q>(query: &'q [u8], name: &str) -> Lookup<'q> {
    if !name.is_ascii() {
        return last_beyond_ascii(query, name);
    }
    let value = scan::pieces_from_end(b'&', query).find_map(|pair| value_named(pair, name));
    value.map_or(Lookup::Missing, |raw_value| decode_query(raw_value).into())
}

/// The value of a pair if its name decodes to `name`, which is ASCII. The first byte that differs
/// ends the comparison, so that most other pairs cost next to nothing.
fn value_named<'q>(pair: &'q [u8], name: &str) -> Option<&'q [u8]> {
    let mut decoded = Bytes {
        rest: pair,
        plus: Plus::Space,
    };
    for wanted in name.bytes() {
        let ends = decoded.rest.first() == Some(&b'=');
        if ends || decoded.next() != Some(wanted) {
            return None;
        }
    }
    match decoded.rest {
        [b'=', value @ ..] => Some(value),
        [] if !pair.is_empty() => Some(&[]),
        _ => None,
    }
}

fn last_beyond_ascii<'q>(query: &'q [u8], name: &str) -> Lookup<'q> {
    let mut value = None;
    for pair in pairs(query) {
        match pair.is_named(name) {
            Some(true) => value = Some(pair),
            Some(false) => {}
            None => return Lookup::AskPython,
        }
    }
    value.map_or(Lookup::Missing, |pair| pair.value().into())
}

/// All values of a name in their order, empty if it does not occur; an item that is `None` asks
/// Python for the whole list.
pub fn all<'q>(query: &'q [u8], name: &str) -> impl Iterator<Item = Option<Cow<'q, str>>> {
    pairs(query).filter_map(move |pair| match pair.is_named(name) {
        Some(true) => Some(pair.value()),
        Some(false) => None,
        None => Some(None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(query: &str) -> Vec<(String, String)> {
        let text = |value: Option<Cow<'_, str>>| value.expect("ASCII").into_owned();
        pairs(query.as_bytes())
            .map(|pair| (text(pair.name()), text(pair.value())))
            .collect()
    }

    #[test]
    fn pairs_are_those_of_parse_qsl() {
        let rows: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("&&", &[]),
            ("a=1&b=2", &[("a", "1"), ("b", "2")]),
            ("a", &[("a", "")]),
            ("=", &[("", "")]),
            ("a=b=c", &[("a", "b=c")]),
            ("a;b=1", &[("a;b", "1")]),
            ("a+b=%3D+&%26=x", &[("a b", "= "), ("&", "x")]),
        ];
        for (query, expected) in rows {
            let expected: Vec<(String, String)> = expected
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect();
            assert_eq!(decoded(query), expected, "{query}");
        }
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let query = b"a=1&%61=%32&b=&x%20y=3&e=%ff";
        assert_eq!(last(query, "a"), Lookup::Text("2".into()));
        assert_eq!(last(query, "b"), Lookup::Text("".into()));
        assert_eq!(last(query, "x y"), Lookup::Text("3".into()));
        assert_eq!(last(query, "x+y"), Lookup::Missing);
        assert_eq!(last(query, "e"), Lookup::AskPython);
        assert_eq!(last(query, "absent"), Lookup::Missing);
    }

    #[test]
    fn all_values_of_a_name_keep_their_order() {
        let values: Option<Vec<_>> = all(b"a=1&b=2&a=&a=3", "a").collect();
        assert_eq!(values, Some(vec!["1".into(), "".into(), "3".into()]));
        assert_eq!(all(b"a=1", "b").count(), 0);
        assert_eq!(all(b"a=1&a=%ff", "a").last(), Some(None));
    }

    #[test]
    fn names_beyond_ascii_are_compared_only_where_that_is_certain() {
        assert_eq!(last(b"%C3%A9=1", "é"), Lookup::Text("1".into()));
        assert_eq!(last("é=1".as_bytes(), "é"), Lookup::AskPython);
        assert_eq!(last("é=1&a=2".as_bytes(), "a"), Lookup::Text("2".into()));
        assert_eq!(last(b"%ff=1&a=2", "a"), Lookup::Text("2".into()));
        assert_eq!(last(b"%ff=1", "\u{fffd}"), Lookup::AskPython);
    }
}
