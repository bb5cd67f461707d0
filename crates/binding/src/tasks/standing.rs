//! A task that stands by.

use super::Runner;
use pyo3::intern;
use pyo3::prelude::*;

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
