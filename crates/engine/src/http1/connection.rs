//! One HTTP/1 connection: the states it goes through and the events it gives out.

use std::sync::Arc;
use std::time::Instant;

use super::body::{Body, Mode};
use super::date::Date;
use super::head::Head;
use super::head_parser::ParsedHead;
use super::reply::Progress;
use super::timing::Clocks;
use crate::error::ErrorKind;
use crate::input::Input;
use crate::limits::Limits;
use crate::output::Output;
use crate::protocol::{Closing, Protocol};

/// How much of a body has to be due to be read without a copy: more than a read usually brings.
const BULK_BYTES: usize = 64 * 1024;

/// What the caller has to act on. Each happening is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing to do until there is more input, time has passed or output was sent.
    NeedInput,
    /// A request has begun: see `Connection::head`.
    Head,
    /// The whole body lies in `Connection::body`.
    Body,
    /// `Connection::take_body` has bytes.
    BodyChunk,
    /// The body is complete; what was not taken can still be taken.
    BodyEnd,
    /// The current request will not be completed or its answer not be sent. Whatever answer the peer gets is already
    /// in the output; one given now is dropped.
    Disconnected,
}

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Waiting for a head.
    Head,
    /// A head was given out; its answer is unfinished or its body unread.
    Exchange,
    /// No further request will be read.
    Ended,
}

/// The server side of an HTTP/1.1 or HTTP/1.0 connection.
///
/// One request is handled at a time: the next head is parsed when the answer to the last stands in the output and its
/// body is read, so answers keep the order of requests. After each call that takes bytes, time or an answer, call
/// `next_event` until it returns `NeedInput`; then act on `output`, `closing`, `wants_input` and `deadline`.
#[derive(Debug)]
pub struct Connection {
    pub(super) limits: Arc<Limits>,
    pub(super) date: Arc<Date>,
    pub(super) input: Input,
    pub(super) output: Output,
    pub(super) head: ParsedHead,
    pub(super) body: Body,
    pub(super) progress: Progress,
    pub(super) stage: Stage,
    pub(super) closing: Closing,
    pub(super) clocks: Clocks,
    /// Requests begun.
    pub(super) requests: u64,
    /// The client waits for "100 Continue" and has sent no body yet.
    pub(super) continue_due: bool,
    /// The connection ends with the current answer.
    pub(super) close_after_reply: bool,
    /// Bytes received since draining began; None while it has not.
    pub(super) draining: Option<usize>,
    pub(super) peer_ended: bool,
    pub(super) disconnect_due: bool,
    pub(super) error: Option<ErrorKind>,
}

impl Connection {
    /// A connection accepted at `now`.
    #[must_use]
    pub fn new(limits: Arc<Limits>, date: Arc<Date>, now: Instant) -> Self {
        Self {
            clocks: Clocks::new(&limits, now),
            limits,
            date,
            input: Input::default(),
            output: Output::default(),
            head: ParsedHead::default(),
            body: Body::default(),
            progress: Progress::default(),
            stage: Stage::Head,
            closing: Closing::Open,
            requests: 0,
            continue_due: false,
            close_after_reply: false,
            draining: None,
            peer_ended: false,
            disconnect_due: false,
            error: None,
        }
    }

    /// The head of the current request: from `Event::Head` until its answer is sent or `next_event` is called after it
    /// was finished. Its parts are empty otherwise.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head<'_> {
        Head::new(&self.head, self.input.filled())
    }

    /// Whether the peer has ended its side. It may still read, so an answer is still sent.
    #[must_use]
    pub const fn peer_ended(&self) -> bool {
        self.peer_ended
    }

    /// Why the engine refused a request or ended the connection by itself.
    #[must_use]
    pub const fn error(&self) -> Option<ErrorKind> {
        self.error
    }

    /// Whether any of the current answer is in the output.
    #[must_use]
    pub fn response_started(&self) -> bool {
        self.progress != Progress::Unstarted
    }

    /// Whether all of the current answer is in the output.
    #[must_use]
    pub fn response_finished(&self) -> bool {
        self.progress == Progress::Finished
    }

    /// Whether received bytes wait to be parsed: further requests, or the beginning of one.
    #[must_use]
    pub fn has_buffered_input(&self) -> bool {
        self.input.len() > 0
    }

    /// Whether bytes have arrived behind the current request: the beginning of a pipelined one.
    #[must_use]
    pub fn has_pipelined_input(&self) -> bool {
        let behind = self.input.filled().get(self.body.next_request()..);
        // Line ends are none (RFC 9112 section 2.2), and an old client's body may have one behind it.
        self.body.is_complete()
            && behind.is_some_and(|bytes| bytes.iter().any(|byte| !matches!(byte, b'\r' | b'\n')))
    }

    /// Bytes of output that are not sent yet: the measure for holding a streamed answer back.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.output.len()
    }
}

impl Protocol for Connection {
    #[inline]
    fn receive(&mut self, input: &[u8], now: Instant) {
        if self.stage == Stage::Ended {
            self.linger_over(input.len(), now);
            return;
        }
        if let Some(received) = &mut self.draining {
            *received += input.len();
        }
        self.input.append(input);
        self.body_received(input.len(), now);
    }

    fn bulk_input(&mut self) -> Option<(&mut Vec<u8>, usize)> {
        if self.stage != Stage::Exchange {
            return None;
        }
        let due = self.body.due(&self.input);
        (due >= BULK_BYTES).then(|| (self.input.make_room(due), due))
    }

    fn received(&mut self, count: usize, now: Instant) {
        if let Some(received) = &mut self.draining {
            *received += count;
        }
        self.body_received(count, now);
    }

    fn receive_end(&mut self, _now: Instant) {
        self.peer_ended = true;
        self.close_if_lingered();
    }

    #[inline]
    fn wants_input(&self) -> bool {
        if self.peer_ended {
            return false;
        }
        match self.stage {
            Stage::Head => self.output.len() <= self.limits.output_high_water,
            Stage::Exchange if self.body.is_complete() => {
                self.input.len().saturating_sub(self.body.next_request())
                    <= self.limits.read_ahead_bytes
                    && self.output.len() <= self.limits.output_high_water
            }
            Stage::Exchange => self.wants_body(),
            Stage::Ended => self.closing == Closing::AfterOutput,
        }
    }

    #[inline]
    fn output(&self) -> &[u8] {
        self.output.unsent()
    }

    #[inline]
    fn output_sent(&mut self, count: usize, now: Instant) {
        self.output.mark_sent(count);
        self.output_progressed(count, now);
    }

    #[inline]
    fn closing(&self) -> Closing {
        self.closing
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        self.next_deadline()
    }

    fn expire(&mut self, now: Instant) {
        self.apply_deadlines(now);
    }
}

impl Connection {
    /// Whether reading on serves the unfinished body.
    #[inline]
    pub(super) fn wants_body(&self) -> bool {
        match self.body.mode() {
            Mode::Undecided => {
                let ahead = self.input.len().saturating_sub(self.head.length());
                ahead <= self.limits.read_ahead_bytes
            }
            Mode::Buffer | Mode::Discard => true,
            Mode::Stream => self.body.untaken() <= self.limits.body_high_water,
        }
    }
}
