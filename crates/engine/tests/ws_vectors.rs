//! What a client may send and what must come of it, wherever the bytes are cut.
//!
//! The vectors stand in `data/ws_vectors.tsv`, which also says how they are written; `tests/wire` of the repository
//! sends the same ones over sockets.

use std::fs;

use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

mod ws_peer;

use ws_peer::{CONTINUATION, DEFLATE, MORE, Peer, TEXT, frame};

/// Small enough to be exceeded by a vector that is cut at every byte.
fn limits() -> Limits {
    Limits {
        websocket_message_bytes: 300,
        websocket_control_frames_per_second: 1,
        ..Limits::default()
    }
}

/// What the client does, and what must come of it.
struct Vector {
    identifier: String,
    outcome: String,
    sent: Vec<u8>,
    deflate: bool,
}

fn vectors() -> Vec<Vector> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ws_vectors.tsv");
    let table = fs::read_to_string(file).expect("the table lies beside the tests");
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(parse).collect()
}

fn parse(line: &str) -> Vector {
    let columns: Vec<_> = line.split('\t').collect();
    let [identifier, outcome, what, sent] = columns.try_into().expect("four columns");
    Vector {
        identifier: format!("{identifier} {what}"),
        outcome: outcome.to_owned(),
        sent: sent.split(' ').flat_map(parse_frame).collect(),
        deflate: identifier.starts_with('D'),
    }
}

fn parse_frame(written: &str) -> Vec<u8> {
    if let Some(raw) = written.strip_prefix('=') {
        return bytes(raw);
    }
    let (count, written) = written.split_once('x').unwrap_or(("1", written));
    let (first, payload) = written.split_once(':').expect("a first byte");
    let (payload, repeated) = payload.split_once('*').unwrap_or((payload, "1"));
    let payload = bytes(payload).repeat(repeated.parse().expect("a count"));
    let first = u8::from_str_radix(first, 16).expect("a first byte");
    frame(first ^ MORE, &payload).repeat(count.parse().expect("a count"))
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<u8> = hexadecimal
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16).expect("a digit")).expect("a digit"))
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn play(sent: &[&[u8]], deflate: bool) -> (String, Closing) {
    let mut peer = Peer::new(limits(), deflate.then_some(DEFLATE));
    for part in sent {
        peer.send(part);
    }
    (peer.outcome(), peer.websocket.closing())
}

#[test]
fn vectors_have_their_outcome_wherever_they_are_cut() {
    for vector in vectors() {
        let Vector {
            identifier,
            outcome,
            sent,
            deflate,
        } = vector;
        let (seen, closing) = play(&[&sent], deflate);
        assert_eq!(seen, outcome, "{identifier}");
        let is_over = outcome.contains('|');
        assert_eq!(closing == Closing::AfterOutput, is_over, "{identifier}");
        for cut in 1..sent.len() {
            let (start, end) = sent.split_at(cut);
            let seen = play(&[start, end], deflate).0;
            assert_eq!(seen, outcome, "{identifier} cut at {cut}");
        }
        let single: Vec<&[u8]> = sent.chunks(1).collect();
        assert_eq!(
            play(&single, deflate).0,
            outcome,
            "{identifier} byte by byte"
        );
    }
}

#[test]
fn ten_thousand_empty_fragments_are_one_message() {
    let mut peer = Peer::new(limits(), None);
    peer.send(&frame(TEXT | MORE, b"a"));
    peer.send(&frame(MORE, b"").repeat(10_000));
    peer.send(&frame(CONTINUATION, b"b"));
    assert_eq!(peer.outcome(), "text:ab");
}

#[test]
fn the_end_of_the_stream_is_no_closing() {
    for sent in [&b""[..], &frame(TEXT | MORE, b"a"), &[0x81]] {
        let mut peer = Peer::new(limits(), None);
        peer.send(sent);
        peer.end();
        assert_eq!(peer.outcome(), "| 1006");
        assert_eq!(peer.websocket.closing(), Closing::Now);
    }
}
