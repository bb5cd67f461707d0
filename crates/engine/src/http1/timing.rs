//! Time: what must happen by when.

use std::time::Instant;

use super::connection::{Connection, Stage};
use super::reply::Progress;
use crate::deadline::{after, earlier, is_due};
use crate::error::ErrorKind;
use crate::limits::Limits;
use crate::linger::Linger;
use crate::protocol::Closing;

/// The progress of a body that is being received.
#[derive(Clone, Copy, Debug)]
struct BodyClock {
    idle: Option<Instant>,
    window: Option<Instant>,
    window_bytes: u64,
}

/// The running timers; `None` is one that does not run or never ends.
#[derive(Debug)]
pub(super) struct Clocks {
    /// For the rest of a head, or for its first byte.
    wait: Option<Instant>,
    head_begun: bool,
    body: Option<BodyClock>,
    send: Option<Instant>,
    pub(super) linger: Linger,
}

impl Clocks {
    /// The first head is timed from accept, so that a silent connection does not outlast a slow one.
    pub(super) fn new(limits: &Limits, now: Instant) -> Self {
        Self {
            wait: after(now, limits.header_timeout),
            head_begun: true,
            body: None,
            send: None,
            linger: Linger::new(limits),
        }
    }

    /// An answer is finished: the next head may take its time to begin.
    #[inline]
    pub(super) fn await_head(&mut self, limits: &Limits, now: Instant) {
        self.head_begun = false;
        self.wait = after(now, limits.keep_alive_timeout);
    }

    /// There is input: if it is the first of a head, the head's time begins.
    #[inline]
    pub(super) fn begin_head(&mut self, limits: &Limits, now: Instant) {
        if !self.head_begun {
            self.head_begun = true;
            self.wait = after(now, limits.header_timeout);
        }
    }

    /// The engine itself does not read on: the peer is not to blame.
    pub(super) fn pause_head(&mut self) {
        self.head_begun = false;
        self.wait = None;
    }

    /// Counts `drain_grace` from accept, as the first head's time is.
    pub(super) fn shorten_first_wait(&mut self, limits: &Limits, now: Instant) {
        let accepted = self
            .wait
            .and_then(|wait| wait.checked_sub(limits.header_timeout));
        let grace = after(accepted.unwrap_or(now), limits.drain_grace);
        self.wait = earlier(self.wait, grace);
    }
}

impl BodyClock {
    fn new(limits: &Limits, now: Instant) -> Self {
        let window = if limits.body_floor_bytes_per_second > 0 {
            after(now, limits.body_floor_window)
        } else {
            None
        };
        Self {
            idle: after(now, limits.body_idle_timeout),
            window,
            window_bytes: 0,
        }
    }

    fn received(&mut self, limits: &Limits, count: usize, now: Instant) {
        self.idle = after(now, limits.body_idle_timeout);
        self.window_bytes = self.window_bytes.saturating_add(count as u64);
    }

    /// Whether the body is late; a window that has ended well makes place for the next.
    fn is_late(&mut self, limits: &Limits, now: Instant) -> bool {
        if is_due(self.idle, now) {
            return true;
        }
        if is_due(self.window, now) {
            let window = u64::try_from(limits.body_floor_window.as_millis()).unwrap_or(u64::MAX);
            let floor = limits.body_floor_bytes_per_second.saturating_mul(window) / 1000;
            if self.window_bytes < floor {
                return true;
            }
            self.window = after(now, limits.body_floor_window);
            self.window_bytes = 0;
        }
        false
    }
}

impl Connection {
    /// The body's clock runs while the peer has to send and the engine reads.
    #[inline]
    pub(super) fn update_body_clock(&mut self, now: Instant) {
        if self.stage != Stage::Exchange || self.body.is_complete() {
            self.clocks.body = None;
            return;
        }
        let runs = !self.continue_due && self.body.is_chosen() && self.wants_body();
        if !runs {
            self.clocks.body = None;
        } else if self.clocks.body.is_none() {
            self.clocks.body = Some(BodyClock::new(&self.limits, now));
        }
    }

    #[inline]
    pub(super) fn body_received(&mut self, count: usize, now: Instant) {
        if let Some(clock) = &mut self.clocks.body {
            clock.received(&self.limits, count, now);
        }
    }

    /// Output was added: the peer has to take it.
    #[inline]
    pub(super) fn output_queued(&mut self, now: Instant) {
        if self.clocks.send.is_none() && !self.output.is_empty() {
            self.clocks.send = after(now, self.limits.send_idle_timeout);
        }
    }

    #[inline]
    pub(super) fn output_progressed(&mut self, count: usize, now: Instant) {
        if self.output.is_empty() {
            self.clocks.send = None;
            self.begin_linger(now);
        } else if count > 0 {
            self.clocks.send = after(now, self.limits.send_idle_timeout);
        }
    }

    #[inline]
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let clocks = &self.clocks;
        let other = match self.stage {
            Stage::Head => clocks.wait,
            Stage::Exchange => clocks
                .body
                .and_then(|clock| earlier(clock.idle, clock.window)),
            Stage::Ended if self.closing == Closing::AfterOutput => clocks.linger.deadline(),
            Stage::Ended => return None,
        };
        earlier(other, clocks.send)
    }

    pub(super) fn apply_deadlines(&mut self, now: Instant) {
        if self.closing != Closing::Open && self.closing != Closing::AfterOutput {
            return;
        }
        if is_due(self.clocks.send, now) {
            self.disconnect_due |=
                self.stage == Stage::Exchange && self.progress != Progress::Finished;
            self.end(Closing::Reset, now);
            return;
        }
        match self.stage {
            Stage::Head if is_due(self.clocks.wait, now) => self.expire_head(now),
            Stage::Exchange => self.expire_body(now),
            Stage::Ended if is_due(self.clocks.linger.deadline(), now) => {
                self.closing = Closing::Now;
            }
            Stage::Head | Stage::Ended => {}
        }
    }

    /// A head that has begun is answered; silence is not.
    fn expire_head(&mut self, now: Instant) {
        if self.input.len() == 0 {
            self.end_idle(now);
        } else {
            self.fail_later(ErrorKind::RequestTimeout, now);
        }
    }

    fn expire_body(&mut self, now: Instant) {
        let is_late = match &mut self.clocks.body {
            Some(clock) => clock.is_late(&self.limits, now),
            None => false,
        };
        if is_late {
            self.fail_later(ErrorKind::RequestTimeout, now);
        }
    }
}
