//! Step by step: requests in, answers out.

use std::time::Instant;

use sixlane_engine::http1::{Event, Framing};
use sixlane_engine::protocol::{Closing, Protocol};

use super::peer::{Peer, Reading};
use super::{DATE, GET, POST_FIVE, connect, requested, sent};
use sixlane_engine::limits::Limits;

#[test]
fn get_with_keep_alive() {
    let now = Instant::now();
    let mut connection = connect(now);
    for _ in 0..3 {
        connection.receive(
            b"GET /items/7?q=a HTTP/1.1\r\nHost: example.com:80\r\nX-Token:  t \r\n\r\n",
            now,
        );
        assert_eq!(connection.next_event(now), Event::Head);
        let head = connection.head();
        assert_eq!(head.method(), "GET");
        assert_eq!(head.raw_path(), b"/items/7");
        assert_eq!(head.query(), b"q=a");
        assert_eq!(head.version_minor(), 1);
        assert_eq!(head.authority(), Some(&b"example.com:80"[..]));
        assert_eq!(head.header(b"x-token"), Some(&b"t"[..]));
        assert_eq!(head.framing(), Framing::None);
        assert_eq!(head.headers().len(), 2);
        connection.respond(200, b"content-type: text/plain\r\n", b"seven", now);
        let expected = format!(
            "HTTP/1.1 200 OK\r\n{DATE}content-length: 5\r\ncontent-type: text/plain\r\n\r\nseven"
        );
        assert_eq!(sent(&mut connection, now), expected);
        assert_eq!(connection.next_event(now), Event::NeedInput);
        assert_eq!(connection.closing(), Closing::Open);
    }
}

#[test]
fn buffered_body() {
    let now = Instant::now();
    let mut connection = connect(now);
    connection.receive(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel",
        now,
    );
    assert_eq!(connection.next_event(now), Event::Head);
    assert_eq!(connection.head().framing(), Framing::Length(5));
    connection.buffer_body(10, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    connection.receive(b"loGET /2 HTTP/1.1\r\nHost: x\r\n\r\n", now);
    assert_eq!(connection.next_event(now), Event::Body);
    assert_eq!(connection.body(), b"hello");
    assert_eq!(connection.head().raw_path(), b"/");
    connection.respond(200, b"", b"", now);
    assert_eq!(connection.next_event(now), Event::Head);
    assert_eq!(connection.head().raw_path(), b"/2");
}

#[test]
fn streamed_body_and_chunked_answer() {
    let now = Instant::now();
    let mut connection = connect(now);
    connection.receive(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        now,
    );
    assert_eq!(connection.next_event(now), Event::Head);
    connection.stream_body(100, now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert_eq!(connection.take_body(), b"hello");
    assert_eq!(connection.next_event(now), Event::NeedInput);
    let headers: [(&[u8], &[u8]); 1] = [(b"X-A", b"1")];
    connection
        .start_response(200, &mut headers.into_iter(), None, now)
        .unwrap();
    connection.send_body(b"first", true, now).unwrap();
    connection.receive(b"1\r\n!\r\n0\r\nX-Sum: 9\r\n\r\n", now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert_eq!(connection.next_event(now), Event::BodyEnd);
    assert_eq!(connection.take_body(), b"!");
    assert_eq!(
        connection.trailers().collect::<Vec<_>>(),
        [(&b"x-sum"[..], &b"9"[..])]
    );
    connection.send_body(&[b'y'; 17], false, now).unwrap();
    let chunks = "5\r\nfirst\r\n11\r\nyyyyyyyyyyyyyyyyy\r\n0\r\n\r\n";
    let expected =
        format!("HTTP/1.1 200 OK\r\n{DATE}x-a: 1\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
    assert_eq!(sent(&mut connection, now), expected);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.closing(), Closing::Open);
}

#[test]
fn twenty_requests_at_once_are_answered_in_order() {
    let mut peer = Peer::new(Limits::default(), Reading::Buffered);
    let requests: String = (0..20)
        .map(|number| format!("GET /{number} HTTP/1.1\r\nHost: x\r\n\r\n"))
        .collect();
    peer.send(requests.as_bytes());
    let paths: Vec<_> = peer
        .requests
        .iter()
        .map(|request| request.path.clone())
        .collect();
    assert_eq!(
        paths,
        (0..20)
            .map(|number| format!("/{number}").into_bytes())
            .collect::<Vec<_>>()
    );
    assert_eq!(peer.statuses(), [200; 20]);
}

#[test]
fn one_request_is_handled_at_a_time() {
    let now = Instant::now();
    let mut connection = requested(&[GET, GET].concat(), now);
    connection.buffer_body(0, now);
    assert_eq!(connection.next_event(now), Event::Body);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    connection.respond(200, b"", b"", now);
    assert_eq!(connection.next_event(now), Event::Head);
}

#[test]
fn unread_pipelined_requests_stop_the_reading() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    let mut read = 0;
    while connection.wants_input() {
        connection.receive(&GET.repeat(100), now);
        assert_eq!(connection.next_event(now), Event::NeedInput);
        read += GET.len() * 100;
    }
    let bound = Limits::default().read_ahead_bytes;
    assert!(read > bound && read <= bound + GET.len() * 100, "{read}");
}

#[test]
fn unsent_answers_stop_the_parsing() {
    let now = Instant::now();
    let mut connection = requested(&[GET, GET].concat(), now);
    let large = vec![b'y'; Limits::default().output_high_water + 1];
    connection.respond(200, b"", &large, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert!(!connection.wants_input());
    connection.output_sent(1000, now);
    assert!(connection.wants_input());
    assert_eq!(connection.next_event(now), Event::Head);
}

#[test]
fn untaken_chunks_stop_the_reading() {
    let now = Instant::now();
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
    let mut connection = requested(head, now);
    connection.stream_body(1_000_000, now);
    connection.receive(&vec![b'y'; Limits::default().body_high_water], now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert!(connection.wants_input());
    connection.receive(b"y", now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert!(!connection.wants_input());
    assert_eq!(
        connection.take_body().len(),
        Limits::default().body_high_water + 1
    );
    assert!(connection.wants_input());
}

#[test]
fn early_answer_drops_the_body() {
    let now = Instant::now();
    let mut connection = requested(POST_FIVE, now);
    connection.respond(404, b"", b"", now);
    assert!(!sent(&mut connection, now).contains("connection: close"));
    connection.receive(b"hel", now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    connection.receive(b"lo", now);
    connection.receive(GET, now);
    assert_eq!(connection.next_event(now), Event::Head);
    assert_eq!(connection.head().method(), "GET");
}

#[test]
fn head_stays_while_the_body_streams() {
    let now = Instant::now();
    let mut connection = requested(POST_FIVE, now);
    connection.stream_body(5, now);
    for byte in b"hello" {
        connection.receive(&[*byte], now);
        assert_eq!(connection.next_event(now), Event::BodyChunk);
        assert_eq!(connection.take_body(), [*byte]);
        assert_eq!(connection.head().header(b"host"), Some(&b"x"[..]));
    }
    assert_eq!(connection.next_event(now), Event::BodyEnd);
}

#[test]
fn a_long_collected_body_is_read_in_place() {
    let now = Instant::now();
    let length = 200_000;
    let body: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
    let mut connection = connect(now);
    connection.receive(
        format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").as_bytes(),
        now,
    );
    assert!(connection.bulk_input().is_none(), "nobody has asked for it");
    assert_eq!(connection.next_event(now), Event::Head);
    connection.buffer_body(1 << 20, now);
    let mut sent = 0;
    while let Some((buffer, due)) = connection.bulk_input() {
        assert_eq!(due, length - sent, "as much as is missing");
        let piece = &body[sent..sent + 50_000];
        buffer.extend_from_slice(piece);
        connection.received(piece.len(), now);
        sent += piece.len();
        if sent == 100_000 {
            assert_eq!(connection.next_event(now), Event::NeedInput);
        }
    }
    assert!(length - sent < 64 * 1024, "the rest comes in one read");
    connection.receive(&body[sent..], now);
    connection.receive(GET, now);
    assert_eq!(connection.next_event(now), Event::Body);
    assert!(connection.body() == body);
    connection.respond(200, b"", b"", now);
    assert_eq!(connection.next_event(now), Event::Head);
}

#[test]
fn a_streamed_or_chunked_body_is_not_read_in_place() {
    let now = Instant::now();
    for framing in ["Content-Length: 200000", "Transfer-Encoding: chunked"] {
        let mut connection = connect(now);
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n");
        connection.receive(head.as_bytes(), now);
        assert_eq!(connection.next_event(now), Event::Head);
        match framing {
            "Transfer-Encoding: chunked" => connection.buffer_body(1 << 20, now),
            _ => connection.stream_body(1 << 20, now),
        }
        assert!(connection.bulk_input().is_none(), "{framing}");
    }
}
