//! Looking for a byte where it is mostly near: the parts of paths, queries and cookies are short,
//! and setting up a vector search costs more than looking at a dozen bytes.

use memchr::{memchr, memchr2, memrchr};

/// Bytes that are looked at one by one.
const NEAR: usize = 12;

/// The place of the first `wanted` byte.
pub(crate) fn find(wanted: u8, text: &[u8]) -> Option<usize> {
    let Some((near, far)) = text.split_at_checked(NEAR) else {
        return text.iter().position(|byte| *byte == wanted);
    };
    match near.iter().position(|byte| *byte == wanted) {
        Some(place) => Some(place),
        None => memchr(wanted, far).map(|place| NEAR + place),
    }
}

/// The place of the first byte that is one of two.
pub(crate) fn find_either(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    let is_wanted = |byte: &u8| *byte == one || *byte == other;
    let Some((near, far)) = text.split_at_checked(NEAR) else {
        return text.iter().position(is_wanted);
    };
    match near.iter().position(is_wanted) {
        Some(place) => Some(place),
        None => memchr2(one, other, far).map(|place| NEAR + place),
    }
}

/// The pieces between separators, the last one first.
pub(crate) fn pieces_from_end(separator: u8, text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(place) = memrchr(separator, text) else {
            return rest.take();
        };
        rest = text.get(..place);
        text.get(place + 1..)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_far_bytes_are_found() {
        for length in [0, 1, NEAR - 1, NEAR, NEAR + 1, 3 * NEAR] {
            for place in 0..length {
                let mut text = vec![b'-'; length];
                text[place] = b'x';
                assert_eq!(find(b'x', &text), Some(place));
                assert_eq!(find_either(b'y', b'x', &text), Some(place));
                text[length - 1] = b'x';
                assert_eq!(find(b'x', &text), Some(place));
            }
            assert_eq!(find(b'x', &vec![b'-'; length]), None);
            assert_eq!(find_either(b'x', b'y', &vec![b'-'; length]), None);
        }
    }

    #[test]
    fn pieces_come_from_the_end() {
        let rows: &[(&str, &[&str])] = &[
            ("", &[""]),
            ("a", &["a"]),
            ("a;bc;;d", &["d", "", "bc", "a"]),
            (";", &["", ""]),
        ];
        for (text, expected) in rows {
            let pieces = pieces_from_end(b';', text.as_bytes());
            assert!(
                pieces.eq(expected.iter().map(|piece| piece.as_bytes())),
                "{text}"
            );
        }
    }
}
