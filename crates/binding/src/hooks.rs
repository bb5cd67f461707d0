//! The Python callables that the engine was given, to call and to report to.

use pyo3::prelude::*;
use std::cell::OnceCell;

/// The Python callables that the reactor reports to.
pub(crate) struct Hooks {
    /// The ASGI application: everything that has no native plan.
    pub(crate) app: Py<PyAny>,
    /// `(message, error)`: writes the error log.
    pub(crate) log_error: Py<PyAny>,
    /// `(client, method, target, version, status)`: writes the access log; None: no access log.
    pub(crate) log_access: Option<Py<PyAny>>,
    /// `(client, status, reason)`: notes a request whose head is refused, which has no line in the access
    /// log; None: it is not noted.
    pub(crate) log_refusal: Option<Py<PyAny>>,
    /// `Engine.run_ready`, for another turn soon; set once the engine object exists.
    pub(crate) run_ready: OnceCell<Py<PyAny>>,
    /// `Engine.send_heads`, likewise, for a look at the answers that have begun.
    pub(crate) send_heads: OnceCell<Py<PyAny>>,
}

impl Hooks {
    /// Writes an error into the log, or where that fails to `sys.unraisablehook`: nobody is there to
    /// take it, and what the engine is at work with is not to suffer.
    pub(crate) fn log_error(&self, py: Python<'_>, message: &str, error: PyErr) {
        let log = self.log_error.bind(py);
        if let Err(error) = log.call1((message, error)) {
            error.write_unraisable(py, Some(log));
        }
    }
}
