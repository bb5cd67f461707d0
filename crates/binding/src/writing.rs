//! When what an application sends goes out: at once, at the end of the turn, or together with what follows.

use crate::channel::{Channel, Transfer};
use crate::dispatch;
use crate::reactor::Reactor;
use pyo3::prelude::*;
use sixlane_engine::protocol::{Closing, Protocol};
use std::rc::Rc;
use std::time::Duration;

/// Parts of a streamed answer that follow each other faster than this share a write.
const PART_INTERVAL: Duration = Duration::from_millis(1);

/// Output that is written at once, though more may follow fast.
const SHARED_WRITE_BYTES: usize = 16 * 1024;

impl Reactor {
    /// Sends what was put into the output from outside the connection's own turn. No request is
    /// begun here: the caller may be in the middle of somebody's coroutine.
    pub(crate) fn write_out(
        self: &Rc<Self>,
        py: Python<'_>,
        channel: &Rc<Channel>,
    ) -> PyResult<()> {
        if channel.busy.get() {
            // The turn that is at work writes at its end, and sees what is broken.
            if self.is_to_go_out(channel) {
                let _ = channel.write(&self.clock);
            }
            return Ok(());
        }
        if self.is_to_share_a_write(channel) {
            return self.write_later(py, channel);
        }
        let answered = dispatch::settle(py, self, channel)?;
        if channel.write(&self.clock) == Transfer::Broken {
            return self.close(py, channel);
        }
        let more_to_do = {
            let http = channel.http.borrow();
            let goes_on = http.has_buffered_input() || http.peer_ended();
            answered && (goes_on || http.closing() != Closing::Open)
        };
        if more_to_do || channel.has_unread_input() {
            self.continue_later(py, channel.token)?;
        }
        Ok(())
    }

    /// Whether what an application sends outside of a turn is one of many events of a handler that come
    /// fast. They wait for the handler to wait for something, or to have had its turn; in FastAPI each
    /// does. Other parts, events of a response that the user has made among them, go out at once.
    fn is_to_share_a_write(&self, channel: &Channel) -> bool {
        channel.shares_writes.get()
            && (1..SHARED_WRITE_BYTES).contains(&channel.output_len())
            && !channel.http.borrow().response_finished()
            && !self.is_to_go_out(channel)
    }

    fn write_later(&self, py: Python<'_>, channel: &Channel) -> PyResult<()> {
        if channel.write_due.replace(true) {
            return Ok(());
        }
        self.continue_later(py, channel.token)
    }

    /// Whether what an application sends in the middle of a turn goes out before it goes on, as it may
    /// block after it: a message, the end of an answer, and the parts of a streamed one that come
    /// slowly. Those that come fast, and answers to pipelined requests, share a write.
    fn is_to_go_out(&self, channel: &Channel) -> bool {
        if channel.websocket().is_some() {
            return true;
        }
        {
            let http = channel.http.borrow();
            if http.response_finished() {
                return !http.has_pipelined_input();
            }
            if http.output_len() == 0 {
                return false;
            }
        }
        let now = self.now();
        match channel.part_sent.get() {
            Some(before) if now.duration_since(before) < PART_INTERVAL => false,
            _ => {
                channel.part_sent.set(Some(now));
                true
            }
        }
    }
}
