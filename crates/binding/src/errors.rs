//! Engine errors as Python exceptions; the only place that maps one to the other.

use pyo3::create_exception;
use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use sixlane_engine::http1::ReplyError;

/// An application's response that cannot be put on the wire.
pub(crate) fn reply_error(error: ReplyError) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

create_exception!(
    sixlane._engine,
    ClientLeftError,
    PyOSError,
    "Raised by `send()` where a response would go on and its client has left."
);
