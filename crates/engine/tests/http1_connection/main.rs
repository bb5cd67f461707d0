//! One HTTP/1 connection from many sides.

mod endings;
mod exchange;
mod expectations;
mod limits;
#[path = "../peer/mod.rs"]
mod peer;
mod replies;
mod timers;
mod upgrades;

use std::sync::Arc;
use std::time::{Instant, UNIX_EPOCH};

use sixlane_engine::http1::{Connection, Date, Event};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::Protocol;

const DATE: &str = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const POST_FIVE: &[u8] = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
const POST_CHUNKED: &[u8] = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

fn connect(now: Instant) -> Connection {
    connect_with(Limits::default(), now)
}

fn connect_with(limits: Limits, now: Instant) -> Connection {
    Connection::new(Arc::new(limits), Arc::new(Date::new(UNIX_EPOCH)), now)
}

/// Sends a request and returns the connection with its head given out.
fn requested(request: &[u8], now: Instant) -> Connection {
    let mut connection = connect(now);
    connection.receive(request, now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection
}

/// Takes all output.
fn sent(connection: &mut Connection, now: Instant) -> String {
    let output = String::from_utf8(connection.output().to_vec()).expect("an answer is text");
    connection.output_sent(output.len(), now);
    output
}
