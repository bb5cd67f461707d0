//! Ends: refusals, aborts, draining, and the wait that lets the last answer arrive.

use std::time::Instant;

use super::body::Body;
use super::connection::{Connection, Event, Stage};
use super::reply::{Persistence, Progress};
use crate::error::ErrorKind;
use crate::protocol::{Closing, Protocol};

impl Connection {
    /// Refuses the request: answers with the error where no answer has begun, and ends the connection.
    pub(super) fn fail(&mut self, kind: ErrorKind, now: Instant) -> Event {
        self.fail_later(kind, now);
        if std::mem::take(&mut self.disconnect_due) {
            Event::Disconnected
        } else {
            Event::NeedInput
        }
    }

    /// Refuses the current request for what only its receiver knows to be wrong with it; nothing is sent where no
    /// request waits for an answer.
    pub fn refuse(&mut self, kind: ErrorKind, now: Instant) {
        if self.stage == Stage::Exchange && self.progress == Progress::Unstarted {
            self.fail_later(kind, now);
        }
    }

    /// As `fail`; the event is told by the next `next_event`.
    pub(super) fn fail_later(&mut self, kind: ErrorKind, now: Instant) {
        self.error = Some(kind);
        if self.stage == Stage::Exchange && self.progress != Progress::Unstarted {
            if self.progress == Progress::Finished {
                self.end_orderly(now);
            } else {
                self.disconnect_due = true;
                self.abort(now);
            }
            return;
        }
        self.disconnect_due = self.stage == Stage::Exchange;
        let body = format!("{{\"detail\":\"{}\"}}", kind.detail());
        let headers = [b"content-type: application/json\r\n", kind.headers()].concat();
        self.write_whole(kind.status(), &headers, body.as_bytes(), Persistence::Close);
        self.progress = Progress::Finished;
        self.output_queued(now);
        self.end_orderly(now);
    }

    /// Gives the current answer up without letting it look complete.
    pub fn abort(&mut self, now: Instant) {
        if self.stage != Stage::Exchange || self.progress == Progress::Finished {
            return;
        }
        match self.progress {
            Progress::UntilClose => self.end(Closing::Reset, now),
            _ => self.end(Closing::AfterOutput, now),
        }
    }

    /// Stops gracefully: requests that have arrived, or begun to, are answered, the last of them with
    /// `connection: close`; an idle connection ends at once, one that has just been accepted after a moment.
    ///
    /// To be called when all that the transport holds was received.
    pub fn drain(&mut self, now: Instant) {
        if self.draining.is_some() {
            return;
        }
        self.draining = Some(0);
        if self.stage != Stage::Head || self.holds_request(0) {
            return;
        }
        if self.requests == 0 {
            self.clocks.shorten_first_wait(&self.limits, now);
            self.apply_deadlines(now);
        } else {
            self.end_idle(now);
        }
    }

    /// Whether draining leaves nothing to answer after the current request.
    #[inline]
    pub(super) fn is_last(&self) -> bool {
        self.draining.is_some()
            && !(self.body.is_complete() && self.holds_request(self.body.next_request()))
    }

    /// Whether there is input from this place on that had arrived before draining began. Line ends alone, which some
    /// clients send after a body, are none.
    fn holds_request(&self, from: usize) -> bool {
        let arrived = self.input.len() - self.draining.unwrap_or_default().min(self.input.len());
        let waiting = self.input.filled().get(from..arrived).unwrap_or_default();
        waiting.iter().any(|byte| !matches!(byte, b'\r' | b'\n'))
    }

    /// Ends a connection that waits for a request. Its last answer is not in danger once it is sent: a client that
    /// draws a reset by a further request has read it, or has pipelined.
    pub(super) fn end_idle(&mut self, now: Instant) {
        if self.draining.is_some() && self.output.is_empty() {
            self.end(Closing::Now, now);
        } else {
            self.end_orderly(now);
        }
    }

    /// Ends once the output is sent.
    #[inline]
    pub(super) fn end_orderly(&mut self, now: Instant) {
        self.end(Closing::AfterOutput, now);
    }

    pub(super) fn end(&mut self, closing: Closing, now: Instant) {
        self.stage = Stage::Ended;
        self.closing = closing;
        if self.output.is_empty() {
            self.begin_linger(now);
        }
    }

    /// The output is out: from now on input is only dropped. The head stays until the next event is asked for.
    pub(super) fn begin_linger(&mut self, now: Instant) {
        if self.closing == Closing::AfterOutput {
            self.body = Body::default();
            self.clocks.linger.begin(&self.limits, now);
            self.close_if_lingered();
        }
    }

    /// Drops input that comes after the end.
    pub(super) fn linger_over(&mut self, count: usize, now: Instant) {
        let within = self.clocks.linger.drop_input(&self.limits, count, now);
        if !within && self.closing == Closing::AfterOutput {
            self.closing = Closing::Now;
        }
    }

    /// Closes once both sides have said all.
    pub(super) fn close_if_lingered(&mut self) {
        if self.peer_ended && self.closing() == Closing::AfterOutput && self.output.is_empty() {
            self.closing = Closing::Now;
        }
    }
}
