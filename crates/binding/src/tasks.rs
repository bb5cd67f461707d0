//! Running coroutines from the engine under real asyncio tasks, without creating one per request.
//!
//! A coroutine is started at once, inside its own context copy, while a standing task is the
//! loop's current task. Most coroutines end there, and the task serves the next one. A coroutine
//! that suspends keeps the task: from then on the task drives it to its end like any other, so
//! `current_task()`, `timeout()`, `TaskGroup` and cancellation see one task all along.

use crate::exchange::{Completion, Next};
use crate::raw::{self, Context, Step};
use crate::reactor;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Idle standing tasks kept beyond this many are let go.
const PARKED_TASKS: usize = 256;

/// A coroutine with what is needed to run it on and to use its result.
pub(crate) struct Work {
    coroutine: Py<PyAny>,
    context: Context,
    completion: Completion,
}

/// A task that waits for a coroutine to drive, and the object that it runs.
struct Standing {
    task: Py<PyAny>,
    runner: Py<Runner>,
}

/// The standing tasks of one event loop.
pub(crate) struct TaskPool {
    event_loop: Py<PyAny>,
    task_type: Py<PyAny>,
    enter_task: Py<PyAny>,
    leave_task: Py<PyAny>,
    weak_reference_count: Py<PyAny>,
    parked: RefCell<Vec<Standing>>,
    current: RefCell<Option<Standing>>,
}

impl TaskPool {
    pub(crate) fn new(event_loop: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = event_loop.py();
        let tasks = py.import("asyncio.tasks")?;
        Ok(Self {
            event_loop: event_loop.clone().unbind(),
            task_type: tasks.getattr("Task")?.unbind(),
            enter_task: tasks.getattr("_enter_task")?.unbind(),
            leave_task: tasks.getattr("_leave_task")?.unbind(),
            weak_reference_count: py.import("weakref")?.getattr("getweakrefcount")?.unbind(),
            parked: RefCell::default(),
            current: RefCell::default(),
        })
    }

    /// Has the loop call back for another turn.
    pub(crate) fn call_soon(&self, py: Python<'_>, callback: &Py<PyAny>) -> PyResult<()> {
        self.event_loop
            .bind(py)
            .call_method1(intern!(py, "call_soon"), (callback,))
            .map(drop)
    }

    /// A new future of the loop.
    pub(crate) fn future<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.event_loop
            .bind(py)
            .call_method0(intern!(py, "create_future"))
    }

    /// Starts a coroutine; returns its outcome if it ended at once, None if its task took it over.
    ///
    /// `suspends` is false for a coroutine that provably never waits: the task it borrows then
    /// needs no check afterwards.
    pub(crate) fn start<'py>(
        &self,
        coroutine: &Bound<'py, PyAny>,
        completion: Completion,
        suspends: bool,
    ) -> PyResult<Option<PyResult<Bound<'py, PyAny>>>> {
        let py = coroutine.py();
        let context = Context::copy_current(py)?;
        self.enter(py)?;
        let before = if suspends {
            self.traces(py)?
        } else {
            Traces::default()
        };
        let outcome = match context.run(py, || raw::step(coroutine))? {
            Step::Returned(value) => Ok(value),
            Step::Raised(error) => Err(error),
            Step::Suspended(awaited) => {
                let coroutine = coroutine.clone().unbind();
                self.hand_over(
                    py,
                    Work {
                        coroutine,
                        context,
                        completion,
                    },
                    awaited,
                )?;
                return Ok(None);
            }
        };
        if suspends && self.traces(py)? != before {
            self.discard(py)?;
        }
        Ok(Some(outcome))
    }

    /// Makes a standing task the loop's current one, if none is yet.
    fn enter(&self, py: Python<'_>) -> PyResult<()> {
        if self.current.borrow().is_some() {
            return Ok(());
        }
        let parked = self.parked.borrow_mut().pop();
        let standing = match parked {
            Some(standing) => standing,
            None => self.create(py)?,
        };
        self.enter_task
            .bind(py)
            .call1((&self.event_loop, &standing.task))?;
        *self.current.borrow_mut() = Some(standing);
        Ok(())
    }

    fn create(&self, py: Python<'_>) -> PyResult<Standing> {
        let runner = Py::new(py, Runner::default())?;
        let options = PyDict::new(py);
        options.set_item(intern!(py, "loop"), &self.event_loop)?;
        let task = self
            .task_type
            .bind(py)
            .call((&runner,), Some(&options))?
            .unbind();
        Ok(Standing { task, runner })
    }

    /// Ends the stretch in which coroutines are started; the loop has no current task after it.
    pub(crate) fn leave(&self, py: Python<'_>) -> PyResult<()> {
        let Some(standing) = self.take_current(py)? else {
            return Ok(());
        };
        let mut parked = self.parked.borrow_mut();
        if parked.len() < PARKED_TASKS {
            parked.push(standing);
            return Ok(());
        }
        drop(parked);
        standing.runner.get().retire(py)
    }

    fn take_current(&self, py: Python<'_>) -> PyResult<Option<Standing>> {
        let Some(standing) = self.current.borrow_mut().take() else {
            return Ok(None);
        };
        self.leave_task
            .bind(py)
            .call1((&self.event_loop, &standing.task))?;
        Ok(Some(standing))
    }

    /// Gives a suspended coroutine to the current task, which goes on with it in its next step.
    fn hand_over(&self, py: Python<'_>, work: Work, awaited: Bound<'_, PyAny>) -> PyResult<()> {
        match self.take_current(py)? {
            Some(standing) => standing.runner.get().take_over(py, work, awaited),
            None => Err(PyRuntimeError::new_err(
                "a coroutine was started without a standing task",
            )),
        }
    }

    /// Lets the current task go: a coroutine left something on it that the next must not see.
    fn discard(&self, py: Python<'_>) -> PyResult<()> {
        match self.take_current(py)? {
            Some(standing) => standing.runner.get().retire(py),
            None => Ok(()),
        }
    }

    /// What a coroutine could have left on the current task.
    fn traces(&self, py: Python<'_>) -> PyResult<Traces> {
        let current = self.current.borrow();
        let Some(standing) = current.as_ref() else {
            return Ok(Traces::default());
        };
        let task = standing.task.bind(py);
        Ok(Traces {
            references: raw::reference_count(task),
            weak_references: self
                .weak_reference_count
                .bind(py)
                .call1((task,))?
                .extract()?,
            cancelling: task.call_method0(intern!(py, "cancelling"))?.extract()?,
            has_callbacks: !task.getattr(intern!(py, "_callbacks"))?.is_none(),
        })
    }

    /// Ends all parked tasks; the loop runs them out afterwards.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.leave(py)?;
        let parked = std::mem::take(&mut *self.parked.borrow_mut());
        parked
            .iter()
            .try_for_each(|standing| standing.runner.get().retire(py))
    }
}

/// Marks on a task that outlive the coroutine that made them: somebody holds it, or cancelled it.
#[derive(PartialEq, Eq, Default)]
struct Traces {
    references: isize,
    weak_references: usize,
    cancelling: usize,
    has_callbacks: bool,
}

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
    /// The task waits for this future.
    Parked(Py<PyAny>),
    /// The coroutine waits for `awaited`; the task does not know of it yet.
    Handed { work: Work, awaited: Py<PyAny> },
    /// The task drives this coroutine.
    Driving(Work),
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

    fn take_over(&self, py: Python<'_>, work: Work, awaited: Bound<'_, PyAny>) -> PyResult<()> {
        let before = self.replace(State::Handed {
            work,
            awaited: awaited.unbind(),
        });
        wake(py, before)
    }

    fn retire(&self, py: Python<'_>) -> PyResult<()> {
        let before = self.replace(State::Retired);
        wake(py, before)
    }

    /// Resumes the coroutine and returns what it waits for, or None when it has ended.
    fn drive<'py>(&self, py: Python<'py>, work: Work) -> PyResult<Option<Bound<'py, PyAny>>> {
        let step = work
            .context
            .run(py, || raw::step(work.coroutine.bind(py)))?;
        self.after(py, work, step)
    }

    /// Keeps a coroutine that waits; uses the result of one that has ended, which may be to run
    /// another in its place (an exception handler, a renderer).
    fn after<'py>(
        &self,
        py: Python<'py>,
        mut work: Work,
        mut step: Step<'py>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        loop {
            let outcome = match step {
                Step::Suspended(awaited) => {
                    self.replace(State::Driving(work));
                    return Ok(Some(awaited));
                }
                Step::Returned(value) => Ok(value),
                Step::Raised(error) => Err(error),
            };
            self.replace(State::Retired);
            match reactor::complete(py, work.completion, outcome)? {
                Next::Answered => return Ok(None),
                Next::Run(coroutine, completion) => {
                    step = work.context.run(py, || raw::step(&coroutine))?;
                    work.coroutine = coroutine.unbind();
                    work.completion = completion;
                }
            }
        }
    }
}

/// Wakes the task that waits in `state`; one that is fresh runs by itself.
fn wake(py: Python<'_>, state: State) -> PyResult<()> {
    let State::Parked(future) = state else {
        return Ok(());
    };
    let future = future.bind(py);
    if !future.call_method0(intern!(py, "done"))?.is_truthy()? {
        future.call_method1(intern!(py, "set_result"), (py.None(),))?;
    }
    Ok(())
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
    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.replace(State::Retired) {
            State::Fresh => {
                let future = reactor::park(py)?;
                self.replace(State::Parked(future.clone().unbind()));
                Ok(Some(future))
            }
            // A bare yield asks for one turn of the loop, which has passed.
            State::Handed { work, awaited } if awaited.is_none(py) => self.drive(py, work),
            State::Handed { work, awaited } => {
                self.replace(State::Driving(work));
                Ok(Some(awaited.into_bound(py)))
            }
            State::Driving(work) => self.drive(py, work),
            State::Parked(_) | State::Retired => Ok(None),
        }
    }

    /// As `__next__`; a task only ever sends None.
    fn send<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _ = value;
        match self.__next__(py)? {
            Some(awaited) => Ok(Some(awaited)),
            None => Err(pyo3::exceptions::PyStopIteration::new_err(())),
        }
    }

    /// Throws the task's cancellation, or the exception it was given, into the coroutine.
    #[pyo3(signature = (error, value = None, traceback = None))]
    fn throw<'py>(
        &self,
        py: Python<'py>,
        error: Bound<'py, PyAny>,
        value: Option<Bound<'py, PyAny>>,
        traceback: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = (value, traceback);
        let work = match self.replace(State::Retired) {
            State::Driving(work) => work,
            State::Handed { work, awaited } => {
                // The task would have cancelled what it waits for.
                if awaited.bind(py).hasattr(intern!(py, "cancel"))? {
                    awaited.bind(py).call_method0(intern!(py, "cancel"))?;
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
        match self.after(py, work, step)? {
            Some(awaited) => Ok(awaited),
            None => Err(pyo3::exceptions::PyStopIteration::new_err(())),
        }
    }

    /// Closes the coroutine, as the interpreter does with one that is dropped unfinished.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.replace(State::Retired) {
            State::Driving(work) | State::Handed { work, .. } => work
                .coroutine
                .bind(py)
                .call_method0(intern!(py, "close"))
                .map(drop),
            State::Fresh | State::Parked(_) | State::Retired => Ok(()),
        }
    }
}

/// A StopIteration out of `throw` carries the coroutine's result.
fn stopped<'py>(py: Python<'py>, raised: PyErr) -> Step<'py> {
    if !raised.is_instance_of::<pyo3::exceptions::PyStopIteration>(py) {
        return Step::Raised(raised);
    }
    match raised.value(py).getattr(intern!(py, "value")) {
        Ok(value) => Step::Returned(value),
        Err(error) => Step::Raised(error),
    }
}
