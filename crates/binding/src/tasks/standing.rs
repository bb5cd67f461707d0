//! A task that stands by.

use super::Runner;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::Cell;

/// Steps that have to be seen before their references count as usual.
const STEPS_TO_TRUST: u32 = 16;

/// References to a task in a moment in which only asyncio and the pool hold it: the fewest that were
/// seen then, and how often the moment was seen since.
pub(super) struct UsualReferences(Cell<(isize, u32)>);

impl UsualReferences {
    pub(super) const fn unknown() -> Self {
        Self(Cell::new((isize::MAX, 0)))
    }

    /// Notes what there is where hardly anything else could hold the task.
    pub(super) fn note(&self, references: isize) {
        let (fewest, seen) = self.0.get();
        let seen = if references < fewest {
            1
        } else {
            seen.saturating_add(1)
        };
        self.0.set((fewest.min(references), seen));
    }

    /// Whether nothing else holds the task.
    pub(super) fn are(&self, references: isize) -> bool {
        let (fewest, seen) = self.0.get();
        references == fewest && seen >= STEPS_TO_TRUST
    }
}

/// A task that waits for a coroutine to drive, and the object that it runs.
pub(super) struct Standing {
    pub(super) task: Py<PyAny>,
    pub(super) runner: Py<Runner>,
    /// As asyncio gave it: another one is a coroutine's mark.
    pub(super) name: Py<PyAny>,
}

impl Standing {
    pub(super) fn is_alive(&self, py: Python<'_>) -> PyResult<bool> {
        let done = || {
            self.task
                .call_method0(py, intern!(py, "done"))?
                .is_truthy(py)
        };
        Ok(!self.is_cancelled(py)? && (self.runner.get().is_open() == Some(true) || !done()?))
    }

    /// Whether the task was cancelled, be it taken back. Its parking knows, once there is one.
    pub(super) fn is_cancelled(&self, py: Python<'_>) -> PyResult<bool> {
        match self.runner.get().is_open() {
            Some(is_open) => Ok(!is_open),
            None => is_cancelled(self.task.bind(py)),
        }
    }
}

/// Whether a task was cancelled and neither has seen it nor had it taken back.
pub(super) fn is_cancelled(task: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = task.py();
    Ok(task.call_method0(intern!(py, "cancelling"))?.is_truthy()?
        || task.getattr(intern!(py, "_must_cancel"))?.is_truthy()?)
}
