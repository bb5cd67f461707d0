//! Header values by name, as Starlette's `Headers` reads them.

use std::borrow::Cow;
use std::str;

/// The first value of a header, which is the one that a scalar parameter gets; `name` in lower
/// case.
pub fn first<'r>(
    headers: impl IntoIterator<Item = (&'r [u8], &'r [u8])>,
    name: &str,
) -> Option<Cow<'r, str>> {
    all(headers, name).next()
}

/// All values of a header in their order; `name` in lower case.
pub fn all<'r>(
    headers: impl IntoIterator<Item = (&'r [u8], &'r [u8])>,
    name: &str,
) -> impl Iterator<Item = Cow<'r, str>> {
    let named = move |(known, value): (&'r [u8], &'r [u8])| {
        known
            .eq_ignore_ascii_case(name.as_bytes())
            .then(|| latin1(value))
    };
    headers.into_iter().filter_map(named)
}

/// The text of a header value: each byte is the Latin-1 character of its number.
pub fn latin1(value: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(value) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(value.iter().copied().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: [(&[u8], &[u8]); 3] = [
        (b"x-token", b"one"),
        (b"host", b"example.org"),
        (b"X-Token", b"t\xe9"),
    ];

    #[test]
    fn the_first_value_of_a_name_counts() {
        assert_eq!(first(HEADERS, "x-token").as_deref(), Some("one"));
        assert_eq!(first(HEADERS, "accept"), None);
    }

    #[test]
    fn all_values_keep_their_order_and_are_latin1() {
        let values: Vec<_> = all(HEADERS, "x-token").collect();
        assert_eq!(values, ["one", "té"]);
    }
}
