//! Frames: from bytes to messages, answers to control frames, and the end.

use std::time::Instant;

use super::close::{self, Fault, POLICY};
use super::connection::{Stage, WebSocket};
use super::frame::{self, Header, Opcode, unmask};
use super::message::Message;
use crate::input::Input;
use crate::protocol::Closing;

/// The frame that is being received, and how much of its payload has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    header: Header,
    received: u64,
}

impl WebSocket {
    /// Takes bytes as far as frames are whole, or payloads can be used in parts; the rest is kept.
    pub(super) fn take_input(&mut self, bytes: &[u8], now: Instant) {
        if self.input.len() > 0 {
            self.input.append(bytes);
            self.resume(now);
            return;
        }
        let taken = self.advance(bytes, now);
        if self.stage != Stage::Ended {
            self.input.append(bytes.get(taken..).unwrap_or_default());
        }
    }

    /// Goes on with what was kept.
    pub(super) fn resume(&mut self, now: Instant) {
        let mut input = std::mem::take(&mut self.input);
        let taken = self.advance(input.filled(), now);
        input.consume(taken);
        self.input = if self.stage == Stage::Ended {
            Input::default()
        } else {
            input
        };
    }

    /// Takes frames from the beginning of `bytes` and returns how many bytes that were.
    fn advance(&mut self, bytes: &[u8], now: Instant) -> usize {
        let mut place = 0;
        while self.stage != Stage::Ended && !self.is_full() {
            match self.step(bytes.get(place..).unwrap_or_default(), now) {
                Ok(0) => break,
                Ok(count) => place += count,
                Err(fault) => self.fail(fault, now),
            }
        }
        place
    }

    /// Takes a header, or a part of a payload; 0 where there is not enough.
    fn step(&mut self, bytes: &[u8], now: Instant) -> Result<usize, Fault> {
        let Some(mut frame) = self.frame else {
            let Some((header, size)) = frame::parse(bytes, self.assembly.deflates())? else {
                return Ok(0);
            };
            self.begin(header, now)?;
            return Ok(size);
        };
        let missing = frame.header.length - frame.received;
        let count = usize::try_from(missing)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let part = bytes.get(..count).unwrap_or_default();
        if frame.header.opcode.is_control() {
            self.control.extend_from_slice(part);
        } else {
            self.assembly
                .append(part, frame.header.mask, frame.received)?;
        }
        frame.received += count as u64;
        self.frame = Some(frame);
        self.finish_if_whole(frame, now)?;
        Ok(count)
    }

    fn begin(&mut self, header: Header, now: Instant) -> Result<(), Fault> {
        if header.opcode.is_control() {
            if !self.clocks.count_control(&self.limits, now) {
                return Err(Fault::new(POLICY, "too many control frames"));
            }
        } else {
            self.assembly.begin(&header)?;
        }
        let frame = Frame {
            header,
            received: 0,
        };
        self.frame = Some(frame);
        self.finish_if_whole(frame, now)
    }

    fn finish_if_whole(&mut self, frame: Frame, now: Instant) -> Result<(), Fault> {
        let Frame { header, received } = frame;
        if received < header.length {
            return Ok(());
        }
        self.frame = None;
        if header.opcode.is_control() {
            let mut payload = std::mem::take(&mut self.control);
            unmask(&mut payload, header.mask, 0);
            let result = self.take_control(header.opcode, &payload, now);
            payload.clear();
            self.control = payload;
            return result;
        }
        if header.is_final {
            let message = self.assembly.finish()?;
            // After our close frame nobody waits for more.
            if self.stage == Stage::Open {
                self.queue(message);
            }
        }
        Ok(())
    }

    fn queue(&mut self, message: Message) {
        self.queued_bytes += message.data.len();
        self.queue.push_back(message);
    }

    fn take_control(&mut self, opcode: Opcode, payload: &[u8], now: Instant) -> Result<(), Fault> {
        match opcode {
            Opcode::Ping if self.stage == Stage::Open => {
                frame::write(&mut self.output, Opcode::Pong, false, payload);
                self.output_queued(now);
            }
            Opcode::Pong => self.clocks.take_pong(payload),
            Opcode::Close => {
                let close = close::parse(payload)?;
                if self.stage == Stage::Open {
                    // The code is echoed; nothing is learnt from the reason.
                    let code = payload.get(..2).unwrap_or_default();
                    frame::write(&mut self.output, Opcode::Close, false, code);
                    self.output_queued(now);
                }
                self.end_with(close);
                self.end(Closing::AfterOutput, now);
            }
            _ => {}
        }
        Ok(())
    }
}
