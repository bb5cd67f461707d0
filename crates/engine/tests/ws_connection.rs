//! The application's side of a WebSocket connection, backpressure, and time.

use std::time::Duration;

use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};
use sixlane_engine::ws::Kind;

mod ws_peer;

use ws_peer::{BINARY, CLOSE, DEFLATE, PING, PONG, Peer, TEXT, frame, text};

const SECOND: Duration = Duration::from_secs(1);

fn open() -> Peer {
    Peer::new(Limits::default(), None)
}

#[test]
fn a_close_of_the_application_awaits_the_clients() {
    let mut peer = open();
    peer.websocket.close(3000, "later", peer.now);
    peer.send(&frame(TEXT, b"dropped"));
    assert_eq!(peer.outcome(), "close:3000 | 3000");
    assert_eq!(peer.websocket.closing(), Closing::Open);
    peer.send(&frame(CLOSE, b"\x0b\xb8"));
    assert_eq!(peer.outcome(), "close:3000 | 3000");
    assert_eq!(peer.websocket.closing(), Closing::AfterOutput);
    peer.end();
    assert_eq!(peer.websocket.closing(), Closing::Now);
    assert_eq!(peer.messages, []);
}

#[test]
fn a_client_that_does_not_answer_a_close_is_left() {
    let mut peer = open();
    peer.websocket.close(1000, "", peer.now);
    peer.pass(9 * SECOND);
    assert_eq!(peer.websocket.closing(), Closing::Open);
    peer.pass(SECOND);
    assert_eq!(peer.websocket.closing(), Closing::AfterOutput);
    peer.pass(2 * SECOND);
    assert_eq!(peer.websocket.closing(), Closing::Now);
}

#[test]
fn nothing_is_sent_after_a_close() {
    let mut peer = open();
    peer.websocket.close(1000, "", peer.now);
    peer.websocket.send(Kind::Text, b"late", peer.now);
    peer.websocket.close(1001, "", peer.now);
    peer.send(&frame(PING, b""));
    assert_eq!(peer.outcome(), "close:1000 | 1000");
    assert!(!peer.websocket.is_open());
}

#[test]
fn draining_says_that_the_server_restarts() {
    let mut peer = open();
    peer.reads = false;
    peer.send(&frame(TEXT, b"before"));
    peer.websocket.drain(peer.now);
    peer.run();
    assert_eq!(peer.outcome(), "close:1012 | 1012");
    // What came before can still be read.
    assert_eq!(
        peer.websocket.take_message(|| peer.now),
        Some(text("before"))
    );
}

#[test]
fn a_lost_connection_keeps_what_it_received() {
    let mut peer = open();
    peer.reads = false;
    peer.send(&frame(TEXT, b"one"));
    peer.websocket.lose(peer.now);
    assert_eq!(peer.websocket.take_message(|| peer.now), Some(text("one")));
    assert_eq!(peer.outcome(), "| 1006");
    assert!(!peer.websocket.wants_input());
}

#[test]
fn reading_pauses_while_messages_are_not_taken() {
    let limits = Limits {
        websocket_queue_messages: 3,
        ..Limits::default()
    };
    let mut peer = Peer::new(limits, None);
    peer.reads = false;
    peer.send(&frame(TEXT, b"hi").repeat(10));
    peer.send(&frame(PING, b""));
    assert!(!peer.websocket.wants_input());
    assert_eq!(peer.outcome(), "");
    peer.reads = true;
    peer.run();
    assert!(peer.websocket.wants_input());
    assert_eq!(peer.messages.len(), 10);
    assert!(peer.outcome().ends_with("pong:"));
}

#[test]
fn large_messages_pause_reading_before_there_are_many() {
    let mut peer = open();
    peer.reads = false;
    peer.send(&frame(BINARY, &[0; 70_000]));
    assert!(!peer.websocket.wants_input());
    assert!(peer.websocket.take_message(|| peer.now).is_some());
    assert!(peer.websocket.wants_input());
}

#[test]
fn reading_pauses_while_the_client_takes_nothing() {
    let mut peer = open();
    peer.takes = false;
    peer.websocket.send(Kind::Binary, &[0; 70_000], peer.now);
    assert!(!peer.websocket.wants_input());
    peer.takes = true;
    peer.run();
    assert!(peer.websocket.wants_input());
}

#[test]
fn a_client_that_takes_nothing_is_reset() {
    let mut peer = open();
    peer.takes = false;
    peer.websocket.send(Kind::Text, b"hi", peer.now);
    peer.pass(29 * SECOND);
    assert_eq!(peer.websocket.closing(), Closing::Open);
    peer.pass(SECOND);
    assert_eq!(peer.websocket.closing(), Closing::Reset);
    assert_eq!(peer.outcome(), "| 1006");
}

#[test]
fn a_client_that_answers_pings_is_kept() {
    let mut peer = open();
    for number in 1..=5u32 {
        peer.pass(20 * SECOND);
        peer.send(&frame(PONG, &number.to_be_bytes()));
    }
    peer.pass(19 * SECOND);
    assert_eq!(peer.outcome(), ["ping:4"; 5].join(" "));
}

#[test]
fn a_client_that_is_silent_after_a_ping_is_failed() {
    let mut peer = open();
    peer.pass(20 * SECOND);
    peer.pass(19 * SECOND);
    assert_eq!(peer.outcome(), "ping:4");
    peer.pass(SECOND);
    assert_eq!(peer.outcome(), "ping:4 close:1011 | 1011");
}

#[test]
fn a_client_that_sends_is_alive() {
    let mut peer = open();
    peer.pass(20 * SECOND);
    let large = frame(BINARY, &[0; 3000]);
    for part in large.chunks(1000) {
        peer.pass(15 * SECOND);
        peer.send(part);
    }
    assert_eq!(peer.outcome(), "ping:4 binary:3000");
}

#[test]
fn a_client_that_is_not_read_is_not_to_blame() {
    let limits = Limits {
        websocket_queue_messages: 1,
        ..Limits::default()
    };
    let mut peer = Peer::new(limits, None);
    peer.reads = false;
    peer.pass(20 * SECOND);
    peer.send(&frame(TEXT, b"hi"));
    peer.send(&frame(PONG, &1u32.to_be_bytes()));
    peer.pass(1000 * SECOND);
    peer.reads = true;
    peer.run();
    peer.pass(SECOND);
    assert!(peer.websocket.is_open());
    assert_eq!(peer.outcome(), "ping:4 text:hi");
}

#[test]
fn keeping_alive_can_be_switched_off() {
    let limits = Limits {
        websocket_ping_interval: Duration::ZERO,
        ..Limits::default()
    };
    let peer = Peer::new(limits, None);
    assert_eq!(peer.websocket.deadline(), None);
}

#[test]
fn long_messages_are_compressed_where_that_was_agreed() {
    let mut peer = Peer::new(Limits::default(), Some(DEFLATE));
    let message = "the same again and again ".repeat(10);
    for _ in 0..2 {
        peer.websocket
            .send(Kind::Text, message.as_bytes(), peer.now);
    }
    peer.websocket.send(Kind::Text, b"short", peer.now);
    peer.run();
    let outcome = peer.outcome();
    let words: Vec<&str> = outcome.split(' ').collect();
    let size = |word: &str| word.strip_prefix("deflated:").unwrap().parse::<usize>();
    assert!(size(words[0]).unwrap() < 60);
    assert!(size(words[1]).unwrap() < 20);
    assert_eq!(words[2], "text:short");
}
