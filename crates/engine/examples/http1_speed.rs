//! How long the HTTP/1 state machine takes: `cargo run --release -p sixlane-engine --example http1_speed`.

use std::hint::black_box;
use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use sixlane_engine::http1::{Connection, Date, Event};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::Protocol;

const SMALL: &[u8] = b"GET /items/7?q=ab&limit=3 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
const BROWSER: &[u8] = b"GET /items/7 HTTP/1.1\r\nHost: example.com\r\nConnection: keep-alive\r\n\
    sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\nsec-ch-ua-mobile: ?0\r\nUpgrade-Insecure-Requests: 1\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36\r\n\
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n\
    Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n\r\n";
const POST: &[u8] =
    b"POST /items HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nContent-Type: application/json\r\n\
    Content-Length: 27\r\n\r\n{\"name\": \"a\", \"price\": 1.5}";

fn main() -> std::io::Result<()> {
    for (name, request) in [
        ("small GET", SMALL),
        ("browser GET", BROWSER),
        ("small POST", POST),
    ] {
        report(name, 1_000_000, |connection, now| {
            exchange(connection, &[request], now)
        })?;
    }
    let head = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        format!("X: {}\r\n", "v".repeat(990)).repeat(60)
    );
    report("head of 60 KB at once", 10_000, |connection, now| {
        exchange(connection, &[head.as_bytes()], now)
    })?;
    let bytes: Vec<&[u8]> = head.as_bytes().chunks(1).collect();
    report("head of 60 KB byte by byte", 100, |connection, now| {
        exchange(connection, &bytes, now)
    })
}

/// One request and its answer, on a connection that goes on.
fn exchange(connection: &mut Connection, pieces: &[&[u8]], now: Instant) {
    for piece in pieces {
        connection.receive(black_box(piece), now);
        if connection.next_event(now) == Event::Head {
            connection.buffer_body(1000, now);
        }
    }
    while connection.next_event(now) != Event::Body {}
    connection.respond(
        200,
        b"content-type: application/json\r\n",
        b"{\"ok\":true}",
        now,
    );
    let length = black_box(connection.output()).len();
    connection.output_sent(length, now);
}

fn report(
    name: &str,
    count: u32,
    mut exchange: impl FnMut(&mut Connection, Instant),
) -> std::io::Result<()> {
    let limits = Limits {
        keep_alive_requests: u64::MAX,
        ..Limits::default()
    };
    let now = Instant::now();
    let mut connection = Connection::new(
        Arc::new(limits),
        Arc::new(Date::new(SystemTime::now())),
        now,
    );
    let started = Instant::now();
    for _ in 0..count {
        exchange(&mut connection, now);
    }
    writeln!(stdout(), "{name}: {:.0?} each", started.elapsed() / count)
}
