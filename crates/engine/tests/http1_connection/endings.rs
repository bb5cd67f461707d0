//! The end of a connection: the last answer must arrive.

use std::time::{Duration, Instant};

use sixlane_engine::http1::{Event, ReplyError};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

use super::peer::{Peer, Reading};
use super::{GET, POST_FIVE, connect, connect_with, requested, sent};

#[test]
fn early_answer_to_a_large_body_is_not_overtaken_by_a_reset() {
    let mut peer = Peer::new(Limits::default(), Reading::Buffered);
    let head = "POST /nobody HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n";
    peer.send(&[head.as_bytes(), &vec![b'y'; 3_000_000], GET].concat());
    assert_eq!(peer.outcome(), "200()-close");
    assert_eq!(
        peer.connection.closing(),
        Closing::AfterOutput,
        "all input was read and dropped"
    );
    peer.end();
    assert_eq!(peer.connection.closing(), Closing::Now);
}

#[test]
fn early_answer_given_in_parts_says_that_it_is_the_last() {
    let now = Instant::now();
    let length = "Content-Length: 3000000\r\n\r\nhello";
    let chunk = "Transfer-Encoding: chunked\r\n\r\n2dc6c0\r\nhello";
    for body in [length, chunk] {
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\n{body}");
        let mut connection = requested(head.as_bytes(), now);
        connection.stream_body(3_000_000, now);
        assert_eq!(connection.next_event(now), Event::BodyChunk);
        connection.body_unwanted();
        connection
            .start_response(200, &mut std::iter::empty(), Some(0), now)
            .unwrap();
        connection.send_body(b"", false, now).unwrap();
        let answer = sent(&mut connection, now);
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert_eq!(connection.closing(), Closing::AfterOutput);
    }
}

#[test]
fn lingering_begins_when_the_output_is_sent() {
    let now = Instant::now();
    let mut connection = connect(now);
    connection.receive(b"\0", now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    let length = connection.output().len();
    connection.output_sent(length - 1, now);
    let send = now + Limits::default().send_idle_timeout;
    assert_eq!(connection.deadline(), Some(send));
    connection.output_sent(1, now);
    assert_eq!(
        connection.deadline(),
        Some(now + Limits::default().linger_idle)
    );
}

#[test]
fn lingering_ends_after_silence_in_all_or_by_size() {
    let now = Instant::now();
    let limits = Limits {
        linger_bytes: 100,
        ..Limits::default()
    };
    let refused = || {
        let mut connection = connect_with(limits.clone(), now);
        connection.receive(b"\0", now);
        assert_eq!(connection.next_event(now), Event::NeedInput);
        sent(&mut connection, now);
        connection
    };

    let mut silent = refused();
    silent.expire(now + limits.linger_idle - Duration::from_millis(1));
    assert_eq!(silent.closing(), Closing::AfterOutput);
    silent.expire(now + limits.linger_idle);
    assert_eq!(silent.closing(), Closing::Now);

    let mut steady = refused();
    for second in 1..10 {
        steady.receive(b"x", now + Duration::from_secs(second));
        steady.expire(now + Duration::from_secs(second));
        assert_eq!(steady.closing(), Closing::AfterOutput);
    }
    steady.expire(now + limits.linger_total);
    assert_eq!(steady.closing(), Closing::Now);

    let mut large = refused();
    large.receive(&[b'x'; 100], now);
    assert_eq!(large.closing(), Closing::AfterOutput);
    large.receive(b"x", now);
    assert_eq!(large.closing(), Closing::Now);
    assert_eq!(large.deadline(), None);
}

#[test]
fn half_closed_client_is_answered() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection.receive_end(now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert!(connection.peer_ended() && !connection.wants_input());
    connection.respond(200, b"", b"hi", now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.closing(), Closing::AfterOutput);
    assert!(sent(&mut connection, now).ends_with("hi"));
    assert_eq!(connection.closing(), Closing::Now);
}

#[test]
fn end_within_a_body_reaches_the_application() {
    let now = Instant::now();
    let mut connection = requested(POST_FIVE, now);
    connection.stream_body(5, now);
    connection.receive(b"hel", now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    connection.receive_end(now);
    assert_eq!(connection.next_event(now), Event::Disconnected);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 400 "));
    assert_eq!(
        connection.error().map(|kind| kind.code()),
        Some("http1.bad_request")
    );
    connection.respond(200, b"", b"", now);
    let started = connection.start_response(200, &mut std::iter::empty(), None, now);
    assert_eq!(started, Err(ReplyError::Ended));
    assert_eq!(sent(&mut connection, now), "");
}

#[test]
fn drain_says_so_on_the_next_answer() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection.drain(now);
    connection.respond(200, b"", b"", now);
    assert!(sent(&mut connection, now).contains("\r\nconnection: close\r\n"));
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

#[test]
fn drain_ends_an_idle_connection_at_once() {
    let now = Instant::now();
    let mut idle = requested(GET, now);
    idle.respond(200, b"", b"", now);
    sent(&mut idle, now);
    assert_eq!(idle.next_event(now), Event::NeedInput);
    idle.drain(now);
    assert_eq!(idle.closing(), Closing::Now);

    let mut unsent = requested(GET, now);
    unsent.respond(200, b"", b"x", now);
    assert_eq!(unsent.next_event(now), Event::NeedInput);
    unsent.drain(now);
    assert_eq!(unsent.closing(), Closing::AfterOutput);
    assert!(sent(&mut unsent, now).ends_with("\r\nx"));
}

#[test]
fn drain_gives_a_new_connection_a_moment() {
    let now = Instant::now();
    let limits = Limits::default();
    let mut silent = connect(now);
    silent.drain(now + limits.drain_grace / 2);
    assert_eq!(silent.deadline(), Some(now + limits.drain_grace));
    silent.expire(now + limits.drain_grace);
    assert_eq!(silent.closing(), Closing::Now);

    let mut old = connect(now);
    old.drain(now + limits.drain_grace);
    assert_eq!(old.closing(), Closing::Now);

    let mut late = connect(now);
    late.drain(now);
    late.receive(GET, now);
    assert_eq!(late.next_event(now), Event::Head);
    late.respond(200, b"", b"", now);
    assert!(sent(&mut late, now).contains("\r\nconnection: close\r\n"));
}

#[test]
fn drain_during_a_streamed_answer_waits_for_its_end() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection
        .start_response(200, &mut std::iter::empty(), None, now)
        .unwrap();
    connection.drain(now);
    connection.send_body(b"x", false, now).unwrap();
    sent(&mut connection, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

#[test]
fn drain_answers_what_has_arrived_and_says_so_on_the_last() {
    let now = Instant::now();
    let half = GET.len() / 2;
    let mut connection = requested(&[GET, GET, &GET[..half]].concat(), now);
    connection.drain(now);
    connection.respond(200, b"", b"1", now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection.respond(200, b"", b"2", now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert!(!sent(&mut connection, now).contains("connection: close"));
    connection.receive(&[&GET[half..], GET].concat(), now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection.respond(200, b"", b"3", now);
    assert!(sent(&mut connection, now).contains("\r\nconnection: close\r\n"));
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

#[test]
fn drain_does_not_take_line_ends_for_a_request() {
    let now = Instant::now();
    let mut connection = requested(&[GET, b"\r\n"].concat(), now);
    connection.drain(now);
    connection.respond(200, b"", b"", now);
    assert!(sent(&mut connection, now).contains("\r\nconnection: close\r\n"));
}

#[test]
fn drain_counts_what_arrived_and_not_what_was_taken() {
    let now = Instant::now();
    let mut connection = requested(&[POST_FIVE, b"he"].concat(), now);
    connection.stream_body(5, now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert_eq!(connection.take_body(), b"he");
    connection.drain(now);
    connection.receive(&[b"llo", GET].concat(), now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert_eq!(connection.take_body(), b"llo");
    assert_eq!(connection.next_event(now), Event::BodyEnd);
    connection.respond(200, b"", b"", now);
    assert!(sent(&mut connection, now).contains("\r\nconnection: close\r\n"));
}
