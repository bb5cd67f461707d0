//! Frames to messages: the same ones wherever the bytes are cut, and the same end. The first byte says where, and
//! whether to deflate. (What the application answers depends on whether it is asked before the end has come.)

#![no_main]

#[path = "../../crates/engine/tests/ws_peer/mod.rs"]
mod ws_peer;

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};
use sixlane_engine::ws::{Close, Message};
use ws_peer::{DEFLATE, Peer};

const LIMIT: usize = 5000;

fn play(pieces: &[&[u8]], deflate: bool) -> (Vec<Message>, Option<Close>) {
    let limits = Limits {
        websocket_message_bytes: LIMIT,
        ..Limits::default()
    };
    let mut peer = Peer::new(limits, deflate.then_some(DEFLATE));
    for piece in pieces {
        peer.send(piece);
    }
    // What is sent is well-formed, whatever it is.
    let _ = peer.outcome();
    let seen = (
        std::mem::take(&mut peer.messages),
        peer.websocket.ended().cloned(),
    );
    peer.end();
    for _ in 0..3 {
        peer.pass(Duration::from_secs(60));
    }
    assert_eq!(peer.websocket.closing(), Closing::Now);
    seen
}

fuzz_target!(|input: &[u8]| {
    let Some((&first, bytes)) = input.split_first() else {
        return;
    };
    let (deflate, cut) = (first & 1 == 1, usize::from(first >> 1));
    let (start, end) = bytes.split_at(cut.min(bytes.len()));
    let whole = play(&[bytes], deflate);
    assert_eq!(play(&[start, end], deflate), whole);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(play(&single, deflate), whole);
    assert!(whole.0.iter().all(|message| message.data.len() <= LIMIT));
});
