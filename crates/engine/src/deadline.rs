//! Arithmetic of deadlines, where `None` is one that never comes.

use std::time::{Duration, Instant};

/// A limit too large to be added means never.
pub(crate) fn after(now: Instant, duration: Duration) -> Option<Instant> {
    now.checked_add(duration)
}

/// The one that comes first.
pub(crate) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Whether it has come.
pub(crate) fn is_due(deadline: Option<Instant>, now: Instant) -> bool {
    deadline.is_some_and(|deadline| deadline <= now)
}
