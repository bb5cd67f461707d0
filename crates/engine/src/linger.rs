//! A connection that is closing: what its client still sends is dropped, so that it reads the answer.

use crate::deadline::{after, earlier};
use crate::limits::Limits;
use std::time::Instant;

/// The bounds of lingering: in all, between bytes, and of bytes.
#[derive(Debug)]
pub(crate) struct Linger {
    total: Option<Instant>,
    idle: Option<Instant>,
    left: u64,
}

impl Linger {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            total: None,
            idle: None,
            left: limits.linger_bytes,
        }
    }

    pub(crate) fn begin(&mut self, limits: &Limits, now: Instant) {
        if self.total.is_none() {
            self.total = after(now, limits.linger_total);
            self.idle = after(now, limits.linger_idle);
        }
    }

    /// Counts dropped input; returns whether it is within its bound.
    pub(crate) fn drop_input(&mut self, limits: &Limits, count: usize, now: Instant) -> bool {
        if self.total.is_some() {
            self.idle = after(now, limits.linger_idle);
        }
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// When it is over, whatever the client does.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        earlier(self.total, self.idle)
    }
}
