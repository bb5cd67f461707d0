//! `Expect: 100-continue`: when the client is told to go on.

use std::time::Instant;

use sixlane_engine::http1::Event;
use sixlane_engine::protocol::{Closing, Protocol};

use super::{GET, requested, sent};

const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
const HEAD: &[u8] =
    b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n";

#[test]
fn buffering_asks_for_the_body() {
    let now = Instant::now();
    let mut connection = requested(HEAD, now);
    assert!(connection.head().expects_continue());
    assert_eq!(sent(&mut connection, now), "");
    connection.buffer_body(5, now);
    assert_eq!(sent(&mut connection, now), CONTINUE);
    connection.receive(b"hello", now);
    assert_eq!(connection.next_event(now), Event::Body);
    connection.respond(200, b"", b"", now);
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 200 OK\r\n"));
    assert_eq!(connection.closing(), Closing::Open);
}

#[test]
fn body_that_came_needs_no_asking() {
    let now = Instant::now();
    let mut connection = requested(&[HEAD, b"h"].concat(), now);
    connection.buffer_body(5, now);
    assert_eq!(sent(&mut connection, now), "");
}

#[test]
fn streaming_asks_when_the_application_does_and_once() {
    let now = Instant::now();
    let mut connection = requested(HEAD, now);
    connection.stream_body(5, now);
    assert_eq!(sent(&mut connection, now), "");
    connection.body_wanted(now);
    connection.body_wanted(now);
    assert_eq!(sent(&mut connection, now), CONTINUE);
}

#[test]
fn nothing_interim_follows_a_final_answer() {
    let now = Instant::now();
    let mut connection = requested(HEAD, now);
    connection.stream_body(5, now);
    connection
        .start_response(200, &mut std::iter::empty(), Some(1), now)
        .unwrap();
    sent(&mut connection, now);
    connection.body_wanted(now);
    assert_eq!(sent(&mut connection, now), "");
}

#[test]
fn answer_without_reading_closes() {
    let now = Instant::now();
    let mut connection = requested(HEAD, now);
    connection.respond(200, b"", b"", now);
    let answer = sent(&mut connection, now);
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nconnection: close\r\n"),
        "{answer}"
    );
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

#[test]
fn body_over_its_limit_is_not_asked_for() {
    let now = Instant::now();
    let mut connection = requested(HEAD, now);
    connection.buffer_body(4, now);
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 413 Content Too Large\r\n"));
    assert_eq!(connection.next_event(now), Event::Disconnected);
}

#[test]
fn expectation_without_body_means_nothing() {
    let now = Instant::now();
    let mut connection = requested(
        b"GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
        now,
    );
    connection.buffer_body(0, now);
    assert_eq!(connection.next_event(now), Event::Body);
    connection.respond(200, b"", b"", now);
    connection.receive(GET, now);
    assert_eq!(connection.next_event(now), Event::Head);
}
