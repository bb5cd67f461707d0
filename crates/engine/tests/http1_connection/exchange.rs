//! One connection, step by step: requests in, answers out.

use std::sync::Arc;
use std::time::{Instant, UNIX_EPOCH};

use sixlane_engine::http1::{Connection, Date, Event, Framing};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

const DATE: &str = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

fn connect(now: Instant) -> Connection {
    Connection::new(
        Arc::new(Limits::default()),
        Arc::new(Date::new(UNIX_EPOCH)),
        now,
    )
}

fn sent(connection: &mut Connection, now: Instant) -> String {
    let output = String::from_utf8(connection.output().to_vec()).expect("an answer is text");
    connection.output_sent(output.len(), now);
    output
}

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
