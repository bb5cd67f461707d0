//! Requests that ask for another protocol.

use std::time::Instant;

use sixlane_engine::error::ErrorKind;
use sixlane_engine::http1::{Event, ReplyError};
use sixlane_engine::protocol::{Closing, Protocol};

use super::{GET, POST_FIVE, requested, sent};

const UPGRADE: &str =
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

fn with_lines(lines: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n")
}

#[test]
fn both_headers_have_to_name_the_upgrade() {
    let rows = [
        ("Upgrade: websocket\r\nConnection: upgrade\r\n", true),
        (
            "Connection: keep-alive, Upgrade\r\nUpgrade: h2c, WebSocket\r\n",
            true,
        ),
        (
            "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: a\r\nConnection: upgrade\r\n",
            true,
        ),
        ("Upgrade: websocket\r\n", false),
        ("Connection: upgrade\r\n", false),
        ("Upgrade: websockets\r\nConnection: upgrade\r\n", false),
        ("Upgrade: websocket\r\nConnection: upgrades\r\n", false),
    ];
    for (lines, expected) in rows {
        let connection = requested(with_lines(lines).as_bytes(), Instant::now());
        assert_eq!(
            connection.head().asks_for_websocket(),
            expected,
            "{lines:?}"
        );
    }
}

#[test]
fn an_upgrade_gives_up_what_follows() {
    let now = Instant::now();
    let mut connection = requested(format!("{UPGRADE}next").as_bytes(), now);
    connection.buffer_body(0, now);
    let headers: [(&[u8], &[u8]); 4] = [
        (b"X-Name", b"value"),
        (b"Connection", b"close"),
        (b"Content-Length", b"5"),
        (b"Transfer-Encoding", b"chunked"),
    ];
    let upgraded = connection
        .upgrade("websocket", &mut headers.iter().copied())
        .expect("an upgrade");
    assert_eq!(upgraded.input, b"next");
    assert_eq!(
        String::from_utf8_lossy(&upgraded.output),
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-name: value\r\n\r\n"
    );
    assert!(!upgraded.peer_ended && !upgraded.draining);
    assert_eq!(connection.output(), b"");
    assert_eq!(connection.head().raw_path(), b"/");
    connection.forget_head();
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert!(!connection.wants_input());
    assert_eq!(connection.deadline(), None);
}

#[test]
fn an_upgrade_takes_earlier_answers_along() {
    let now = Instant::now();
    let mut connection = requested(&[GET, UPGRADE.as_bytes()].concat(), now);
    connection.buffer_body(0, now);
    connection.respond(200, b"", b"first", now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection.drain(now);
    let upgraded = connection.upgrade("websocket", &mut std::iter::empty());
    let upgraded = upgraded.expect("an upgrade");
    let output = String::from_utf8_lossy(&upgraded.output).into_owned();
    assert!(output.contains("firstHTTP/1.1 101 "), "{output}");
    assert!(upgraded.draining);
}

#[test]
fn a_header_that_would_split_the_answer_upgrades_nothing() {
    let now = Instant::now();
    let mut connection = requested(UPGRADE.as_bytes(), now);
    let headers: [(&[u8], &[u8]); 1] = [(b"x", b"a\r\nb: c")];
    let refused = connection.upgrade("websocket", &mut headers.iter().copied());
    assert_eq!(refused.map(drop), Err(ReplyError::HeaderValue));
    connection.respond(500, b"", b"", now);
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 500 "));
    let late = connection.upgrade("websocket", &mut std::iter::empty());
    assert_eq!(late.map(drop), Err(ReplyError::Ended));
}

#[test]
fn a_refusal_says_which_version_is_spoken() {
    let now = Instant::now();
    let mut connection = requested(POST_FIVE, now);
    connection.refuse(ErrorKind::UpgradeRequired, now);
    let answer = sent(&mut connection, now);
    assert!(answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
    for line in [
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "connection: close",
    ] {
        assert!(answer.contains(&format!("\r\n{line}\r\n")), "{line}");
    }
    assert_eq!(connection.closing(), Closing::AfterOutput);
    connection.refuse(ErrorKind::UpgradeRequired, now);
    assert_eq!(connection.output(), b"");
}
