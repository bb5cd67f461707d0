//! Lines of text that end in CR LF and nothing else.

use crate::error::ErrorKind;

/// How the text of a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// By CR LF.
    Found,
    /// Not yet: more input is needed.
    Missing,
    /// By a byte that may not stand in a line: a control character, or a CR or LF that stands alone.
    Broken,
}

/// The refusal of a line that is broken.
pub(super) const BROKEN: ErrorKind =
    ErrorKind::BadRequest("a line holds a control character or does not end in CR LF");

/// Finds the end of the line that is known to go on to `from`; returns its place and what stands there.
///
/// A lone LF is refused, not taken as a line end: RFC 9112 section 2.2 allows both, and two parties that choose
/// differently disagree about where a header ends.
#[inline]
pub(super) fn find_line_end(bytes: &[u8], from: usize) -> (usize, LineEnd) {
    let end = find_control(bytes, from);
    let line_end = match bytes.get(end..) {
        Some([b'\r', b'\n', ..]) => LineEnd::Found,
        Some([] | [b'\r']) | None => LineEnd::Missing,
        Some(_) => LineEnd::Broken,
    };
    (end, line_end)
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The place of the first control character but the tab at or after `place`, or the end.
///
/// Eight bytes are looked at in one word: subtracting 0x20 from each borrows into the high bit of those below it. A
/// borrow may spill into the next higher byte, but the lowest hit is always true.
#[inline]
fn find_control(bytes: &[u8], mut place: usize) -> usize {
    while let Some(word) = bytes.get(place..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*word);
        let below_space = word.wrapping_sub(LOW_BITS * 0x20) & !word;
        let apart_from_delete = word ^ (LOW_BITS * 0x7f);
        let is_delete = apart_from_delete.wrapping_sub(LOW_BITS) & !apart_from_delete;
        let hits = (below_space | is_delete) & HIGH_BITS;
        if hits == 0 {
            place += 8;
            continue;
        }
        place += (hits.trailing_zeros() / 8) as usize;
        if bytes.get(place) != Some(&b'\t') {
            return place;
        }
        place += 1;
    }
    let rest = bytes.get(place..).unwrap_or_default();
    let tail = rest
        .iter()
        .position(|&byte| byte.is_ascii_control() && byte != b'\t');
    place + tail.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::find_control;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=255u8 {
            let stops = byte != b'\t' && (byte < 0x20 || byte == 0x7f);
            for around in [b'a', b'\t', 0x80, 0xff, b' ', b'~'] {
                for place in 0..20 {
                    let mut bytes = [around; 20];
                    bytes[place] = byte;
                    assert_eq!(
                        find_control(&bytes, 0),
                        if stops { place } else { 20 },
                        "{byte} at {place}"
                    );
                    assert_eq!(
                        find_control(&bytes, place),
                        if stops { place } else { 20 },
                        "{byte} at {place}"
                    );
                }
            }
        }
    }
}
