//! Every limit holds at its exact value: equal is accepted, one more is refused.

use std::time::Instant;

use sixlane_engine::http1::Event;
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

use super::peer::{Peer, Reading};
use super::{GET, POST_CHUNKED, POST_FIVE, connect_with, sent};

/// Statuses that one client gets for these bytes.
fn statuses(limits: Limits, input: &str) -> Vec<u16> {
    let mut peer = Peer::new(limits, Reading::Buffered);
    peer.send(input.as_bytes());
    peer.statuses()
}

fn request(line: &str, headers: &str) -> String {
    format!("{line}\r\nHost: x\r\n{headers}\r\n")
}

#[test]
fn request_line() {
    let limits = || Limits {
        request_line_bytes: 30,
        ..Limits::default()
    };
    let line = |length: usize| format!("GET /{} HTTP/1.1", "a".repeat(length - 14));
    assert_eq!(statuses(limits(), &request(&line(30), "")), [200]);
    assert_eq!(statuses(limits(), &request(&line(31), "")), [414]);
    assert_eq!(
        statuses(limits(), &line(31)),
        [414],
        "before the line is complete"
    );
}

#[test]
fn method() {
    let line = |length: usize| format!("{} / HTTP/1.1", "M".repeat(length));
    assert_eq!(statuses(Limits::default(), &request(&line(32), "")), [200]);
    assert_eq!(statuses(Limits::default(), &request(&line(33), "")), [501]);
}

#[test]
fn leading_empty_lines() {
    let input = |count: usize| format!("{}GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n".repeat(count));
    assert_eq!(statuses(Limits::default(), &input(4)), [200]);
    assert_eq!(statuses(Limits::default(), &input(5)), [400]);
}

#[test]
fn host_syntax() {
    let limits = |host_syntax| Limits {
        host_syntax,
        ..Limits::default()
    };
    let answer = |host_syntax, headers: &str| {
        let input = format!("GET / HTTP/1.1\r\n{headers}\r\n");
        statuses(limits(host_syntax), &input)
    };
    for host in ["[invalid", "a/b", "u@x", "a b", "x:99999"] {
        let header = format!("Host: {host}\r\n");
        assert_eq!(answer(true, &header), [400], "{host}");
        assert_eq!(answer(false, &header), [200], "{host}");
    }
    assert_eq!(answer(false, ""), [400], "there has to be one");
    assert_eq!(answer(false, "Host: x\r\nHost: x\r\n"), [400]);
}

#[test]
fn one_header() {
    let limits = || Limits {
        header_name_bytes: 12,
        header_bytes: 20,
        ..Limits::default()
    };
    let header =
        |name: usize, value: usize| format!("{}: {}\r\n", "n".repeat(name), "v".repeat(value));
    let answer = |name, value| statuses(limits(), &request("GET / HTTP/1.1", &header(name, value)));
    assert_eq!(answer(12, 1), [200]);
    assert_eq!(answer(13, 1), [431]);
    assert_eq!(answer(1, 17), [200]);
    assert_eq!(answer(1, 18), [431]);
}

#[test]
fn all_headers() {
    let limits = || Limits {
        headers_total_bytes: 40,
        headers_count: 4,
        ..Limits::default()
    };
    let answer = |headers: &str| statuses(limits(), &request("GET / HTTP/1.1", headers));
    let size = |size: usize| format!("A: {}\r\n", "v".repeat(size - "Host: x\r\nA: ".len() - 2));
    assert_eq!(answer(&size(40)), [200]);
    assert_eq!(answer(&size(41)), [431]);
    assert_eq!(answer(&"A: b\r\n".repeat(3)), [200]);
    assert_eq!(answer(&"A: b\r\n".repeat(4)), [431]);
}

#[test]
fn body_of_known_length() {
    for (limit, event) in [(5, Event::Body), (4, Event::Disconnected)] {
        let now = Instant::now();
        let mut connection = connect_with(Limits::default(), now);
        connection.receive(&[POST_FIVE, b"hello"].concat(), now);
        assert_eq!(connection.next_event(now), Event::Head);
        connection.buffer_body(limit, now);
        assert_eq!(connection.next_event(now), event);
    }
}

#[test]
fn chunked_body_is_refused_when_a_chunk_announces_too_much() {
    for (size, event) in [("5", Event::NeedInput), ("6", Event::Disconnected)] {
        let now = Instant::now();
        let mut connection = connect_with(Limits::default(), now);
        connection.receive(
            &[POST_CHUNKED, b"5\r\nhello\r\n", size.as_bytes(), b"\r\n"].concat(),
            now,
        );
        assert_eq!(connection.next_event(now), Event::Head);
        connection.buffer_body(10, now);
        assert_eq!(connection.next_event(now), event);
        let refused = sent(&mut connection, now).starts_with("HTTP/1.1 413 ");
        assert_eq!(refused, event == Event::Disconnected);
    }
}

#[test]
fn streamed_body_over_its_limit_aborts_a_begun_answer() {
    let now = Instant::now();
    let mut connection = connect_with(Limits::default(), now);
    connection.receive(POST_CHUNKED, now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection.stream_body(3, now);
    connection
        .start_response(200, &mut std::iter::empty(), None, now)
        .unwrap();
    connection.receive(b"4\r\n", now);
    assert_eq!(connection.next_event(now), Event::Disconnected);
    assert!(!sent(&mut connection, now).contains("413"));
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

fn chunked(body: &str) -> String {
    request("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n") + body
}

#[test]
fn chunk_extensions() {
    let limits = || Limits {
        chunk_extension_bytes: 8,
        ..Limits::default()
    };
    assert_eq!(
        statuses(limits(), &chunked("1;abc\r\nx\r\n0;abc\r\n\r\n")),
        [200]
    );
    assert_eq!(
        statuses(limits(), &chunked("1;abc\r\nx\r\n0;abcd\r\n\r\n")),
        [400]
    );
}

#[test]
fn chunk_size_digits() {
    assert_eq!(
        statuses(
            Limits::default(),
            &chunked("0000000000000001\r\nx\r\n0\r\n\r\n")
        ),
        [200]
    );
    assert_eq!(
        statuses(
            Limits::default(),
            &chunked("00000000000000001\r\nx\r\n0\r\n\r\n")
        ),
        [400]
    );
    assert_eq!(
        statuses(Limits::default(), &chunked("7fffffffffffffff\r\n")),
        [413]
    );
    assert_eq!(
        statuses(Limits::default(), &chunked("8000000000000000\r\n")),
        [400]
    );
}

#[test]
fn trailers() {
    let limits = || Limits {
        trailer_bytes: 8,
        headers_count: 3,
        ..Limits::default()
    };
    assert_eq!(
        statuses(limits(), &chunked("0\r\na: 1\r\nb: 2\r\n\r\n")),
        [200]
    );
    assert_eq!(
        statuses(limits(), &chunked("0\r\na: 1\r\nb: 22\r\n\r\n")),
        [431]
    );
    assert_eq!(
        statuses(limits(), &chunked("0\r\na:\r\nb:\r\nc:\r\n\r\n")),
        [200]
    );
    assert_eq!(
        statuses(limits(), &chunked("0\r\na:\r\nb:\r\nc:\r\nd:\r\n\r\n")),
        [431]
    );
}

#[test]
fn requests_of_one_connection() {
    let limits = Limits {
        keep_alive_requests: 2,
        ..Limits::default()
    };
    let mut peer = Peer::new(limits, Reading::Buffered);
    peer.send(&GET.repeat(3));
    assert_eq!(peer.statuses(), [200, 200]);
    assert_eq!(peer.connection.closing(), Closing::AfterOutput);
    let received = String::from_utf8(peer.received).unwrap();
    assert_eq!(received.matches("connection: close").count(), 1);
}

#[test]
fn discarded_body() {
    for (length, closing) in [(100, Closing::Open), (101, Closing::AfterOutput)] {
        let now = Instant::now();
        let mut connection = connect_with(
            Limits {
                discard_bytes: 100,
                ..Limits::default()
            },
            now,
        );
        let head = request("POST / HTTP/1.1", &format!("Content-Length: {length}\r\n"));
        connection.receive(head.as_bytes(), now);
        assert_eq!(connection.next_event(now), Event::Head);
        connection.respond(404, b"", b"", now);
        assert_eq!(connection.closing(), closing);
    }
}
