//! What an idle standing task waits for.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A future, as far as tasks need one, that is none of asyncio's.
///
/// A task that has been woken, but has not run yet, would still wait for a future that is done. anyio
/// takes such a task for one that runs, and puts its cancellation off until the next await; it
/// cancels at once where the task waits for anything else.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Parking {
    event_loop: Py<PyAny>,
    blocking: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The task's wake-up, and the context to call it in.
    callback: Option<(Py<PyAny>, Option<Py<PyAny>>)>,
    has_ended: bool,
}

impl Parking {
    pub(super) const fn new(event_loop: Py<PyAny>) -> Self {
        Self {
            event_loop,
            // As a future's own `__await__` sets it, so that a task accepts it.
            blocking: AtomicBool::new(true),
            state: Mutex::new(State {
                callback: None,
                has_ended: false,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the task waits, and nobody has woken or cancelled it.
    pub(super) fn is_open(&self) -> bool {
        !self.state().has_ended
    }

    /// Lets the task go on, if that has not happened yet.
    pub(super) fn wake(slf: &Bound<'_, Self>) -> PyResult<()> {
        let callback = {
            let mut state = slf.get().state();
            state.has_ended = true;
            state.callback.take()
        };
        if let Some((callback, context)) = callback {
            let py = slf.py();
            let options = PyDict::new(py);
            options.set_item(intern!(py, "context"), context)?;
            let call_soon = slf
                .get()
                .event_loop
                .bind(py)
                .getattr(intern!(py, "call_soon"))?;
            call_soon.call((callback, slf), Some(&options))?;
        }
        Ok(())
    }
}

#[pymethods]
impl Parking {
    #[getter(_asyncio_future_blocking)]
    fn is_blocking(&self) -> bool {
        self.blocking.load(Ordering::Relaxed)
    }

    #[setter(_asyncio_future_blocking)]
    fn set_blocking(&self, blocking: bool) {
        self.blocking.store(blocking, Ordering::Relaxed);
    }

    fn get_loop(&self, py: Python<'_>) -> Py<PyAny> {
        self.event_loop.clone_ref(py)
    }

    /// Takes the wake-up of the one task that waits.
    #[pyo3(signature = (callback, *, context = None))]
    fn add_done_callback(&self, callback: Py<PyAny>, context: Option<Py<PyAny>>) {
        self.state().callback = Some((callback, context));
    }

    /// False: the task is cancelled in its next step, with its own message, as one that runs is. The
    /// coroutine that it stands for does run, or has asked for a turn of the loop.
    #[pyo3(signature = (msg = None))]
    fn cancel(slf: &Bound<'_, Self>, msg: Option<Bound<'_, PyAny>>) -> PyResult<bool> {
        let _ = msg;
        Self::wake(slf)?;
        Ok(false)
    }

    fn result(&self) {}
}
