//! A connection under a script of bytes: reads, writes, time and an application that does anything in any order.

use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use sixlane_engine::http1::{Connection, Date, Event};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

/// Runs the script: pairs of an operation and its amount. `input` is what the client sends bit by bit.
///
/// Holds that requests never overlap, that no timer stays due, and that the connection ends once the client does.
pub(crate) fn run(script: &[u8], input: &[u8]) {
    let mut play = Play::new(input);
    for step in script.chunks_exact(2) {
        play.step(step[0], usize::from(step[1]));
        play.settle();
    }
    play.end();
}

struct Play<'i> {
    connection: Connection,
    now: Instant,
    input: &'i [u8],
    exchange_open: bool,
    output: Vec<u8>,
}

impl<'i> Play<'i> {
    fn new(input: &'i [u8]) -> Self {
        let now = Instant::now();
        let date = Arc::new(Date::new(UNIX_EPOCH));
        let connection = Connection::new(Arc::new(small_limits()), date, now);
        Self {
            connection,
            now,
            input,
            exchange_open: false,
            output: Vec::new(),
        }
    }

    fn step(&mut self, operation: u8, amount: usize) {
        let now = self.now;
        match operation % 14 {
            0..=2 => self.receive(amount),
            3 => self.pass(Duration::from_millis(amount as u64 * 100)),
            4 => self.send(amount),
            5 => self.connection.buffer_body(amount as u64 * 16, now),
            6 => self.connection.stream_body(amount as u64 * 16, now),
            7 => self.connection.body_wanted(now),
            8 => {
                self.connection.take_body();
            }
            9 => self.connection.respond(
                200 + amount as u16,
                b"a: b\r\n",
                &self.input[..amount.min(self.input.len())],
                now,
            ),
            10 => self.start(amount),
            11 => self.send_body(amount),
            12 => self.rarely(amount),
            _ => self.send(usize::MAX),
        }
    }

    fn receive(&mut self, amount: usize) {
        if self.connection.wants_input() {
            let (piece, rest) = self.input.split_at(amount.min(self.input.len()));
            self.input = rest;
            self.connection.receive(piece, self.now);
        }
    }

    fn start(&mut self, amount: usize) {
        let length = (!amount.is_multiple_of(3)).then_some(amount as u64);
        let name = [amount as u8];
        let value = [b'v', amount as u8];
        let headers: [(&[u8], &[u8]); 1] = [(&name, &value)];
        let status = 200 + amount as u16;
        let started =
            self.connection
                .start_response(status, &mut headers.into_iter(), length, self.now);
        assert!(started.is_err() || self.connection.response_started());
    }

    fn send_body(&mut self, amount: usize) {
        let more = amount.is_multiple_of(2);
        let sent = self
            .connection
            .send_body(&[b'y'; 255][..amount], more, self.now);
        assert!(more || sent.is_err() || self.connection.response_finished());
    }

    fn rarely(&mut self, amount: usize) {
        match amount {
            0..16 => self.connection.abort(self.now),
            16..32 => self.connection.receive_end(self.now),
            32..48 => self.connection.drain(self.now),
            48..64 => self.connection.close_after_response(),
            _ => {}
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.connection.expire(self.now);
        assert!(
            self.connection
                .deadline()
                .is_none_or(|deadline| deadline > self.now),
            "a timer stays due"
        );
    }

    fn send(&mut self, amount: usize) {
        let output = self.connection.output();
        let count = amount.min(output.len());
        self.output.extend_from_slice(&output[..count]);
        self.connection.output_sent(count, self.now);
    }

    /// Takes events until there are none.
    fn settle(&mut self) {
        for _ in 0..1000 {
            if self.connection.response_finished() {
                self.exchange_open = false;
            }
            match self.connection.next_event(self.now) {
                Event::NeedInput => return self.check(),
                Event::Head => {
                    assert!(!self.exchange_open, "requests overlap");
                    self.exchange_open = true;
                    let head = self.connection.head();
                    assert!(!head.method().is_empty() && !head.raw_path().is_empty());
                }
                Event::Disconnected => self.exchange_open = false,
                Event::Body | Event::BodyChunk | Event::BodyEnd => {
                    assert!(self.exchange_open, "a body without a head")
                }
            }
        }
        unreachable!("events do not stop");
    }

    fn check(&self) {
        if !self.output.is_empty() {
            assert!(
                self.output
                    .starts_with(&b"HTTP/1.1 "[..self.output.len().min(9)])
            );
        }
    }

    /// The client sends no more, reads all, and time passes.
    fn end(&mut self) {
        self.connection.receive_end(self.now);
        self.settle();
        self.connection.abort(self.now);
        for _ in 0..100 {
            self.settle();
            self.send(usize::MAX);
            if matches!(self.connection.closing(), Closing::Now | Closing::Reset) {
                return;
            }
            match self.connection.deadline() {
                Some(deadline) => self.pass(deadline.saturating_duration_since(self.now)),
                None => self.connection.respond(200, b"", b"", self.now),
            }
        }
        unreachable!("the connection does not end");
    }
}

/// Limits that short scripts can reach.
fn small_limits() -> Limits {
    Limits {
        request_line_bytes: 200,
        header_bytes: 200,
        headers_total_bytes: 400,
        headers_count: 8,
        keep_alive_requests: 5,
        discard_bytes: 100,
        output_high_water: 300,
        body_high_water: 100,
        read_ahead_bytes: 100,
        linger_bytes: 500,
        ..Limits::default()
    }
}
