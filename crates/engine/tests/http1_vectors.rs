//! Every vector has its outcome, however its bytes are cut and however the application reads.

mod peer;
mod vectors;

use peer::{Peer, Reading, Seen};
use sixlane_engine::limits::Limits;
use vectors::{Vector, all};

const CUT_EVERYWHERE_BELOW: usize = 600;

/// Sends the vector in the given pieces.
fn play<'b>(pieces: impl Iterator<Item = &'b [u8]>, ends: bool, reading: Reading) -> Peer {
    let mut peer = Peer::new(Limits::default(), reading);
    for piece in pieces {
        peer.send(piece);
    }
    if ends {
        peer.end();
    }
    peer
}

fn whole(vector: &Vector, reading: Reading) -> Peer {
    play(std::iter::once(&vector.input[..]), vector.ends, reading)
}

#[test]
fn outcomes() {
    let mut failures = Vec::new();
    for vector in all() {
        for reading in [Reading::Buffered, Reading::Streamed] {
            let outcome = whole(&vector, reading).outcome();
            if outcome != vector.outcome {
                failures.push(format!("{}: {outcome}, not {}", vector.id, vector.outcome));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn identifiers_are_complete() {
    let mut identifiers: Vec<String> = all()
        .iter()
        .map(|vector| vector.id[..3].to_owned())
        .collect();
    // These need a client that waits, or more than one outcome: they have tests of their own.
    identifiers.extend(["B44", "B47", "C29", "C30"].map(str::to_owned));
    identifiers.sort();
    let sections = [("A", 52), ("B", 52), ("C", 32), ("D", 31), ("E", 45)];
    let expected = sections
        .iter()
        .flat_map(|(section, count)| (1..=*count).map(move |n| format!("{section}{n:02}")));
    assert_eq!(identifiers, expected.collect::<Vec<_>>());
}

/// The outcome but for "100 Continue", which depends on whether the body is there already.
fn essence(peer: &Peer) -> (String, Vec<Seen>, usize) {
    let outcome = peer.outcome();
    (
        outcome.trim_start_matches("100+").to_owned(),
        peer.requests.clone(),
        peer.disconnects,
    )
}

#[test]
fn cuts_do_not_matter() {
    for vector in all() {
        let expected = essence(&whole(&vector, Reading::Buffered));
        let length = vector.input.len();
        let step = if length < CUT_EVERYWHERE_BELOW {
            1
        } else {
            length / 8
        };
        for cut in (1..length).step_by(step) {
            let (start, end) = vector.input.split_at(cut);
            let peer = play([start, end].into_iter(), vector.ends, Reading::Buffered);
            assert_eq!(essence(&peer), expected, "{} cut at {cut}", vector.id);
        }
        let size = if length < 20_000 { 1 } else { 997 };
        let peer = play(vector.input.chunks(size), vector.ends, Reading::Streamed);
        assert_eq!(
            essence(&peer),
            expected,
            "{} in pieces of {size}",
            vector.id
        );
    }
}

#[test]
fn incomplete_bodies_are_not_shown_as_whole() {
    for vector in all()
        .iter()
        .filter(|vector| vector.id.starts_with("C24") || vector.id.starts_with("E41"))
    {
        for reading in [Reading::Buffered, Reading::Streamed] {
            let peer = whole(vector, reading);
            assert_eq!(peer.disconnects, 1, "{}", vector.id);
            assert_eq!(peer.requests[0].body, None, "{}", vector.id);
        }
    }
}

#[test]
fn absolute_target_takes_the_place_of_host() {
    let vector = all()
        .into_iter()
        .find(|vector| vector.id.starts_with("A31"))
        .unwrap();
    let seen = &whole(&vector, Reading::Buffered).requests[0];
    assert_eq!(seen.path, b"/1");
    assert_eq!(seen.host.as_deref(), Some(&b"other"[..]));
    assert_eq!(seen.headers, [(b"host".to_vec(), b"other".to_vec())]);
}

#[test]
fn refusals_are_json_and_close() {
    let vector = all()
        .into_iter()
        .find(|vector| vector.id.starts_with("A17"))
        .unwrap();
    let received = String::from_utf8(whole(&vector, Reading::Buffered).received).unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\ndate: "),
        "{head}"
    );
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: application/json"),
        "{head}"
    );
    assert_eq!(body, "{\"detail\":\"the HTTP version is not supported\"}");
}
