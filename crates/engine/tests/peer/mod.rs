//! A scripted peer: feeds bytes to a connection as a reactor would, and notes what the application and the client see.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod script;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Instant, UNIX_EPOCH};

use sixlane_engine::http1::{Connection, Date, Event};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

/// Bytes a reactor reads at once.
pub(crate) const READ_SIZE: usize = 16 * 1024;

/// A request as the application saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: Vec<u8>,
    pub(crate) query: Vec<u8>,
    pub(crate) host: Option<Vec<u8>>,
    pub(crate) headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) trailers: Vec<(Vec<u8>, Vec<u8>)>,
}

/// How the application reads bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Buffered,
    Streamed,
}

/// A connection, its application and its client. The application answers every request with 200 and the length of the
/// body it saw; under `/nobody` it answers without reading.
pub(crate) struct Peer {
    pub(crate) connection: Connection,
    pub(crate) requests: Vec<Seen>,
    pub(crate) received: Vec<u8>,
    pub(crate) disconnects: usize,
    pub(crate) now: Instant,
    reading: Reading,
    unread: VecDeque<u8>,
    streamed: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(limits: Limits, reading: Reading) -> Self {
        let now = Instant::now();
        let date = Arc::new(Date::new(UNIX_EPOCH));
        Self {
            connection: Connection::new(Arc::new(limits), date, now),
            requests: Vec::new(),
            received: Vec::new(),
            disconnects: 0,
            now,
            reading,
            unread: VecDeque::new(),
            streamed: Vec::new(),
        }
    }

    /// Sends bytes; they are read as far as the connection wants input.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.unread.extend(bytes);
        self.run();
        while !self.unread.is_empty() && self.connection.wants_input() {
            let count = self.unread.len().min(READ_SIZE);
            let piece: Vec<u8> = self.unread.drain(..count).collect();
            self.connection.receive(&piece, self.now);
            self.run();
        }
    }

    /// Ends the client's side.
    pub(crate) fn end(&mut self) {
        self.connection.receive_end(self.now);
        self.run();
    }

    /// Acts on events and takes output until nothing moves.
    pub(crate) fn run(&mut self) {
        loop {
            let event = self.connection.next_event(self.now);
            self.take_output();
            match event {
                Event::NeedInput => break,
                Event::Head => self.begin(),
                Event::Body => {
                    let body = self.connection.body().to_vec();
                    self.answer(body);
                }
                Event::BodyChunk => {
                    let chunk = self.connection.take_body();
                    assert!(!chunk.is_empty());
                    self.streamed.extend(chunk);
                }
                Event::BodyEnd => {
                    assert!(self.connection.take_body().is_empty());
                    let body = std::mem::take(&mut self.streamed);
                    self.answer(body);
                }
                Event::Disconnected => self.disconnects += 1,
            }
            self.take_output();
        }
    }

    fn begin(&mut self) {
        let head = self.connection.head();
        let seen = Seen {
            method: head.method().to_owned(),
            path: head.raw_path().to_vec(),
            query: head.query().to_vec(),
            host: head.authority().map(<[u8]>::to_vec),
            headers: head
                .headers()
                .map(|(name, value)| (name.to_vec(), value.to_vec()))
                .collect(),
            ..Seen::default()
        };
        let unread = seen.path == b"/nobody";
        self.requests.push(seen);
        let now = self.now;
        match self.reading {
            _ if unread => self.connection.respond(200, b"", b"nothing read", now),
            Reading::Buffered => self.connection.buffer_body(16 << 20, now),
            Reading::Streamed => {
                self.connection.stream_body(16 << 20, now);
                self.connection.body_wanted(now);
            }
        }
    }

    fn answer(&mut self, body: Vec<u8>) {
        let text = body.len().to_string();
        let trailers = self.connection.trailers();
        let trailers = trailers
            .map(|(name, value)| (name.to_vec(), value.to_vec()))
            .collect();
        let request = self.requests.last_mut().expect("a body follows a head");
        request.body = Some(body);
        request.trailers = trailers;
        self.connection.respond(200, b"", text.as_bytes(), self.now);
    }

    fn take_output(&mut self) {
        let output = self.connection.output().to_vec();
        self.received.extend_from_slice(&output);
        self.connection.output_sent(output.len(), self.now);
    }

    /// The status codes the client received, interim ones included.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        let mut statuses = Vec::new();
        let mut rest = &self.received[..];
        let mut methods = self.requests.iter().map(|request| request.method.as_str());
        while !rest.is_empty() {
            let end = find(rest, b"\r\n\r\n").expect("an answer has a head") + 4;
            let head = String::from_utf8(rest[..end].to_vec()).expect("an answer's head is ASCII");
            let status = head[9..12].parse().expect("an answer has a status");
            statuses.push(status);
            rest = &rest[end..];
            // A HEAD that is refused unseen has no body either.
            let is_refused_head = rest.is_empty() && status >= 400;
            if status >= 200 && methods.next() != Some("HEAD") && !is_refused_head {
                rest = &rest[content_length(&head)..];
            }
        }
        statuses
    }

    /// The outcome in the code of the vector tables; see `tests/vectors`.
    pub(crate) fn outcome(&self) -> String {
        let mut statuses = self.statuses();
        let interim = if statuses.first() == Some(&100) {
            "100+"
        } else {
            ""
        };
        statuses.retain(|&status| status != 100);
        let size = match self
            .requests
            .first()
            .and_then(|request| request.body.as_ref())
        {
            Some(body) if !body.is_empty() => body.len().to_string(),
            _ => String::new(),
        };
        let is_open = self.connection.closing() == Closing::Open;
        let end = if is_open { "open" } else { "close" };
        let outcome = match statuses[..] {
            [] if is_open => "wait".to_owned(),
            [] => "drop".to_owned(),
            [200] => format!("200({size})-{end}"),
            [200, 200] => format!("A{size}"),
            [200, second] => format!("A{size} then {second}"),
            [first] if !is_open => first.to_string(),
            _ => format!("{statuses:?}-{end}"),
        };
        format!("{interim}{outcome}")
    }
}

fn content_length(head: &str) -> usize {
    let (_, rest) = head
        .split_once("content-length: ")
        .expect("an answer has a length");
    let (digits, _) = rest.split_once('\r').expect("a header line ends");
    digits.parse().expect("a length is a number")
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}
