//! What a standing task runs: nothing at first, then the coroutine that it is given.

use super::parking::{Parking, cancel_future};
use super::yielding::Turn;
use super::{TaskPool, Work};
use crate::asgi::mark_awaited;
use crate::completion;
use crate::exchange::Next;
use crate::raw::{self, Step};
use crate::reactor;
use pyo3::exceptions::PyStopIteration;
use pyo3::exceptions::asyncio::CancelledError;
use pyo3::intern;
use pyo3::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The coroutine that a standing task runs: it parks, then drives the coroutine it is given.
#[pyclass(frozen, module = "sixlane._engine")]
#[derive(Default)]
pub(crate) struct Runner {
    state: Mutex<State>,
}

#[derive(Default)]
enum State {
    /// The task has not run its first step yet.
    #[default]
    Fresh,
    /// The task waits.
    Parked(Py<Parking>),
    /// The task waits, and the coroutine for a turn of the loop, in which the engine resumes it.
    Yielded(Turn),
    /// The coroutine waits for `awaited`; the task does not know of it yet.
    Handed {
        work: Work,
        awaited: Py<PyAny>,
        /// `awaited` is a future, and has been told that it is awaited.
        is_future: bool,
        /// The task's next step was asked for before the coroutine began.
        early: bool,
        /// The task has not driven the coroutine yet.
        is_first: bool,
    },
    /// The task drives this coroutine, which waits for the object at this address. The task holds it.
    Driving { work: Work, awaited: usize },
    /// Nothing is left to do.
    Retired,
}

impl Runner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, state: State) -> State {
        std::mem::replace(&mut self.state(), state)
    }

    pub(super) fn take_over(
        &self,
        py: Python<'_>,
        work: Work,
        awaited: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let early = matches!(*self.state(), State::Fresh);
        let is_future = accept(&awaited)?;
        let before = self.replace(State::Handed {
            work,
            awaited: awaited.clone().unbind(),
            is_future,
            early,
            is_first: true,
        });
        match before {
            State::Parked(parking) => {
                Parking::wake_to(parking.bind(py), is_future.then_some(&awaited))
            }
            // One that is fresh runs by itself.
            _ => Ok(()),
        }
    }

    /// Whether the task has not been woken from standing by; None where it does not stand by.
    pub(super) fn is_open(&self) -> Option<bool> {
        match &*self.state() {
            State::Parked(parking) => Some(parking.get().is_open()),
            _ => None,
        }
    }

    /// What the task waits for, where it stands by.
    pub(super) fn parking(&self, py: Python<'_>) -> Option<Py<Parking>> {
        match &*self.state() {
            State::Parked(parking) => Some(parking.clone_ref(py)),
            _ => None,
        }
    }

    /// Has the task wait although it is cancelled, while its coroutine runs.
    pub(super) fn hold(&self) {
        if let State::Parked(parking) = &*self.state() {
            parking.get().hold();
        }
    }

    /// Has the task stand by where it waits already.
    pub(super) fn park_at(&self, parking: Py<Parking>) {
        self.replace(State::Parked(parking));
    }

    /// Keeps a coroutine that waits for a turn of the loop.
    pub(super) fn set_aside(&self, turn: Turn) {
        self.replace(State::Yielded(turn));
    }

    /// The coroutine whose turn it is.
    pub(super) fn take_turn(&self) -> Option<Turn> {
        match self.replace(State::Retired) {
            State::Yielded(turn) => Some(turn),
            other => {
                self.replace(other);
                None
            }
        }
    }

    /// The coroutine that waits.
    pub(super) fn take_work(&self) -> Option<Work> {
        match self.replace(State::Retired) {
            State::Driving { work, .. } => Some(work),
            other => {
                self.replace(other);
                None
            }
        }
    }

    /// Leaves the coroutine that waits to its task, which waits for something else yet.
    pub(super) fn hand_on(
        &self,
        parking: &Bound<'_, Parking>,
        awaited: Bound<'_, PyAny>,
        clean_name: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let is_future = accept(&awaited)?;
        if let Some(work) = self.take_work() {
            self.replace(State::Handed {
                work: Work { clean_name, ..work },
                awaited: awaited.clone().unbind(),
                is_future,
                early: false,
                is_first: true,
            });
        }
        Parking::wake_to(parking, is_future.then_some(&awaited))
    }

    pub(super) fn retire(&self, py: Python<'_>) -> PyResult<()> {
        match self.replace(State::Retired) {
            State::Parked(parking) => Parking::wake(parking.bind(py)),
            _ => Ok(()),
        }
    }

    /// Has the task wait for what the coroutine waits for.
    fn wait_for<'py>(
        &self,
        work: Work,
        awaited: Bound<'py, PyAny>,
        is_future: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.replace(State::Driving {
            work,
            awaited: address_of(&awaited),
        });
        if is_future {
            mark_awaited(&awaited, true)?;
        }
        Ok(awaited)
    }

    /// Where the pool knows the task, if it waits for exactly this object.
    pub(super) fn place_waiting_for(&self, awaited: &Bound<'_, PyAny>) -> Option<usize> {
        match &*self.state() {
            State::Driving {
                work,
                awaited: address,
            } if *address == address_of(awaited) => Some(work.place),
            _ => None,
        }
    }

    /// Resumes the coroutine without its task, which goes on waiting; true where the task is to be
    /// woken, as the coroutine has ended or waits for something else.
    pub(super) fn resume(
        slf: &Bound<'_, Self>,
        awaited: &Bound<'_, PyAny>,
        tasks: &TaskPool,
    ) -> PyResult<bool> {
        let runner = slf.get();
        let work = match runner.replace(State::Retired) {
            State::Driving { work, .. } => work,
            other => {
                runner.replace(other);
                return Ok(true);
            }
        };
        let step = match tasks.step(slf, &work) {
            Ok(step) => step,
            Err(error) => {
                tasks.forget(work.place);
                return Err(error);
            }
        };
        match Self::after(slf, work, step, None)? {
            Some(next) if next.is(awaited) => return Ok(false),
            Some(next) => {
                let is_future = accept(&next)?;
                if let State::Driving { work, .. } = runner.replace(State::Retired) {
                    runner.replace(State::Handed {
                        work,
                        awaited: next.unbind(),
                        is_future,
                        early: false,
                        is_first: false,
                    });
                }
            }
            None => {}
        }
        Ok(true)
    }

    /// Resumes the coroutine and returns what the task waits for, or None when it is to end.
    fn drive<'py>(
        slf: &Bound<'py, Self>,
        work: Work,
        is_first: bool,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let references = begin_step(py, &work, is_first);
        let step = match reactor::current() {
            Ok(reactor) => reactor.tasks.step(slf, &work)?,
            // The engine is gone.
            Err(_) => work
                .context
                .run(py, || raw::step(work.coroutine.bind(py)))?,
        };
        Self::after(slf, work, step, references)
    }

    /// Keeps a coroutine that waits; uses the result of one that has ended, which may be to run
    /// another in its place (an exception handler, a renderer).
    pub(super) fn after<'py>(
        slf: &Bound<'py, Self>,
        mut work: Work,
        mut step: Step<'py>,
        references: Option<isize>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let runner = slf.get();
        loop {
            let outcome = match step {
                Step::Suspended(awaited) => {
                    let address = address_of(&awaited);
                    runner.replace(State::Driving {
                        work,
                        awaited: address,
                    });
                    return Ok(Some(awaited));
                }
                Step::Returned(value) => Ok(value),
                Step::Raised(error) => Err(error),
            };
            runner.replace(State::Retired);
            match completion::complete(py, work.completion, outcome) {
                Ok(Next::Run(coroutine, completion)) => {
                    step = work.context.run(py, || raw::step(&coroutine))?;
                    work.coroutine = coroutine.unbind();
                    work.completion = completion;
                }
                ended => {
                    let parked = match ended {
                        Ok(_) => Self::park_again(slf, &work, references),
                        Err(error) => Err(error),
                    };
                    forget(work.place);
                    return parked;
                }
            }
        }
    }

    /// Has the task wait for another coroutine, where the pool takes it back.
    fn park_again<'py>(
        slf: &Bound<'py, Self>,
        work: &Work,
        references: Option<isize>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let (Some(references), Ok(reactor)) = (references, reactor::current()) else {
            return Ok(None);
        };
        let tasks = &reactor.tasks;
        if !tasks.take_back(py, work, references, slf.clone().unbind())? {
            return Ok(None);
        }
        slf.get().park(py).map(Some)
    }

    fn park<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let parking = Bound::new(py, Parking::new(reactor::event_loop(py)?))?;
        self.replace(State::Parked(parking.clone().unbind()));
        Ok(parking.into_any())
    }
}

/// Takes what a coroutine waits for, as a task does in its step: where it is a future that `await` has
/// marked, it is unmarked, as others that await it meanwhile would else fail.
fn accept(awaited: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = awaited.py();
    if awaited.is_none() {
        return Ok(false);
    }
    let is_future = match awaited.getattr_opt(intern!(py, "_asyncio_future_blocking"))? {
        Some(mark) => mark.is_truthy()?,
        None => false,
    };
    if is_future {
        mark_awaited(awaited, false)?;
    }
    Ok(is_future)
}

/// Passes a task's cancellation on to what it waits for; false where that is not to be cancelled.
fn cancel(awaited: &Bound<'_, PyAny>, error: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = awaited.py();
    if !error.is_instance_of::<CancelledError>() {
        return Ok(false);
    }
    cancel_future(
        awaited,
        error.getattr(intern!(py, "args"))?.get_item(0).ok(),
    )
}

fn address_of(object: &Bound<'_, PyAny>) -> usize {
    object.as_ptr().addr()
}

/// See `TaskPool::begin_step`; the engine may be gone.
fn begin_step(py: Python<'_>, work: &Work, is_first: bool) -> Option<isize> {
    let reactor = reactor::current().ok()?;
    reactor.tasks.begin_step(py, work, is_first)
}

/// Has the pool forget a task whose coroutine has ended; its engine may be gone.
fn forget(place: usize) {
    if let Ok(reactor) = reactor::current() {
        reactor.tasks.forget(place);
    }
}

#[pymethods]
impl Runner {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// One step of the task.
    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let runner = slf.get();
        match runner.replace(State::Retired) {
            State::Fresh => runner.park(py).map(Some),
            State::Handed {
                work,
                awaited,
                is_future,
                early,
                is_first,
            } => {
                // A bare yield asks for one turn of the loop, which has passed unless this step was
                // asked for too early.
                if awaited.is_none(py) && !early {
                    return Self::drive(slf, work, is_first);
                }
                let _ = begin_step(py, &work, is_first);
                runner
                    .wait_for(work, awaited.into_bound(py), is_future)
                    .map(Some)
            }
            State::Driving { work, .. } | State::Yielded(Turn { work, .. }) => {
                Self::drive(slf, work, false)
            }
            State::Parked(_) | State::Retired => Ok(None),
        }
    }

    /// As `__next__`; a task only ever sends None.
    fn send<'py>(
        slf: &Bound<'py, Self>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _ = value;
        match Self::__next__(slf)? {
            Some(awaited) => Ok(Some(awaited)),
            None => Err(PyStopIteration::new_err(())),
        }
    }

    /// Throws the task's cancellation, or the exception it was given, into the coroutine.
    #[pyo3(signature = (error, value = None, traceback = None))]
    fn throw<'py>(
        slf: &Bound<'py, Self>,
        error: Bound<'py, PyAny>,
        value: Option<Bound<'py, PyAny>>,
        traceback: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = (value, traceback);
        let py = slf.py();
        let work = match slf.get().replace(State::Retired) {
            State::Driving { work, .. } | State::Yielded(Turn { work, .. }) => work,
            State::Handed {
                work,
                awaited,
                is_future,
                ..
            } => {
                // The task would have cancelled what it waits for, and been cancelled through it.
                let awaited = awaited.into_bound(py);
                if is_future && cancel(&awaited, &error)? {
                    return slf.get().wait_for(work, awaited, is_future);
                }
                work
            }
            State::Fresh | State::Parked(_) | State::Retired => {
                return Err(PyErr::from_value(error));
            }
        };
        let coroutine = work.coroutine.bind(py).clone();
        let step = work.context.run(py, || {
            match coroutine.call_method1(intern!(py, "throw"), (error,)) {
                Ok(awaited) => Step::Suspended(awaited),
                Err(raised) => stopped(py, raised),
            }
        })?;
        match Self::after(slf, work, step, None)? {
            Some(awaited) => Ok(awaited),
            None => Err(PyStopIteration::new_err(())),
        }
    }

    /// Closes the coroutine, as the interpreter does with one that is dropped unfinished.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.replace(State::Retired) {
            State::Driving { work, .. }
            | State::Yielded(Turn { work, .. })
            | State::Handed { work, .. } => {
                forget(work.place);
                let coroutine = work.coroutine.bind(py);
                coroutine.call_method0(intern!(py, "close")).map(drop)
            }
            State::Fresh | State::Parked(_) | State::Retired => Ok(()),
        }
    }
}

/// A StopIteration out of `throw` carries the coroutine's result.
fn stopped<'py>(py: Python<'py>, raised: PyErr) -> Step<'py> {
    if !raised.is_instance_of::<PyStopIteration>(py) {
        return Step::Raised(raised);
    }
    match raised.value(py).getattr(intern!(py, "value")) {
        Ok(value) => Step::Returned(value),
        Err(error) => Step::Raised(error),
    }
}
