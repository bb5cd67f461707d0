//! A WebSocket client that writes frames byte by byte, and an application that echoes what it is sent.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};
use sixlane_engine::ws::{Agreement, Kind, Message, WebSocket};

pub(crate) const CONTINUATION: u8 = 0;
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;
/// Added to an opcode.
pub(crate) const MORE: u8 = 0x80;
pub(crate) const RSV1: u8 = 0x40;

pub(crate) const DEFLATE: Agreement = Agreement {
    server_no_context_takeover: false,
    client_no_context_takeover: false,
    server_window_bits: 12,
    client_window_bits: Some(12),
};

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame of a client: an opcode, plus `MORE` unless it is the last of its message, plus bits.
pub(crate) fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![opcode ^ MORE];
    match payload.len() {
        length @ ..126 => frame.push(0x80 | u8::try_from(length).expect("short")),
        length @ ..65536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).expect("medium").to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}

/// The application echoes each message, unless it does not read.
pub(crate) struct Peer {
    pub(crate) websocket: WebSocket,
    pub(crate) now: Instant,
    /// Whether the application takes messages.
    pub(crate) reads: bool,
    /// Whether the client takes output.
    pub(crate) takes: bool,
    pub(crate) messages: Vec<Message>,
    /// All the client has been sent.
    pub(crate) sent: Vec<u8>,
    unread: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(limits: Limits, agreement: Option<Agreement>) -> Self {
        let now = Instant::now();
        Self {
            websocket: WebSocket::new(Arc::new(limits), agreement, b"", b"", now),
            now,
            reads: true,
            takes: true,
            messages: Vec::new(),
            sent: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Sends bytes; they are read as far as the connection wants input.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
        self.run();
    }

    pub(crate) fn end(&mut self) {
        self.websocket.receive_end(self.now);
        self.run();
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now += time;
        self.websocket.expire(self.now);
        let deadline = self.websocket.deadline();
        assert!(
            deadline.is_none_or(|deadline| deadline > self.now),
            "a timer stays due"
        );
        self.run();
    }

    /// Does what a reactor does until nothing moves.
    pub(crate) fn run(&mut self) {
        loop {
            let before = (self.unread.len(), self.sent.len(), self.messages.len());
            if self.websocket.wants_input() && !self.unread.is_empty() {
                let unread = std::mem::take(&mut self.unread);
                self.websocket.receive(&unread, self.now);
            }
            while self.reads
                && let Some(message) = self.websocket.take_message(|| self.now)
            {
                self.websocket.send(message.kind, &message.data, self.now);
                self.messages.push(message);
            }
            if self.takes && self.websocket.closing() != Closing::Reset {
                let output = self.websocket.output().to_vec();
                self.websocket.output_sent(output.len(), self.now);
                self.sent.extend(output);
            }
            if before == (self.unread.len(), self.sent.len(), self.messages.len()) {
                return;
            }
        }
    }

    /// What the client sees and, after a stroke, the code that the application is told.
    pub(crate) fn outcome(&self) -> String {
        let mut words = frames(&self.sent);
        if let Some(close) = self.websocket.ended() {
            words.push(format!("| {}", close.code));
        }
        words.join(" ")
    }
}

/// The frames of a server in words.
pub(crate) fn frames(mut bytes: &[u8]) -> Vec<String> {
    let mut words = Vec::new();
    while let [first, second, rest @ ..] = bytes {
        let (length, rest) = match (second, rest) {
            (126, [high, low, rest @ ..]) => (u64::from(u16::from_be_bytes([*high, *low])), rest),
            (127, rest) => {
                let (length, rest) = rest.split_first_chunk().expect("a length");
                (u64::from_be_bytes(*length), rest)
            }
            (length, rest) => (u64::from(*length), rest),
        };
        let length = usize::try_from(length).expect("it is there");
        let (payload, rest) = rest.split_at(length);
        let shown = if length > 20 {
            length.to_string()
        } else {
            String::from_utf8_lossy(payload).into_owned()
        };
        words.push(match first {
            0x81 => format!("text:{shown}"),
            0x82 if length > 20 => format!("binary:{length}"),
            0x82 => format!("binary:{}", hexadecimal(payload)),
            0xc1 | 0xc2 => format!("deflated:{length}"),
            0x89 => format!("ping:{}", payload.len()),
            0x8a => format!("pong:{shown}"),
            0x88 if payload.is_empty() => "close:".to_owned(),
            0x88 => format!("close:{}", u16::from_be_bytes([payload[0], payload[1]])),
            other => unreachable!("a server never sends {other:#x}"),
        });
        bytes = rest;
    }
    assert!(bytes.is_empty(), "a cut frame");
    words
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text message of the application.
pub(crate) fn text(data: &str) -> Message {
    Message {
        kind: Kind::Text,
        data: data.as_bytes().to_vec(),
    }
}
