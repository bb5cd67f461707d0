//! Answers: their framing, and what is refused.

use std::time::Instant;

use sixlane_engine::http1::{Connection, ReplyError};
use sixlane_engine::protocol::{Closing, Protocol};

use super::{DATE, GET, requested, sent};

const OLD: &[u8] = b"GET / HTTP/1.0\r\n\r\n";
const OLD_KEEP_ALIVE: &[u8] = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
const HEAD: &[u8] = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n";

fn answered(request: &[u8], status: u16, body: &[u8]) -> (String, Closing) {
    let now = Instant::now();
    let mut connection = requested(request, now);
    connection.respond(status, b"", body, now);
    (sent(&mut connection, now), connection.closing())
}

/// Begins an answer to the request; the error, if any, leaves the connection as it was.
fn begun(
    request: &[u8],
    headers: &[(&[u8], &[u8])],
    length: Option<u64>,
) -> (Connection, Result<(), ReplyError>) {
    let now = Instant::now();
    let mut connection = requested(request, now);
    let started = connection.start_response(200, &mut headers.iter().copied(), length, now);
    (connection, started)
}

#[test]
fn whole_answers() {
    let start = |line: &str| format!("HTTP/1.1 {line}\r\n{DATE}");
    let cases: [(&[u8], u16, String); 8] = [
        (GET, 200, start("200 OK") + "content-length: 2\r\n\r\nhi"),
        (GET, 299, start("299 ") + "content-length: 2\r\n\r\nhi"),
        (HEAD, 200, start("200 OK") + "content-length: 2\r\n\r\n"),
        (GET, 204, start("204 No Content") + "\r\n"),
        (
            GET,
            205,
            start("205 Reset Content") + "content-length: 0\r\n\r\n",
        ),
        (GET, 304, start("304 Not Modified") + "\r\n"),
        (
            OLD,
            200,
            start("200 OK") + "connection: close\r\ncontent-length: 2\r\n\r\nhi",
        ),
        (
            OLD_KEEP_ALIVE,
            200,
            start("200 OK") + "connection: keep-alive\r\ncontent-length: 2\r\n\r\nhi",
        ),
    ];
    for (request, status, expected) in cases {
        assert_eq!(answered(request, status, b"hi").0, expected);
    }
    assert_eq!(answered(GET, 200, b"").1, Closing::Open);
    assert_eq!(answered(OLD_KEEP_ALIVE, 200, b"").1, Closing::Open);
    assert_eq!(answered(OLD, 200, b"").1, Closing::AfterOutput);
}

#[test]
fn answer_is_given_once() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection.respond(200, b"", b"", now);
    sent(&mut connection, now);
    connection.respond(200, b"", b"", now);
    assert_eq!(sent(&mut connection, now), "");
    let again = connection.start_response(200, &mut std::iter::empty(), None, now);
    assert_eq!(again, Err(ReplyError::NotExpected));
    assert_eq!(
        connection.send_body(b"x", false, now),
        Err(ReplyError::NotExpected)
    );
}

#[test]
fn counted_body() {
    let now = Instant::now();
    let (mut connection, started) = begun(GET, &[(b"Content-Length", b"4")], None);
    assert_eq!(started, Ok(()));
    assert!(connection.response_started() && !connection.response_finished());
    connection.send_body(b"ab", true, now).unwrap();
    connection.send_body(b"cd", true, now).unwrap();
    assert!(!connection.response_finished());
    connection.send_body(b"", false, now).unwrap();
    assert!(connection.response_finished());
    assert_eq!(
        sent(&mut connection, now),
        format!("HTTP/1.1 200 OK\r\n{DATE}content-length: 4\r\n\r\nabcd")
    );
    assert_eq!(connection.closing(), Closing::Open);
}

#[test]
fn body_of_another_length_aborts() {
    for (data, more, error) in [
        (&b"abc"[..], true, ReplyError::TooLong),
        (b"a", false, ReplyError::TooShort),
    ] {
        let now = Instant::now();
        let (mut connection, _) = begun(GET, &[], Some(2));
        assert_eq!(connection.send_body(data, more, now), Err(error));
        assert!(sent(&mut connection, now).ends_with("content-length: 2\r\n\r\n"));
        assert_ne!(connection.closing(), Closing::Open);
        assert_eq!(
            connection.send_body(b"", false, now),
            Err(ReplyError::Ended)
        );
    }
}

#[test]
fn body_until_close_in_1_0() {
    let now = Instant::now();
    let (mut connection, _) = begun(OLD_KEEP_ALIVE, &[], None);
    connection.send_body(b"abc", false, now).unwrap();
    assert_eq!(
        sent(&mut connection, now),
        format!("HTTP/1.1 200 OK\r\n{DATE}connection: close\r\n\r\nabc")
    );
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

#[test]
fn aborts_never_look_complete() {
    let now = Instant::now();
    for (request, length, closing) in [
        (GET, None, Closing::AfterOutput),
        (GET, Some(9), Closing::AfterOutput),
        (OLD, None, Closing::Reset),
    ] {
        let (mut connection, _) = begun(request, &[], length);
        connection.send_body(b"abc", true, now).unwrap();
        connection.abort(now);
        let answer = sent(&mut connection, now);
        assert!(!answer.ends_with("0\r\n\r\n"), "{answer}");
        assert_eq!(connection.closing(), closing);
    }
}

#[test]
fn streamed_answer_to_head_has_no_body() {
    let now = Instant::now();
    for (length, line) in [(Some(7), "content-length: 7\r\n"), (None, "")] {
        let (mut connection, _) = begun(HEAD, &[], length);
        connection.send_body(b"ignored", false, now).unwrap();
        assert_eq!(
            sent(&mut connection, now),
            format!("HTTP/1.1 200 OK\r\n{DATE}{line}\r\n")
        );
        assert_eq!(connection.closing(), Closing::Open);
    }
}

#[test]
fn own_headers_are_kept_and_framing_is_not() {
    let headers: [(&[u8], &[u8]); 4] = [
        (b"Date", b"today"),
        (b"Transfer-Encoding", b"gzip"),
        (b"Connection", b"close"),
        (b"X-A", b"b"),
    ];
    let (mut connection, _) = begun(GET, &headers, Some(0));
    let answer = sent(&mut connection, Instant::now());
    let expected = "HTTP/1.1 200 OK\r\nconnection: close\r\ndate: today\r\nx-a: b\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(answer, expected);
}

#[test]
fn refused_headers_send_nothing() {
    let cases: [(&[u8], &[u8], ReplyError); 7] = [
        (b"", b"v", ReplyError::HeaderName),
        (b"X-A\r\n", b"v", ReplyError::HeaderName),
        (b"X A", b"v", ReplyError::HeaderName),
        (b"X-A", b"v\r\nX-B: w", ReplyError::HeaderValue),
        (b"X-A", b"v\0", ReplyError::HeaderValue),
        (b"content-length", b"-1", ReplyError::Length),
        (b"content-length", b"3", ReplyError::Length),
    ];
    for (name, value, error) in cases {
        let (mut connection, started) = begun(GET, &[(name, value)], Some(2));
        assert_eq!(started, Err(error));
        assert!(!connection.response_started());
        assert_eq!(sent(&mut connection, Instant::now()), "");
    }
}

#[test]
fn only_final_statuses() {
    let now = Instant::now();
    for status in [0, 100, 199, 1000] {
        let mut connection = requested(GET, now);
        let started = connection.start_response(status, &mut std::iter::empty(), None, now);
        assert_eq!(started, Err(ReplyError::Status));
    }
}

#[test]
fn application_can_close() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection.close_after_response();
    connection.respond(200, b"", b"", now);
    assert!(sent(&mut connection, now).contains("\r\nconnection: close\r\n"));
    assert_eq!(connection.closing(), Closing::AfterOutput);
}
