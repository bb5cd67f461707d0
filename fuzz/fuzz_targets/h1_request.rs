//! Bytes to requests: the same ones wherever the bytes are cut. The first byte says where.

#![no_main]

#[path = "../../crates/engine/tests/peer/mod.rs"]
mod peer;

use libfuzzer_sys::fuzz_target;
use peer::{Peer, Reading, Seen};
use sixlane_engine::limits::Limits;

fn play(pieces: &[&[u8]], reading: Reading) -> (String, Vec<Seen>, usize) {
    let mut peer = Peer::new(Limits::default(), reading);
    for piece in pieces {
        peer.send(piece);
    }
    peer.end();
    let outcome = peer.outcome().trim_start_matches("100+").to_owned();
    (outcome, peer.requests, peer.disconnects)
}

fuzz_target!(|input: &[u8]| {
    let Some((&cut, bytes)) = input.split_first() else {
        return;
    };
    let (start, end) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let whole = play(&[bytes], Reading::Buffered);
    if whole.1.iter().any(|seen| seen.path == b"/nobody") {
        return; // an early answer may depend on whether the body has come
    }
    assert_eq!(play(&[start, end], Reading::Buffered), whole);
    assert_eq!(play(&[start, end], Reading::Streamed), whole);
});
