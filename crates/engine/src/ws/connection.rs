//! One WebSocket connection: the stages it goes through, and what the application does with it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use super::clocks::Clocks;
use super::close::{ABNORMAL, Close, Fault, RESTART, fit};
use super::deflate::Deflater;
use super::extension::Agreement;
use super::frame::{self, Opcode};
use super::message::{Assembly, Kind, Message};
use super::receiving::Frame;
use crate::input::Input;
use crate::limits::Limits;
use crate::output::Output;
use crate::protocol::{Closing, Protocol};

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Messages go in both directions.
    Open,
    /// A close frame was sent, the client's is awaited; its messages are dropped.
    Closing,
    /// Nothing more will be read.
    Ended,
}

/// The server side of a WebSocket connection, after its handshake.
///
/// After each call that takes bytes or time, ask `has_message` and `ended`, then act on `output`, `closing`,
/// `wants_input` and `deadline`.
#[derive(Debug)]
pub struct WebSocket {
    pub(super) limits: Arc<Limits>,
    pub(super) input: Input,
    pub(super) output: Output,
    pub(super) frame: Option<Frame>,
    /// The payload of a control frame, still masked.
    pub(super) control: Vec<u8>,
    pub(super) assembly: Assembly,
    pub(super) queue: VecDeque<Message>,
    pub(super) queued_bytes: usize,
    pub(super) stage: Stage,
    pub(super) closing: Closing,
    pub(super) clocks: Clocks,
    pub(super) deflater: Option<Deflater>,
    ended: Option<Close>,
    peer_ended: bool,
}

impl WebSocket {
    /// A connection whose handshake ends `output`, which is still to be sent; `input` came after the request.
    #[must_use]
    pub fn new(
        limits: Arc<Limits>,
        extension: Option<Agreement>,
        input: &[u8],
        output: &[u8],
        now: Instant,
    ) -> Self {
        let mut websocket = Self {
            clocks: Clocks::new(&limits, now),
            assembly: Assembly::new(limits.websocket_message_bytes, extension),
            limits,
            input: Input::default(),
            output: Output::default(),
            frame: None,
            control: Vec::new(),
            queue: VecDeque::new(),
            queued_bytes: 0,
            stage: Stage::Open,
            closing: Closing::Open,
            deflater: extension.map(Deflater::new),
            ended: None,
            peer_ended: false,
        };
        websocket.output.append(output);
        websocket.output_queued(now);
        websocket.take_input(input, now);
        websocket
    }

    /// Whether `take_message` has one.
    #[must_use]
    pub fn has_message(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Takes the oldest message, which lets reading go on. The clock is asked only where that matters.
    pub fn take_message(&mut self, now: impl FnOnce() -> Instant) -> Option<Message> {
        let was_paused = self.is_paused();
        let message = self.queue.pop_front()?;
        self.queued_bytes -= message.data.len();
        if was_paused && !self.is_full() {
            let now = now();
            self.clocks.heard(&self.limits, now);
            self.resume(now);
        }
        Some(message)
    }

    /// How the connection ended for the application, which still may take the messages that came before.
    #[must_use]
    pub const fn ended(&self) -> Option<&Close> {
        self.ended.as_ref()
    }

    /// Whether messages can be sent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// Bytes of output that are not sent yet: the measure for holding messages back.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.output.len()
    }

    /// Sends a message, a text in UTF-8; it is dropped unless the connection is open.
    pub fn send(&mut self, kind: Kind, data: &[u8], now: Instant) {
        if self.stage != Stage::Open {
            return;
        }
        let opcode = match kind {
            Kind::Text => Opcode::Text,
            Kind::Binary => Opcode::Binary,
        };
        match self
            .deflater
            .as_mut()
            .and_then(|deflater| deflater.deflate(data))
        {
            Some(payload) => frame::write(&mut self.output, opcode, true, &payload),
            None => frame::write(&mut self.output, opcode, false, data),
        }
        self.output_queued(now);
    }

    /// Begins to close, with a code that `is_sendable`; a reason that is too long is cut. Does nothing unless the
    /// connection is open.
    pub fn close(&mut self, code: u16, reason: &str, now: Instant) {
        if self.stage != Stage::Open {
            return;
        }
        self.write_close(code, reason, now);
        self.end_with(Close::new(code, reason));
        self.stage = Stage::Closing;
        self.clocks.await_close(&self.limits, now);
        // What the client has sent may hold its close frame.
        self.resume(now);
    }

    /// Stops gracefully: the client is told that the server ends, and may come back.
    pub fn drain(&mut self, now: Instant) {
        self.close(RESTART, "", now);
    }

    /// Takes the news that the transport is gone.
    pub fn lose(&mut self, now: Instant) {
        self.end_with(Close::new(ABNORMAL, ""));
        self.output.clear();
        self.end(Closing::Now, now);
    }

    /// Whether so much is not taken that no more is made of the input.
    pub(super) fn is_full(&self) -> bool {
        self.stage == Stage::Open
            && (self.queue.len() >= self.limits.websocket_queue_messages.max(1)
                || self.queued_bytes > self.limits.websocket_queue_bytes)
    }

    /// Whether the engine itself does not read.
    pub(super) fn is_paused(&self) -> bool {
        self.is_full() || self.output.len() > self.limits.output_high_water
    }

    fn write_close(&mut self, code: u16, reason: &str, now: Instant) {
        let payload = [&code.to_be_bytes(), fit(reason).as_bytes()].concat();
        frame::write(&mut self.output, Opcode::Close, false, &payload);
        self.output_queued(now);
    }

    /// Fails the connection: says why, unless a close frame was sent already, and reads no more.
    pub(super) fn fail(&mut self, fault: Fault, now: Instant) {
        if self.stage == Stage::Open {
            self.write_close(fault.code, fault.reason, now);
        }
        self.end_with(Close::new(fault.code, fault.reason));
        self.end(Closing::AfterOutput, now);
    }

    /// Notes how the connection ends; what ended it first counts.
    pub(super) fn end_with(&mut self, close: Close) {
        self.ended.get_or_insert(close);
    }

    pub(super) fn end(&mut self, closing: Closing, now: Instant) {
        self.stage = Stage::Ended;
        self.closing = closing;
        self.frame = None;
        self.input.release();
        self.assembly = Assembly::new(0, None);
        self.deflater = None;
        if self.output.is_empty() {
            self.begin_linger(now);
        }
    }

    /// The output is out: from now on input is only dropped.
    pub(super) fn begin_linger(&mut self, now: Instant) {
        if self.closing == Closing::AfterOutput {
            self.clocks.linger.begin(&self.limits, now);
            self.close_if_lingered();
        }
    }

    /// Closes once both sides have said all.
    fn close_if_lingered(&mut self) {
        if self.peer_ended && self.closing == Closing::AfterOutput && self.output.is_empty() {
            self.closing = Closing::Now;
        }
    }
}

impl Protocol for WebSocket {
    fn receive(&mut self, input: &[u8], now: Instant) {
        if self.stage == Stage::Ended {
            let within = self
                .clocks
                .linger
                .drop_input(&self.limits, input.len(), now);
            if !within && self.closing == Closing::AfterOutput {
                self.closing = Closing::Now;
            }
            return;
        }
        self.clocks.heard(&self.limits, now);
        self.take_input(input, now);
    }

    fn receive_end(&mut self, now: Instant) {
        self.peer_ended = true;
        if self.stage != Stage::Ended {
            self.end_with(Close::new(ABNORMAL, ""));
            self.end(Closing::AfterOutput, now);
        }
        self.close_if_lingered();
    }

    fn wants_input(&self) -> bool {
        match self.stage {
            _ if self.peer_ended => false,
            Stage::Open => !self.is_paused(),
            Stage::Closing => true,
            Stage::Ended => self.closing == Closing::AfterOutput,
        }
    }

    fn output(&self) -> &[u8] {
        self.output.unsent()
    }

    fn output_sent(&mut self, count: usize, now: Instant) {
        let was_paused = self.is_paused();
        self.output.mark_sent(count);
        self.output_progressed(count, now);
        if was_paused && !self.is_paused() {
            self.clocks.heard(&self.limits, now);
        }
    }

    fn closing(&self) -> Closing {
        self.closing
    }

    fn deadline(&self) -> Option<Instant> {
        self.next_deadline()
    }

    fn expire(&mut self, now: Instant) {
        self.apply_deadlines(now);
    }
}
