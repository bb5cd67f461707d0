//! An awaitable whose result is there already: awaiting it costs no turn of the loop.

use pyo3::exceptions::PyStopIteration;
use pyo3::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Returned by `receive()` and `send()` where nothing has to be waited for.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Ready {
    /// None stands for Python's None, which ends an await without an exception object.
    value: Mutex<Option<Py<PyAny>>>,
}

impl Ready {
    pub(crate) fn new(value: Option<Py<PyAny>>) -> Self {
        Self {
            value: Mutex::new(value),
        }
    }
}

#[pymethods]
impl Ready {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self) -> PyResult<Option<Py<PyAny>>> {
        let value = self
            .value
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match value {
            None => Ok(None),
            // A one-tuple keeps a tuple result from being taken for several arguments.
            Some(value) => Err(PyStopIteration::new_err((value,))),
        }
    }
}
