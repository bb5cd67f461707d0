//! Frames (RFC 6455 section 5.2): headers in both directions, and the client's mask.

use super::close::Fault;
use crate::output::Output;

/// The longest payload of a control frame.
const CONTROL_BYTES: usize = 125;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    const fn parse(bits: u8) -> Option<Self> {
        Some(match bits {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }

    const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0,
            Self::Text => 1,
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
        }
    }

    pub(super) const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The header of a client's frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Nothing of the message follows.
    pub(super) is_final: bool,
    /// The message is compressed (RSV1).
    pub(super) compressed: bool,
    pub(super) opcode: Opcode,
    pub(super) length: u64,
    pub(super) mask: [u8; 4],
}

/// Parses a header and tells its own length; None where more bytes are needed.
///
/// What the first two bytes show to be wrong is refused before the rest has come.
pub(super) fn parse(bytes: &[u8], deflate: bool) -> Result<Option<(Header, usize)>, Fault> {
    let Some((&[first, second], rest)) = bytes.split_first_chunk() else {
        return Ok(None);
    };
    let opcode = Opcode::parse(first & 0x0f).ok_or(Fault::protocol("a reserved opcode"))?;
    let is_final = first & 0x80 != 0;
    let compressed = first & 0x40 != 0;
    let may_be_compressed = deflate && matches!(opcode, Opcode::Text | Opcode::Binary);
    if first & 0x30 != 0 || compressed && !may_be_compressed {
        return Err(Fault::protocol("a reserved bit"));
    }
    if second & 0x80 == 0 {
        return Err(Fault::protocol("a frame without a mask"));
    }
    let short = second & 0x7f;
    if opcode.is_control() && (!is_final || usize::from(short) > CONTROL_BYTES) {
        return Err(Fault::protocol(
            "a control frame that is long or fragmented",
        ));
    }
    let Some((length, rest)) = parse_length(short, rest)? else {
        return Ok(None);
    };
    let Some((&mask, rest)) = rest.split_first_chunk() else {
        return Ok(None);
    };
    let header = Header {
        is_final,
        compressed,
        opcode,
        length,
        mask,
    };
    Ok(Some((header, bytes.len() - rest.len())))
}

/// The length of the payload and what follows it; it has to be in the shortest form.
fn parse_length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, Fault> {
    let (length, rest) = match short {
        126 => match rest.split_first_chunk() {
            Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest),
            None => return Ok(None),
        },
        127 => match rest.split_first_chunk() {
            Some((length, rest)) => (u64::from_be_bytes(*length), rest),
            None => return Ok(None),
        },
        _ => return Ok(Some((u64::from(short), rest))),
    };
    let is_shortest = length > if short == 126 { 125 } else { 0xffff };
    if !is_shortest || length > i64::MAX as u64 {
        return Err(Fault::protocol("a length in no valid form"));
    }
    Ok(Some((length, rest)))
}

/// Writes a whole frame, unmasked as a server's has to be.
pub(super) fn write(output: &mut Output, opcode: Opcode, compressed: bool, payload: &[u8]) {
    let length = payload.len();
    output.reserve(10 + length);
    output.append(&[0x80 | u8::from(compressed) << 6 | opcode.bits()]);
    if let Ok(short @ ..=125) = u8::try_from(length) {
        output.append(&[short]);
    } else if let Ok(medium) = u16::try_from(length) {
        output.append(&[126]);
        output.append(&medium.to_be_bytes());
    } else {
        output.append(&[127]);
        output.append(&(length as u64).to_be_bytes());
    }
    output.append(payload);
}

/// Takes the mask off a part of a payload that begins `offset` bytes after the payload does.
pub(super) fn unmask(part: &mut [u8], mask: [u8; 4], offset: u64) {
    let mask = u32::from_le_bytes(mask).rotate_right(8 * (offset % 4) as u32);
    let wide = u64::from(mask) << 32 | u64::from(mask);
    let (words, rest) = part.as_chunks_mut();
    for word in words {
        *word = (u64::from_le_bytes(*word) ^ wide).to_le_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(wide.to_le_bytes()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_goes_round_wherever_a_payload_is_cut() {
        let mask = [1, 20, 100, 255];
        let plain: Vec<u8> = (0..100).collect();
        let masked: Vec<u8> = plain
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask)
            .collect();
        for cut in 0..=plain.len() {
            let mut bytes = masked.clone();
            let (start, end) = bytes.split_at_mut(cut);
            unmask(start, mask, 0);
            unmask(end, mask, cut as u64);
            assert_eq!(bytes, plain);
        }
    }

    #[test]
    fn lengths_are_written_in_their_shortest_form() {
        for (length, header) in [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65535, &[0x82, 126, 255, 255]),
            (65536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let mut output = Output::default();
            write(&mut output, Opcode::Binary, false, &vec![7; length]);
            assert_eq!(output.unsent().split_at(header.len()).0, header);
            assert_eq!(output.len(), header.len() + length);
        }
    }

    #[test]
    fn a_header_is_parsed_once_it_is_whole() {
        let whole = [0x81, 0xfe, 1, 0, 9, 8, 7, 6];
        for cut in 0..whole.len() {
            assert_eq!(parse(&whole[..cut], false), Ok(None));
        }
        let (header, size) = parse(&whole, false).unwrap().unwrap();
        assert_eq!((header.length, header.mask, size), (256, [9, 8, 7, 6], 8));
    }
}
