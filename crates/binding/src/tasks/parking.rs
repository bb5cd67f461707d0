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
    /// The task was woken or cancelled.
    has_ended: bool,
    /// The engine runs the task's coroutine, or is to resume it; whoever cancels the task does not wake it.
    is_held: bool,
    /// What the coroutine waits for, which the task does not know yet: it is cancelled in its stead.
    future: Option<Py<PyAny>>,
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
                is_held: false,
                future: None,
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

    /// Has the task wait although it is cancelled, until it is woken or released.
    pub(super) fn hold(&self) {
        self.state().is_held = true;
    }

    /// Ends the hold, and has the task go on if it was cancelled meanwhile.
    pub(super) fn release(slf: &Bound<'_, Self>) -> PyResult<()> {
        let has_ended = {
            let mut state = slf.get().state();
            state.is_held = false;
            state.has_ended
        };
        if has_ended {
            return Self::wake(slf);
        }
        Ok(())
    }

    /// Lets the task go on in the loop's next turn, if that has not happened yet. Until then its
    /// cancellation is that of the future that its coroutine waits for.
    pub(super) fn wake_to(
        slf: &Bound<'_, Self>,
        future: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        slf.get().state().future = future.map(|future| future.clone().unbind());
        Self::wake(slf)
    }

    fn take_callback(&self) -> Option<(Py<PyAny>, Option<Py<PyAny>>)> {
        let mut state = self.state();
        state.has_ended = true;
        state.callback.take()
    }

    /// Lets the task go on at once: the loop has called for it.
    pub(super) fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        match slf.get().take_callback() {
            Some((callback, Some(context))) => context
                .call_method1(py, intern!(py, "run"), (callback, slf))
                .map(drop),
            Some((callback, None)) => callback.call1(py, (slf,)).map(drop),
            None => Ok(()),
        }
    }

    /// Lets the task go on in the loop's next turn, if that has not happened yet.
    pub(super) fn wake(slf: &Bound<'_, Self>) -> PyResult<()> {
        if let Some((callback, context)) = slf.get().take_callback() {
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

    /// As the future that the coroutine waits for. False where there is none: the task is cancelled in
    /// its next step, with its own message, as one that runs is; its coroutine does run, or has
    /// asked for a turn of the loop.
    #[pyo3(signature = (msg = None))]
    fn cancel(slf: &Bound<'_, Self>, msg: Option<Bound<'_, PyAny>>) -> PyResult<bool> {
        let (is_held, future) = {
            let mut state = slf.get().state();
            state.has_ended = true;
            let future = state
                .future
                .as_ref()
                .map(|future| future.clone_ref(slf.py()));
            (state.is_held, future)
        };
        if let Some(future) = future {
            return cancel_future(future.bind(slf.py()), msg);
        }
        if !is_held {
            Self::wake(slf)?;
        }
        Ok(false)
    }

    fn result(&self) {}
}

/// Cancels a future as a task does that waits for it.
pub(super) fn cancel_future(
    future: &Bound<'_, PyAny>,
    message: Option<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    let py = future.py();
    let options = PyDict::new(py);
    options.set_item(intern!(py, "msg"), message)?;
    future
        .call_method(intern!(py, "cancel"), (), Some(&options))?
        .is_truthy()
}
