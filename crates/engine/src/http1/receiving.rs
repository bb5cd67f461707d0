//! Requests: from bytes to events.

use std::time::Instant;

use super::body::{Body, Mode};
use super::connection::{Connection, Event, Stage};
use super::framing::Framing;
use super::reply::Progress;
use crate::error::ErrorKind;
use crate::protocol::Closing;

impl Connection {
    /// Moves on as far as the input allows and tells what has happened.
    #[inline]
    pub fn next_event(&mut self, now: Instant) -> Event {
        let event = match self.stage {
            _ if self.disconnect_due => self.tell_disconnect(),
            Stage::Head => self.next_head(now),
            Stage::Exchange => self.next_in_exchange(now),
            Stage::Ended => self.next_after_end(),
        };
        self.update_body_clock(now);
        event
    }

    #[inline]
    fn next_head(&mut self, now: Instant) -> Event {
        if self.output.len() > self.limits.output_high_water {
            self.clocks.pause_head();
            return Event::NeedInput;
        }
        if self.input.len() > 0 {
            self.clocks.begin_head(&self.limits, now);
        }
        match self.head.advance(self.input.filled_mut(), &self.limits) {
            Ok(true) => self.begin_exchange(),
            Ok(false) => {
                if self.peer_ended {
                    self.end_orderly(now);
                }
                Event::NeedInput
            }
            Err(kind) => self.fail(kind, now),
        }
    }

    #[inline]
    fn begin_exchange(&mut self) -> Event {
        let framing = self.head.framing.unwrap_or(Framing::None);
        self.body = Body::new(framing, self.head.length());
        self.continue_due = self.head.expects_continue;
        self.stage = Stage::Exchange;
        self.progress = Progress::Unstarted;
        self.close_after_reply = false;
        self.requests += 1;
        Event::Head
    }

    fn next_in_exchange(&mut self, now: Instant) -> Event {
        if let Err(kind) = self.body.advance(&mut self.input, &self.limits) {
            return self.fail(kind, now);
        }
        if !self.body.is_complete() && self.peer_ended && self.body.mode() != Mode::Undecided {
            return self.fail(ErrorKind::BadRequest("the request body is incomplete"), now);
        }
        if self.progress == Progress::Finished {
            return self.next_after_reply(now);
        }
        self.body.announce()
    }

    #[inline]
    fn next_after_reply(&mut self, now: Instant) -> Event {
        if !self.body.is_complete() {
            return Event::NeedInput;
        }
        self.input.consume(self.body.next_request());
        self.body = Body::default();
        self.head.clear();
        self.stage = Stage::Head;
        self.clocks.await_head(&self.limits, now);
        self.next_head(now)
    }

    /// The last answer's head has been of use until now, to whoever has seen the answer end.
    fn next_after_end(&mut self) -> Event {
        if self.closing == Closing::AfterOutput && self.output.is_empty() {
            self.input.release();
        }
        Event::NeedInput
    }

    fn tell_disconnect(&mut self) -> Event {
        self.disconnect_due = false;
        Event::Disconnected
    }

    /// Asks for the body as a whole: `Event::Body` follows. A body over `limit` bytes is answered with 413.
    #[inline]
    pub fn buffer_body(&mut self, limit: u64, now: Instant) {
        self.choose_body(Mode::Buffer, limit, now);
        self.body_wanted(now);
    }

    /// Asks for the body in pieces: `Event::BodyChunk` as often as needed, then `Event::BodyEnd`.
    ///
    /// Reading pauses while much is not taken. A body over `limit` bytes is answered with 413, or ends the connection
    /// where the answer has begun.
    pub fn stream_body(&mut self, limit: u64, now: Instant) {
        self.choose_body(Mode::Stream, limit, now);
    }

    #[inline]
    fn choose_body(&mut self, mode: Mode, limit: u64, now: Instant) {
        if self.stage != Stage::Exchange {
            return;
        }
        if let Err(kind) = self.body.choose(mode, limit) {
            self.fail_later(kind, now);
        } else if self.input.len() > self.head.length() {
            self.continue_due = false;
        }
    }

    /// Tells the client to send the body it holds back, if it does and no answer has begun.
    ///
    /// To be called whenever the application waits for more of a streamed body: the client's time runs from then on.
    #[inline]
    pub fn body_wanted(&mut self, now: Instant) {
        if self.continue_due
            && self.stage == Stage::Exchange
            && self.progress == Progress::Unstarted
        {
            self.continue_due = false;
            self.output.append(b"HTTP/1.1 100 Continue\r\n\r\n");
            self.output_queued(now);
        }
        self.update_body_clock(now);
    }

    /// The decoded body: all of it after `Event::Body`.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.body.decoded(&self.input)
    }

    /// Takes what is decoded, which lets reading go on.
    pub fn take_body(&mut self) -> Vec<u8> {
        self.body.take(&mut self.input)
    }

    /// Trailer fields, names in lower case, once the body is complete.
    pub fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.body.trailers()
    }
}
