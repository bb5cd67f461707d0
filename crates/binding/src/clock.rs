//! The reactor's clock: read once a turn, and anew where an application runs in the middle of one.

use sixlane_engine::http1::Date;
use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// How late the `date` header may be.
const DATE_INTERVAL: Duration = Duration::from_millis(10);

/// The time as the engine sees it.
pub(crate) struct Clock {
    now: Cell<Instant>,
    /// When the `date` header was brought up to date.
    dated: Cell<Instant>,
    /// Whether the engine is at work, so that one reading does.
    turning: Cell<bool>,
    /// Whether an application has run since the last reading.
    stale: Cell<bool>,
    pub(crate) date: Arc<Date>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Self {
            now: Cell::new(now),
            dated: Cell::new(now),
            turning: Cell::new(false),
            stale: Cell::new(false),
            date: Arc::new(Date::new(SystemTime::now())),
        }
    }

    /// The time at the beginning of this turn, or now where an application runs.
    pub(crate) fn now(&self) -> Instant {
        if !self.turning.get() || self.stale.get() {
            self.read();
        }
        self.now.get()
    }

    /// Reads the clock.
    pub(crate) fn read(&self) {
        let now = Instant::now();
        self.now.set(now);
        self.stale.set(false);
        if now.duration_since(self.dated.get()) >= DATE_INTERVAL {
            self.dated.set(now);
            self.date.refresh(SystemTime::now());
        }
    }

    /// Does a turn's work by one reading, or what an application asks for in the middle of one.
    pub(crate) fn turn<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.turning.get() {
            return work();
        }
        self.read();
        self.turning.set(true);
        let result = work();
        self.turning.set(false);
        result
    }

    /// Has an application run in the middle of a turn, whose reading it may outlast.
    pub(crate) fn outside_turn<T>(&self, work: impl FnOnce() -> T) -> T {
        let turning = self.turning.replace(false);
        let result = work();
        self.stale.set(true);
        self.turning.set(turning);
        result
    }
}
