//! Time: keeping alive, closing, and the client's taking of the output.

use std::time::{Duration, Instant};

use super::close::{ABNORMAL, Close, Fault, INTERNAL_ERROR};
use super::connection::{Stage, WebSocket};
use super::frame::{self, Opcode};
use crate::deadline::{after, earlier, is_due};
use crate::limits::Limits;
use crate::linger::Linger;
use crate::protocol::Closing;

/// Control frames are counted over this long, so that those which have piled up are no flood.
const CONTROL_WINDOW: Duration = Duration::from_secs(10);

/// The running timers; `None` is one that does not run or never ends.
#[derive(Debug)]
pub(super) struct Clocks {
    /// The next ping.
    ping: Option<Instant>,
    /// The end of the silence after a ping.
    pong: Option<Instant>,
    /// Pings sent, the last of which is named by its number.
    pings: u32,
    /// The client's answer to a close frame.
    close: Option<Instant>,
    send: Option<Instant>,
    pub(super) linger: Linger,
    control_window: Instant,
    control_frames: u64,
}

/// As `after`, where no time at all means never.
fn after_if_any(now: Instant, duration: Duration) -> Option<Instant> {
    (!duration.is_zero())
        .then(|| after(now, duration))
        .flatten()
}

impl Clocks {
    pub(super) fn new(limits: &Limits, now: Instant) -> Self {
        Self {
            ping: after_if_any(now, limits.websocket_ping_interval),
            pong: None,
            pings: 0,
            close: None,
            send: None,
            linger: Linger::new(limits),
            control_window: now,
            control_frames: 0,
        }
    }

    /// The client has sent something, or could not while the engine did not read: it lives.
    pub(super) fn heard(&mut self, limits: &Limits, now: Instant) {
        if self.pong.is_some() {
            self.pong = after(now, limits.websocket_ping_timeout);
        }
    }

    /// Takes a pong, which counts if it answers the last ping.
    pub(super) fn take_pong(&mut self, payload: &[u8]) {
        if payload == self.pings.to_be_bytes() {
            self.pong = None;
        }
    }

    /// Counts a control frame; returns whether it is within its bound.
    pub(super) fn count_control(&mut self, limits: &Limits, now: Instant) -> bool {
        if now.saturating_duration_since(self.control_window) >= CONTROL_WINDOW {
            self.control_window = now;
            self.control_frames = 0;
        }
        self.control_frames += 1;
        let rate = limits.websocket_control_frames_per_second;
        rate == 0 || self.control_frames <= rate.saturating_mul(CONTROL_WINDOW.as_secs())
    }

    pub(super) fn await_close(&mut self, limits: &Limits, now: Instant) {
        self.close = after(now, limits.websocket_close_timeout);
    }
}

impl WebSocket {
    /// Output was added: the client has to take it.
    pub(super) fn output_queued(&mut self, now: Instant) {
        if self.clocks.send.is_none() && !self.output.is_empty() {
            self.clocks.send = after(now, self.limits.send_idle_timeout);
        }
    }

    pub(super) fn output_progressed(&mut self, count: usize, now: Instant) {
        if self.output.is_empty() {
            self.clocks.send = None;
            self.begin_linger(now);
        } else if count > 0 {
            self.clocks.send = after(now, self.limits.send_idle_timeout);
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let clocks = &self.clocks;
        let other = match self.stage {
            // A client that is not read cannot show that it lives.
            Stage::Open if self.is_paused() => clocks.ping,
            Stage::Open => earlier(clocks.ping, clocks.pong),
            Stage::Closing => clocks.close,
            Stage::Ended if self.closing == Closing::AfterOutput => clocks.linger.deadline(),
            Stage::Ended => return None,
        };
        earlier(other, clocks.send)
    }

    pub(super) fn apply_deadlines(&mut self, now: Instant) {
        if matches!(self.closing, Closing::Now | Closing::Reset) {
            return;
        }
        if is_due(self.clocks.send, now) {
            self.end_with(Close::new(ABNORMAL, ""));
            self.end(Closing::Reset, now);
            return;
        }
        match self.stage {
            Stage::Open if is_due(self.clocks.pong, now) && !self.is_paused() => {
                self.fail(Fault::new(INTERNAL_ERROR, "keepalive ping timeout"), now);
            }
            Stage::Open if is_due(self.clocks.ping, now) => self.ping(now),
            Stage::Closing if is_due(self.clocks.close, now) => self.end(Closing::AfterOutput, now),
            Stage::Ended if is_due(self.clocks.linger.deadline(), now) => {
                self.closing = Closing::Now;
            }
            Stage::Open | Stage::Closing | Stage::Ended => {}
        }
    }

    /// Asks for a sign of life. While output waits its own clock runs, and a ping would wait behind it.
    fn ping(&mut self, now: Instant) {
        self.clocks.ping = after_if_any(now, self.limits.websocket_ping_interval);
        if let Some(deflater) = &mut self.deflater {
            deflater.rest();
        }
        if !self.output.is_empty() || self.clocks.pong.is_some() {
            return;
        }
        self.clocks.pings = self.clocks.pings.wrapping_add(1);
        self.clocks.pong = after_if_any(now, self.limits.websocket_ping_timeout);
        let payload = self.clocks.pings.to_be_bytes();
        frame::write(&mut self.output, Opcode::Ping, false, &payload);
        self.output_queued(now);
    }
}
