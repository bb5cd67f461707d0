//! The chunked decoder alone: it stays within its input and its limit, and cuts do not matter.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::error::ErrorKind;
use sixlane_engine::http1::{ChunkedDecoder, Piece};
use sixlane_engine::limits::Limits;

#[derive(Debug, PartialEq, Eq)]
struct Decoded {
    data: Vec<u8>,
    consumed: usize,
    ended: bool,
}

fn decode(pieces: &[&[u8]], limit: u64) -> Result<Decoded, ErrorKind> {
    let limits = Limits::default();
    let mut decoder = ChunkedDecoder::new(limit);
    let mut decoded = Decoded {
        data: Vec::new(),
        consumed: 0,
        ended: false,
    };
    for mut piece in pieces.iter().copied() {
        while !decoded.ended && !piece.is_empty() {
            let (framing, found) = decoder.next_piece(piece, &limits)?;
            let count = if let Piece::Data(count) = found {
                count
            } else {
                0
            };
            assert!(framing + count > 0, "no progress");
            decoded
                .data
                .extend_from_slice(&piece[framing..framing + count]);
            decoded.consumed += framing + count;
            decoded.ended = found == Piece::End;
            piece = &piece[framing + count..];
        }
    }
    assert!(decoded.data.len() as u64 <= limit);
    Ok(decoded)
}

fuzz_target!(|input: &[u8]| {
    let [cut, limit, bytes @ ..] = input else {
        return;
    };
    let limit = u64::from(*limit) << (limit % 57);
    let (start, end) = bytes.split_at(usize::from(*cut).min(bytes.len()));
    assert_eq!(decode(&[start, end], limit), decode(&[bytes], limit));
});
